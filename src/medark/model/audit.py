"""The audit: what somebody did, as an entry whose hash holds the entry before it"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final

import orjson

from medark.model.access import Purpose

GENESIS: Final = "0" * 64  # what the first entry follows


class Verdict(StrEnum):
    """What was decided of what was asked."""

    ALLOWED = "allowed"
    REFUSED = "refused"


class Outcome(StrEnum):
    """How what was allowed ended."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Act:
    """What was done or asked for: by whom, on whose behalf, what for, of what. Names of things, never of a person.

    `actor` is "" for the platform itself. `follows`: the entry whose outcome this one tells, because an entry is
    written before anything is read and never changed.
    """

    action: str
    actor: str = ""
    organisation: str = ""
    purpose: Purpose | None = None
    app: str = ""
    definition: str = ""  # digest
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # table → columns
    verdict: Verdict | None = None
    reason: str = ""  # of the verdict: a fixed phrase
    outcome: Outcome | None = None
    rows: int | None = None
    follows: int | None = None
    detail: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An act in its place. `people`: how many persons it was about; `people_digest` binds whose, and does not tell.

    `forgotten_digest`: of an erasure, what binds it to the mentions in other entries that it took away.
    """

    entry_no: int
    at_ms: int  # since 1970, UTC
    act: Act
    people: int = 0
    people_digest: str = ""
    forgotten_digest: str = ""

    @property
    def action(self) -> str:
        """What was done."""
        return self.act.action

    @property
    def detail(self) -> Mapping[str, str | int]:
        """What else there is to say of it."""
        return self.act.detail


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry: its number and hash."""

    entry_no: int
    hash: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is kept. `searched`: what is told of it beside its body, to be searched (at, actor, app, action).

    `leaves`: of the persons it was about, erased ones too; `forgotten`: those that this entry, an erasure, took away.
    """

    head: Head
    body: str
    signature: str
    searched: tuple[int, str, str, str]
    leaves: tuple[bytes, ...] = ()
    forgotten: tuple[bytes, ...] = ()


START: Final = Head(0, GENESIS)  # before the first entry
FORGED: Final = Head(-1, "")  # in the place of a head that is not signed as it should be
_PLACE: Final = tuple(f.name for f in fields(AuditEntry) if f.name != "act")
_ACT: Final = tuple(f.name for f in fields(Act))
_NAMES: Final = (*_PLACE, *_ACT)
_place_of, _act_of = attrgetter(*_PLACE), attrgetter(*_ACT)


def body(entry: AuditEntry) -> str:
    """An entry as canonical JSON: keys in order, no blanks, nothing that is empty.

    >>> body(AuditEntry(1, 5, Act("rebuild", detail={"rows": 3})))
    '{"action":"rebuild","at_ms":5,"detail":{"rows":3},"entry_no":1}'
    """
    act = entry.act
    told = dict(zip(_NAMES, (*_place_of(entry), *_act_of(act)), strict=True))
    told["reads"], told["detail"], told["people"] = dict(act.reads), dict(act.detail), entry.people or None
    return orjson.dumps({k: v for k, v in told.items() if v or v == 0}, option=orjson.OPT_SORT_KEYS).decode()


def entry_of(text: str) -> AuditEntry:
    """The entry that a body tells.

    >>> entry_of('{"action":"read","at_ms":5,"entry_no":2,"purpose":"care","rows":3}').act.purpose
    <Purpose.CARE: 'care'>
    """
    told: dict[str, Any] = orjson.loads(text)
    place = {name: told.pop(name) for name in _PLACE if name in told}
    for name, kind in (("purpose", Purpose), ("verdict", Verdict), ("outcome", Outcome)):
        if name in told:
            told[name] = kind(told[name])
    told["reads"] = MappingProxyType({table: tuple(columns) for table, columns in told.get("reads", {}).items()})
    told["detail"] = MappingProxyType(told.get("detail", {}))
    return AuditEntry(act=Act(**told), **place)


def link(previous: str, text: str) -> str:
    """The hash of an entry's body that follows an entry of hash `previous`.

    >>> link(GENESIS, "{}")[:16]
    '5649d09ed68c1715'
    """
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def signing_key(salt: str) -> bytes:
    """The key that a workspace signs its audit with, drawn from its secret."""
    return hmac.digest(salt.encode(), b"medark audit", "sha256")


def signature(key: bytes, head: Head) -> str:
    """Of an entry's number and hash: whoever has the ledger but not the workspace's secret can't make it."""
    return hmac.digest(key, f"{head.entry_no} {head.hash}".encode(), "sha256").hex()


def leaf(salt: bytes, person_id: int) -> bytes:
    """One person as an entry's digest holds them; without the salt it tells nothing, and erasure destroys the salt."""
    return hashlib.sha256(salt + person_id.to_bytes(8, "big", signed=True)).digest()


def people_digest(leaves: Iterable[bytes]) -> str:
    """What binds an entry to the persons it was about; "" for none. The order of leaves says nothing."""
    ordered = b"".join(sorted(leaves))
    return hashlib.sha256(ordered).hexdigest() if ordered else ""
