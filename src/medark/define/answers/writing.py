"""A definition as canonical JSON, and its digest"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from medark.define.answers.canonical import FORMAT, MOST_NODES, depth_of, named_parts
from medark.define.answers.forms import Json, Unfit
from medark.define.answers.schema import SCHEMA
from medark.define.concepts import ConceptSet
from medark.define.definitions import Definition
from medark.define.nodes import Node
from medark.errors import DefinitionError


def to_json(definition: Definition) -> str:
    """The canonical text: equal definitions, however they share their parts, give the same one, anywhere.

    A table of nodes, one a line, each after those it is made of and written once: a node names others by their place.
    The last is the definition. DefinitionError for what has no canonical form (a NaN, a time with a zone).
    """
    written = _Written()
    for node in _inner_first(definition):
        written.add(node)
    sets = [_dumped(concepts.to_dict()) for concepts in written.sets]
    return f'{{"format":"{FORMAT}",\n"sets":{_lines(sets)},\n"nodes":{_lines(list(written.numbers))}}}'


def digest(definition: Definition) -> str:
    """SHA-256 of the canonical text, as hex. Names, labels and sources count: they are what was agreed on."""
    return hashlib.sha256(to_json(definition).encode()).hexdigest()


class _Written:
    """Nodes as text by number. Two objects with one text are one node, so sharing makes no difference."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}  # the text of a node → its number
        self.sets: dict[ConceptSet, int] = {}
        self._by_object: dict[int, int] = {}
        self._depth: list[int] = []

    def node(self, node: Node) -> int:
        return self._by_object[id(node)]

    def concept_set(self, concepts: ConceptSet) -> int:
        return self.sets.setdefault(concepts, len(self.sets))

    def add(self, node: Node) -> None:
        kind = type(node)
        told: dict[str, Json] = {"node": kind.__name__}
        for field, form in SCHEMA[kind].items():
            try:
                told[field] = form.tell(getattr(node, field), self)
            except Unfit as unfit:
                raise DefinitionError(f"{field} of a {kind.__name__} is not {unfit}", fix="give it one") from None
        number = self.numbers.setdefault(_dumped(told), len(self.numbers))
        if number >= MOST_NODES:
            raise DefinitionError(f"more than {MOST_NODES:,} parts", fix="name long lists in concept sets")
        self._by_object[id(node)] = number
        if number == len(self._depth):
            self._depth.append(depth_of(node, (self._depth[self.node(part)] for part in named_parts(node))))


def _inner_first(top: Node) -> Iterator[Node]:
    """Every node object below `top`, each once, after those it is made of: without recursion, so of any depth."""
    done, pending = set[int](), [(top, False)]
    while pending:
        node, ready = pending.pop()
        if id(node) in done:
            continue
        if ready:
            done.add(id(node))
            yield node
        else:
            pending.append((node, True))
            pending.extend((part, False) for part in reversed(list(named_parts(node))))


def _dumped(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _lines(written: Sequence[str]) -> str:
    return "[\n" + ",\n".join(written) + "\n]" if written else "[]"
