"""A definition read from JSON without trust: nothing of it is run, and all of it is checked"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, cast, get_args

from medark.define.answers.canonical import FORMAT, LONGEST, MOST_NODES, depth_of, named_parts
from medark.define.answers.forms import Json, Unfit, is_text
from medark.define.answers.schema import KINDS, SCHEMA, made
from medark.define.concepts import ConceptSet
from medark.define.definitions import Definition
from medark.define.nodes import Node
from medark.errors import DefinitionError

_FIX = "write it again with to_json; what was changed by hand, or by another version, is not guessed at"


def from_json(text: str) -> Definition:
    """The definition that `to_json` wrote. DefinitionError for any other text, naming what is wrong with it.

    Nothing of the text is run, and its length, number of nodes and depth are bounded.
    """
    if len(text) > LONGEST:
        raise DefinitionError(f"a definition of {len(text):,} characters", fix=f"at most {LONGEST:,} are read")
    sets, nodes = _tables(_parsed(text))
    read = _Read(sets)
    for told in nodes:
        read.add(told)
    return read.definition()


class _Read:
    """Nodes as they are read, and which of them are used."""

    def __init__(self, sets: Sequence[ConceptSet]) -> None:
        self._sets, self._nodes = sets, list[Node]()
        self._used_sets, self._used_nodes = set[int](), set[int]()
        self._same: dict[Node, Node] = {}
        self._depth: dict[int, int] = {}

    def node(self, number: int) -> Node:
        if number >= len(self._nodes):
            raise Unfit("the number of a node that is written before it")
        self._used_nodes.add(number)
        return self._nodes[number]

    def concept_set(self, number: int) -> ConceptSet:
        if number >= len(self._sets):
            raise Unfit("the number of a concept set")
        self._used_sets.add(number)
        return self._sets[number]

    def add(self, told: Json) -> None:
        number = len(self._nodes)
        node = self._made(_kind(told, number), told, number)
        node = self._same.setdefault(node, node)  # parts that are equal are one object: nothing is compared in depth
        self._depth[id(node)] = depth_of(node, (self._depth[id(part)] for part in named_parts(node)))
        self._nodes.append(node)

    def _made(self, kind: type[Node], told: Mapping[str, Json], number: int) -> Node:
        held: dict[str, Any] = {}
        field = ""
        try:
            for field, form in SCHEMA[kind].items():
                held[field] = form.hear(told[field], self)
            field = "value"
            return made(kind, held)
        except Unfit as unfit:
            raise _refused(f"{field} of {kind.__name__} is not {unfit}", number) from None
        except DefinitionError as error:
            raise DefinitionError(error.what, fix=error.fix, node=number) from None

    def definition(self) -> Definition:
        top = self._nodes[-1]
        if not isinstance(top, get_args(Definition)):
            raise _refused(f"a {type(top).__name__} is no definition", len(self._nodes) - 1)
        if len(self._used_nodes) + 1 < len(self._nodes) or len(self._used_sets) < len(self._sets):
            raise DefinitionError("it holds parts that the definition does not use", fix=_FIX)
        return cast("Definition", top)


def _parsed(text: str) -> Json:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise DefinitionError("a written definition is JSON, and this is none", fix=_FIX) from None


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise DefinitionError("a key is written twice in one object", fix=_FIX)
    return told


def _no_constant(name: str) -> NoReturn:
    raise DefinitionError(f"{name} is no number", fix=_FIX)


def _tables(told: Json) -> tuple[list[ConceptSet], list[Json]]:
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise DefinitionError(f"no definition of the format {FORMAT}", fix=_FIX)
    if set(told) != {"format", "sets", "nodes"}:
        raise DefinitionError("a written definition has format, sets and nodes", fix=_FIX)
    sets, nodes = told["sets"], told["nodes"]
    if not isinstance(sets, list) or not isinstance(nodes, list) or not 1 <= len(nodes) <= MOST_NODES:
        raise DefinitionError(f"sets and nodes are lists, of 1 to {MOST_NODES:,} nodes", fix=_FIX)
    return [_concept_set(one, number) for number, one in enumerate(sets)], nodes


_SET_KEYS = {"name": str, "source": str, "items": list, "codes": list}
_ITEM_KEYS = {
    "concept_id": int, "vocabulary": str, "code": str, "descendants": bool, "mapped": bool, "prefix": bool,
    "excluded": bool,
}  # fmt: skip


def _concept_set(told: Json, number: int) -> ConceptSet:
    """ConceptSet.from_dict reads what a person wrote; here what a program sends must be of the very types as well."""
    items = [item for key in ("items", "codes") for item in told.get(key, ())] if _fits(told, _SET_KEYS) else [None]
    if not all(_fits(item, _ITEM_KEYS) for item in items):
        raise DefinitionError("a concept set can't be read", fix=_FIX, set=number)
    return ConceptSet.from_dict(told)


def _fits(told: Json, keys: Mapping[str, type]) -> bool:
    return isinstance(told, dict) and all(
        type(value) is keys.get(key) and (is_text(value) or not isinstance(value, str)) for key, value in told.items()
    )


def _kind(told: Json, number: int) -> type[Node]:
    """The kind of a told node whose fields are all there, and no others."""
    name = told.get("node") if isinstance(told, dict) else None
    if not isinstance(name, str) or name not in KINDS:
        raise _refused(f"there is no node {name if isinstance(name, str) else None!r:.40}", number)
    kind = KINDS[name]
    if wrong := set(told) ^ {"node", *SCHEMA[kind]}:
        told_apart = ", ".join(sorted(f"{field:.40}" for field in wrong))
        raise _refused(f"{name} has fields too many or too few: {told_apart:.200}", number)
    return kind


def _refused(what: str, number: int) -> DefinitionError:
    return DefinitionError(what, fix=_FIX, node=number)
