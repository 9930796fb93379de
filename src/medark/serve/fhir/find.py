"""Read and search: pages of each table that a resource is made of, in one order, and what is to come along"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from typing import Any, Final

from medark.errors import AccessError, NotFoundError
from medark.flows.fhir import After, AllOf, Asked, Condition, IsIn, counted, page
from medark.flows.gate import About
from medark.messages import N_
from medark.model.access import Reader
from medark.model.arrow import rows
from medark.serve.auth.caller import Caller
from medark.serve.fhir.edge import Edge
from medark.serve.fhir.making import made, made_of
from medark.serve.fhir.outcome import of_error
from medark.serve.fhir.resources import KINDS, Kind, Part, Resource
from medark.serve.fhir.resources.kind import Sets
from medark.serve.fhir.search.asked import MOST, Search
from medark.serve.fhir.search.cursor import Cursor
from medark.serve.fhir.search.values import event_id, number
from medark.serve.http.errors import ScopeError

NOT_THERE: Final = N_("there is no such resource, or none that you may see")
NO_PATIENT: Final = N_("the token is about one patient and does not say whom")
ONE_PATIENT: Final = N_("this is searched for one patient at a time")
_WHOLE: Final = 100_000  # rows of one person's grouped resources


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a page, what came along, issues to tell, how many there are in all (None: not told)."""

    resources: list[Resource] = field(repr=False)
    included: list[Resource] = field(default_factory=list, repr=False)
    issues: list[dict[str, Any]] = field(default_factory=list)
    total: int | None = None
    version: int = 0
    next: Cursor | None = None


def read(edge: Edge, caller: Caller, kind: Kind, resource_id: str) -> Resource:
    """One resource. NotFoundError where there is none, or none that the reader may see: both look alike."""
    caller.needs_resource(kind.type, "r")
    found = list(_by_id(edge, caller, kind, resource_id))
    if not found:
        raise NotFoundError(NOT_THERE, fix=f"GET /fhir/{kind.type}", type=kind.type)
    return found[0]


def _by_id(edge: Edge, caller: Caller, kind: Kind, resource_id: str) -> Iterator[Resource]:
    if kind.parts[0].group is not None:
        person_id = number(resource_id.rpartition(".")[2])
        if person_id is not None:
            _same_patient(caller, person_id)
            whole = _page(edge, caller.reader, kind, kind.parts[0], _only(edge, kind.parts[0]), person_id, _WHOLE)
            yield from (one for one in made(edge, kind.parts[0], whole.rows) if one["id"] == resource_id)
        return
    for part, person_id, key in _keys(kind, resource_id):
        if person_id is not None:
            _same_patient(caller, person_id)
        condition = AllOf((_only(edge, part), IsIn((part.key,), frozenset((key,)))))
        yield from made(edge, part, _page(edge, caller.reader, kind, part, condition, person_id, 1).rows)


def _keys(kind: Kind, resource_id: str) -> Iterator[tuple[Part, int | None, int]]:
    """Which part an id is of, whose it is, and its key."""
    if kind.person in ("", "_id"):
        key = number(resource_id)
        if key is not None and str(key) == resource_id:
            yield kind.parts[0], key if kind.person else None, key
        return
    event = event_id(resource_id)
    for part in kind.parts:
        if event is not None and part.prefix == event.prefix:
            yield part, event.person_id, event.key


def search(edge: Edge, caller: Caller, asked: Search) -> Found:
    """A page of what a search finds. Errors as of the gate; UsageError where it is not for so many people at once."""
    caller.needs_resource(asked.kind.type, "s")
    asked = _of_launch(caller, asked)
    if asked.is_count:
        return _counted(edge, caller.reader, asked)
    if asked.kind.parts[0].group is not None:
        found = _grouped(edge, caller.reader, asked)
    else:
        found = _merged(edge, caller.reader, asked)
    return _with_included(edge, caller, asked, found)


def own_patient(caller: Caller) -> int | None:
    """The one patient that a token is about; None for a token about whoever its user sees. ScopeError for a token that
    is about one patient and does not say whom: it opens nothing.
    """
    if not (caller.is_limited and caller.scopes.is_of_one_patient):
        return None
    person_id = number(caller.patient)
    if person_id is None:
        raise ScopeError(NO_PATIENT, fix="launch for a patient")
    return person_id


def _of_launch(caller: Caller, asked: Search) -> Search:
    """A token that is about one patient finds what is theirs."""
    own = own_patient(caller) if asked.kind.person else None
    if own is None:
        return asked
    if asked.person_id is not None:
        _same_patient(caller, asked.person_id)
    return replace(asked, person_id=own)


def _same_patient(caller: Caller, person_id: int) -> None:
    caller.needs_patient(str(person_id))


# -- pages -------------------------------------------------------------------------------------------------------------


def _merged(edge: Edge, reader: Reader, asked: Search) -> Found:
    """Rows of all tables of a resource in one order. Of a table that the reader may not see it is said that it is
    missing; if they see none, they are refused.
    """
    cursor, version = asked.cursor, None if asked.cursor is None else asked.cursor.version
    found: list[list[_Placed]] = []
    refusals: list[AccessError] = []
    has_more = False
    for i, (part, condition) in enumerate(asked.parts):
        after = None if cursor is None else cursor.of_part(i, newest_first=asked.newest_first)
        try:
            one = _page(
                edge, reader, asked.kind, part, condition, asked.person_id, asked.count, after, version,
                asked.newest_first,
            )  # fmt: skip
        except AccessError as error:
            refusals.append(error)
            continue
        version, has_more = one.version, has_more or one.has_more
        held = rows(one.rows)
        found.append(_placed(part, i, held, made_of(edge, part, held)))
    if not found:
        raise refusals[0]
    ordered = list(_in_order(found, newest_first=asked.newest_first))
    told, has_more = ordered[: asked.count], has_more or len(ordered) > asked.count
    is_whole = cursor is None and not has_more and asked.person_id is not None
    end = Cursor(version or 0, told[-1].part, told[-1].after) if has_more and told else None
    issues = [of_error(error, "warning") for error in refusals]
    total = len(told) if is_whole else None
    return Found([one.resource for one in told], issues=issues, total=total, version=version or 0, next=end)


def _in_order(found: list[list[_Placed]], *, newest_first: bool) -> Iterator[_Placed]:
    return merge(*found, key=_order, reverse=newest_first)


@dataclass(frozen=True, slots=True)
class _Placed:
    part: int
    after: After
    resource: Resource


def _placed(part: Part, number: int, held: list[dict[str, Any]], resources: list[Resource]) -> list[_Placed]:
    return [
        _Placed(number, After(row.get("person_id"), _day(row.get(part.day)) if part.day else None, row[part.key]), one)
        for row, one in zip(held, resources, strict=True)
    ]


def _day(value: object) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else value if isinstance(value, dt.date) else None


def _order(one: _Placed) -> tuple[int, dt.date, int, int]:
    return one.after.person_id or 0, one.after.day or dt.date.min, one.part, one.after.key


def _grouped(edge: Edge, reader: Reader, asked: Search) -> Found:
    """Resources of several rows: all of one person's at once, then page by page in their order."""
    if asked.person_id is None:
        raise AccessError(ONE_PATIENT, fix="patient=123", type=asked.kind.type)
    part, condition = asked.parts[0]
    whole = _page(edge, reader, asked.kind, part, condition, asked.person_id, _WHOLE)
    found = [one for one in made(edge, part, whole.rows) if asked.ids is None or one["id"] in asked.ids]
    if asked.newest_first:
        found.reverse()
    first = 0 if asked.cursor is None else max(0, asked.cursor.after.key)
    end = first + asked.count
    after = Cursor(whole.version, 0, After(asked.person_id, None, end)) if len(found) > end else None
    return Found(found[first:end], total=len(found), version=whole.version, next=after)


def _counted(edge: Edge, reader: Reader, asked: Search) -> Found:
    total: int | None = 0
    version = None if asked.cursor is None else asked.cursor.version
    for part, condition in asked.parts:
        wanted = _asked(part, condition, asked.person_id)
        one = counted(edge.workspace, reader, wanted, _about(asked.kind, "count"), version)
        total = None if total is None or one.rows is None else total + one.rows
        version = one.version
    return Found([], total=total, version=version or 0)


def _page(
    edge: Edge,
    reader: Reader,
    kind: Kind,
    part: Part,
    condition: Condition,
    person_id: int | None,
    count: int,
    after: After | None = None,
    version: int | None = None,
    newest_first: bool = False,
) -> Any:
    wanted = replace(_asked(part, condition, person_id), newest_first=newest_first)
    return page(edge.workspace, reader, wanted, _about(kind, "page"), count, after, version)


def _asked(part: Part, condition: Condition, person_id: int | None) -> Asked:
    return Asked(part.table, part.key, part.day, frozenset(part.columns), frozenset(part.must), condition, person_id)


def _about(kind: Kind, what: str) -> About:
    return About("fhir", detail={"type": kind.type, "asked": what})


def _only(edge: Edge, part: Part) -> Condition:
    sets: Sets = edge.sets
    return AllOf() if part.only is None else part.only(sets)


# -- what comes along --------------------------------------------------------------------------------------------------


def _with_included(edge: Edge, caller: Caller, asked: Search, found: Found) -> Found:
    included: dict[tuple[str, str], Resource] = {}
    issues = list(found.issues)
    there = {(one["resourceType"], one["id"]) for one in found.resources}
    for name in dict.fromkeys(asked.includes):
        kind = KINDS[asked.kind.includes[name]]
        ids = {told for one in found.resources for told in referred(one, kind.type)} - {
            i for t, i in there if t == kind.type
        }
        try:
            caller.needs_resource(kind.type, "r")
            for one in _of_ids(edge, caller.reader, kind, sorted(ids)):
                included[(kind.type, one["id"])] = one
        except AccessError as error:  # what is not granted does not come along, and that is said
            issues.append(of_error(error, "warning"))
    return replace(found, included=list(included.values()), issues=issues)


def referred(resource: object, kind: str) -> Iterator[str]:
    """The ids of resources of a type that a resource refers to."""
    if isinstance(resource, dict):
        told = resource.get("reference")
        if isinstance(told, str) and told.startswith(f"{kind}/"):
            yield told.removeprefix(f"{kind}/")
        for value in resource.values():
            yield from referred(value, kind)
    elif isinstance(resource, list):
        for value in resource:
            yield from referred(value, kind)


def _of_ids(edge: Edge, reader: Reader, kind: Kind, ids: Sequence[str]) -> Iterable[Resource]:
    keyed = [one for resource_id in ids for one in _keys(kind, resource_id)]
    for part in kind.parts:
        own = [(person_id, key) for one, person_id, key in keyed if one is part]
        if not own:
            continue
        people = {person_id for person_id, _ in own}
        person_id = next(iter(people)) if len(people) == 1 else None
        condition = AllOf((_only(edge, part), IsIn((part.key,), frozenset(key for _, key in own))))
        yield from made(edge, part, _page(edge, reader, kind, part, condition, person_id, MOST).rows)
