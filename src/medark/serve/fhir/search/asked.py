"""A search as it was asked: whose, which rows of which tables, how many, in what order, and what comes along"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from medark.errors import UsageError
from medark.flows.fhir import AllOf, Condition, IsIn
from medark.serve.fhir.edge import Edge
from medark.serve.fhir.resources import Kind, Part
from medark.serve.fhir.resources.kind import PersonIdentifier, Reference
from medark.serve.fhir.search import values
from medark.serve.fhir.search.conditions import NOBODY, arrived, condition
from medark.serve.fhir.search.cursor import Cursor, read_cursor

COUNT: Final = 50
MOST: Final = 1000
_PEOPLE: Final = ("patient", "subject")
_CONTROL: Final = (
    "_count", "_sort", "_summary", "_total", "_include", "_cursor", "_format", "_pretty",
)  # fmt: skip
_IGNORED: Final = ("_format", "_pretty")  # there is one form
PeopleOf = Callable[[str, str | None], Iterable[int]]  # value, system → the people who are known by it


@dataclass(frozen=True, slots=True)
class Search:
    """`person_id`: the one person that it is about. `parts`: the tables, each with which rows. `ignored`: parameters
    that are not known and were passed over, as the caller allowed.
    """

    kind: Kind
    parts: tuple[tuple[Part, Condition], ...] = field(repr=False)
    person_id: int | None = field(default=None, repr=False)
    ids: frozenset[str] | None = field(default=None, repr=False)
    count: int = COUNT
    is_count: bool = False
    newest_first: bool = False
    includes: tuple[str, ...] = ()
    cursor: Cursor | None = None
    ignored: tuple[str, ...] = ()
    digest: str = ""


def searched(
    edge: Edge, kind: Kind, asked: Sequence[tuple[str, str]], people_of: PeopleOf, *, lenient: bool = False
) -> Search:
    """The search that parameters say. UsageError names the parameter that is not known or can't be understood."""
    found = _Reading(edge, kind, people_of)
    ignored = []
    for name, text in asked:
        if name in _CONTROL:
            continue
        if len(text) > 4000 or not found.take(name, text):
            if not lenient:
                raise UsageError(
                    "this resource can't be searched by this",
                    fix="GET /fhir/metadata says by what",
                    parameter=name[:60],
                )
            ignored.append(name[:60])
    search = replace(found.search(), ignored=tuple(ignored), digest=_digest(kind, asked))
    return _controlled(search, asked)


class _Reading:
    """Parameters taken one by one, all of which must hold."""

    def __init__(self, edge: Edge, kind: Kind, people_of: PeopleOf) -> None:
        self._edge, self._kind, self._people_of = edge, kind, people_of
        self._people: frozenset[int] | None = None
        self._ids: frozenset[str] | None = None
        self._conditions: list[list[Condition]] = [[] for _ in kind.parts]

    def take(self, name: str, text: str) -> bool:
        """Is it known? Then it is taken."""
        plain, _, modifier = name.partition(":")
        if plain == "_id" and not modifier:
            self._take_ids(values.alternatives(text))
        elif plain == "_lastUpdated" and not modifier:
            self._everywhere(arrived(self._edge, text))
        elif self._kind.person and self._kind.type != "Patient" and self._is_person(plain, modifier, text):
            pass
        elif isinstance(self._kind.parameters().get(plain), PersonIdentifier) and not modifier:
            self._narrow(self._known_by(text))
        else:
            return self._take_own(plain, modifier, text)
        return True

    def search(self) -> Search:
        """All of it."""
        # Of nobody nothing is read, but whether it may be read is decided all the same.
        person_id = next(iter(self._people or (0,))) if self._people is not None and len(self._people) < 2 else None
        parts = tuple(
            (part, AllOf((*self._fixed(part), *conditions, *self._of_people())))
            for part, conditions in zip(self._kind.parts, self._conditions, strict=True)
        )
        return Search(self._kind, parts, person_id, self._ids)

    def _fixed(self, part: Part) -> list[Condition]:
        return [part.only(self._edge.sets)] if part.only is not None else []

    def _of_people(self) -> list[Condition]:
        if self._people is None:
            return []
        return [] if len(self._people) == 1 else [IsIn(("person_id",), self._people) if self._people else NOBODY]

    def _is_person(self, plain: str, modifier: str, text: str) -> bool:
        """patient=123, subject=Patient/123, patient.identifier=…"""
        if plain in _PEOPLE and modifier in ("", "Patient"):
            self._narrow(_keys(text, plain))
            return True
        if (plain, modifier) in (("patient.identifier", ""), ("subject", "Patient.identifier")):
            self._narrow(self._known_by(text))
            return True
        return False

    def _known_by(self, text: str) -> frozenset[int]:
        told = [values.token(one) for one in values.alternatives(text)]
        return frozenset(person for one in told for person in self._people_of(one.code, one.system))

    def _take_ids(self, ids: list[str]) -> None:
        if self._kind.parts[0].group is not None:
            self._ids = frozenset(ids)
            self._narrow(frozenset(p for one in ids if (p := values.number(one.rpartition(".")[2])) is not None))
            return
        if self._kind.person in ("", "_id"):
            keys = frozenset(key for one in ids if (key := values.number(one)) is not None)
            if self._kind.person:
                self._narrow(keys)
            else:
                self._everywhere(IsIn((self._kind.parts[0].key,), keys) if keys else NOBODY)
            return
        events = [event for one in ids if (event := values.event_id(one)) is not None]
        self._narrow(frozenset(event.person_id for event in events))
        for part, conditions in zip(self._kind.parts, self._conditions, strict=True):
            keys = frozenset(event.key for event in events if event.prefix == part.prefix)
            conditions.append(IsIn((part.key,), keys) if keys else NOBODY)

    def _take_own(self, plain: str, modifier: str, text: str) -> bool:
        if plain not in self._kind.parameters():
            return False
        for part, conditions in zip(self._kind.parts, self._conditions, strict=True):
            parameter = part.parameters.get(plain)
            if parameter is None:
                conditions.append(NOBODY)
                continue
            conditions.append(condition(self._edge, part, parameter, plain, modifier, text))
            if isinstance(parameter, Reference) and parameter.to == "Encounter" and modifier != "missing":
                self._visited(text, plain)
        return True

    def _visited(self, text: str, name: str) -> None:
        """The id of a visit says whose it is: only theirs is read."""
        told = [values.reference(one, "Encounter", name) for one in values.alternatives(text)]
        events = [values.event_id(one) for one in told if one is not None]
        self._narrow(frozenset(event.person_id for event in events if event is not None))

    def _narrow(self, people: frozenset[int]) -> None:
        self._people = people if self._people is None else self._people & people

    def _everywhere(self, found: Condition) -> None:
        for conditions in self._conditions:
            conditions.append(found)


def _keys(text: str, name: str) -> frozenset[int]:
    told = (values.reference(one, "Patient", name) for one in values.alternatives(text))
    return frozenset(key for one in told if one is not None and (key := values.number(one)) is not None)


# -- how many, in what order -------------------------------------------------------------------------------------------


def _controlled(search: Search, asked: Sequence[tuple[str, str]]) -> Search:
    for name, text in asked:
        match name:
            case "_count":
                search = _counted(search, text)
            case "_sort":
                search = _sorted(search, text)
            case "_summary":
                if text not in ("count", "false"):
                    raise UsageError("this server has no such summary", fix="_summary=count", parameter=name)
                search = replace(search, is_count=text == "count")
            case "_total" if text not in ("none", "estimate", "accurate"):
                raise UsageError("a total is none, an estimate or accurate", fix="_summary=count", parameter=name)
            case "_include":
                search = replace(search, includes=(*search.includes, _included(search.kind, text)))
            case "_cursor":
                search = replace(search, cursor=read_cursor(text, search.digest))
    return search


def _counted(search: Search, text: str) -> Search:
    if not text.isdecimal() or len(text) > 9:
        raise UsageError("a number of resources is needed", fix="_count=50", parameter="_count")
    return replace(search, count=min(int(text), MOST), is_count=search.is_count or int(text) == 0)


def _sorted(search: Search, text: str) -> Search:
    if text not in ("date", "-date"):
        raise UsageError("results are in order of date", fix="_sort=date, _sort=-date", parameter="_sort")
    if search.person_id is None:
        raise UsageError("results of many people are in order of people", fix="add patient=", parameter="_sort")
    return replace(search, newest_first=text == "-date")


def _included(kind: Kind, text: str) -> str:
    source, _, name = text.partition(":")
    name = name.partition(":")[0]
    name = "patient" if name == "subject" else name
    if source != kind.type or name not in kind.includes:
        known = ", ".join(f"{kind.type}:{one}" for one in kind.includes)
        raise UsageError("this can't be included", fix=known or "leave it out", parameter="_include")
    return name


def _digest(kind: Kind, asked: Sequence[tuple[str, str]]) -> str:
    """What a cursor belongs to: the same search, whatever page of it."""
    told = sorted((name, text) for name, text in asked if name not in ("_cursor", "_count", *_IGNORED))
    return hashlib.sha256(repr((kind.type, told)).encode()).hexdigest()[:16]
