"""What tells that something is about the person to be erased: their keys, and values that only they have"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO
from xml.sax.saxutils import escape

from medark.flows.workspace import Workspace
from medark.flows.written import SHORTEST, ways_of

_BLOCK = 4 << 20
_OVERLAP = 4096  # bytes; a value that lies over the edge of two blocks is found all the same
_ASCII_WORD = re.compile(r"[0-9A-Za-z]")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Wanted:
    """A person, as raw records name them. `keys` by namespace; `values`: long enough, and nobody else's."""

    person_id: int
    keys: Mapping[str, frozenset[str]] = field(repr=False)
    values: frozenset[str] = field(repr=False)

    def keys_in(self, people: str) -> frozenset[str]:
        """The keys by which the sources of a namespace know the person."""
        return self.keys.get(people, frozenset())

    def is_named_in(self, content: bytes) -> bool:
        """Does one of the values stand in these bytes, as a word of its own, in any encoding that records come in?"""
        return self._named is not None and self._named.search(content) is not None

    def times_named_in(self, content: bytes) -> int:
        """How many times."""
        return 0 if self._named is None else sum(1 for _ in self._named.finditer(content))

    def is_named_as(self, name: str) -> bool:
        """Does a file name say who it is about? `Lee_Ann-100471.json` names Ann Lee, and number 100471."""
        words = set(_words(name))
        return any(
            set(told) <= words or "".join(told) in name.lower() for value in self.values if (told := _words(value))
        )

    def masked(self, content: bytes) -> bytes:
        """The bytes with every value written over, as long as before."""
        return content if self._named is None else self._named.sub(lambda found: b"x" * len(found[0]), content)

    def may_be_in(self, content: BinaryIO, people: str) -> bool:
        """A quick look through a whole record: False only if neither a key nor a value stands anywhere in it."""
        looked_for = _pattern({*self.keys_in(people), *self.values}, whole_words=False)
        tail = b""
        while looked_for is not None and (block := content.read(_BLOCK)):
            if looked_for.search(tail + block):
                return True
            tail = block[-_OVERLAP:]
        return False

    @cached_property
    def _named(self) -> re.Pattern[bytes] | None:
        return _pattern(self.values, whole_words=True)


def wanted(workspace: Workspace, person_id: int) -> Wanted:
    """How a person is known. A name or number that somebody else has too, or a short one, tells nothing by itself."""
    crosswalk = workspace.crosswalk
    keys: dict[str, set[str]] = {}
    for key in crosswalk.keys(person_id):
        keys.setdefault(key.people, set()).add(key.person_key)
    told = {key: "" for some in keys.values() for key in some}
    told |= {identifier.value: identifier.kind for identifier in crosswalk.identifiers(person_id)}
    only_theirs = {v: kind for v, kind in told.items() if len(v) >= SHORTEST and crosswalk.find(v) == [person_id]}
    values = {way for v, kind in only_theirs.items() for way in (ways_of(v) if kind == "name" else (v,))}
    return Wanted(person_id, {people: frozenset(some) for people, some in keys.items()}, frozenset(values))


def _words(text: str) -> list[str]:
    return _NO_WORD.sub(" ", text).lower().split()


def _pattern(values: Collection[str], *, whole_words: bool) -> re.Pattern[bytes] | None:
    alternatives = {
        (_before(value) if whole_words else b"") + re.escape(form) + (_after(value) if whole_words else b"")
        for value in values
        for form in _forms(value)
    }
    longest_first = sorted(alternatives, key=lambda form: len(bytes(form)), reverse=True)
    return re.compile(b"|".join(longest_first)) if alternatives else None


def _forms(value: str) -> set[bytes]:
    """The value as bytes: plain, as JSON and XML escape it, in the encodings that hospitals use."""
    escaped = json.dumps(value)[1:-1]
    texts = {value, escaped, re.sub(r"\\u[0-9a-f]{4}", lambda u: "\\u" + u[0][2:].upper(), escaped), escape(value)}
    forms = {text.encode(codec, "ignore") for text in texts for codec in ("utf-8", "gb18030")}
    return {form for form in forms | {value.encode("utf-16-le"), value.encode("utf-16-be")} if form}


def _before(value: str) -> bytes:
    return rb"(?<![0-9A-Za-z])" if _ASCII_WORD.match(value[0]) else b""


def _after(value: str) -> bytes:
    return rb"(?![0-9A-Za-z])" if _ASCII_WORD.match(value[-1]) else b""
