"""A chunk of FHIR to staging rows: each resource to its handler, each unit that does not load to the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medark.model.record import Chunk
from medark.standardise.formats.fhir import decode
from medark.standardise.formats.fhir.elements import Resource
from medark.standardise.formats.fhir.issue import SEVERITY, Issue, excluded, quarantined
from medark.standardise.formats.fhir.resources.people import Patient
from medark.standardise.formats.fhir.resources.products import NO_EVENT
from medark.standardise.formats.fhir.resources.registry import HANDLERS, Nested
from medark.standardise.formats.fhir.resources.unmapped import verdict
from medark.standardise.formats.fhir.unit import Neighbours, Unit
from medark.standardise.formats.staged import PersonLink, Product, Staged, UnitCount, UnitIssue

Row = tuple[Any, ...]
DEPTH = 4  # of Bundles in Bundles
PARTS = 16  # events of one unit that may go without a key: their place among the others becomes part of their id


def stage(chunk: Chunk) -> Staged:
    """Staging rows of a chunk. Never raises for what the bytes hold: every unit gives rows or an issue."""
    found = decode.units(chunk.content)
    nested = {n: _opened(content) for n, (_, content) in enumerate(found) if isinstance(content, Nested)}
    at = Unit(chunk.record_no, Neighbours(_resources(found, nested)))
    staged = Staged()
    is_cut = chunk.content[:1] == b"["
    for number, (full_url, content) in enumerate(found):
        at.row_no = chunk.first_row_no + number
        rows, issue = _together(nested[number], at) if number in nested else _read(content, at)
        if len(rows) > PARTS and _unplaceable(rows):
            rows, issue = [], quarantined("too many parts without an id", "id")
        for row in rows:
            staged.add(row)
        if issue is not None:
            _file(issue, chunk, number, staged)
        elif is_cut and isinstance(content, Patient):
            _link_full_url(content, full_url, at, staged)
    if chunk.last:
        staged.add(UnitCount(chunk.record_no, 0, 0, unit="resource", units=chunk.first_row_no + len(found)))
    return staged


def _file(issue: Issue, chunk: Chunk, number: int, staged: Staged) -> None:
    place = issue.place or _line(chunk, number)
    row_no = chunk.first_row_no + number
    staged.add(UnitIssue(chunk.record_no, row_no, 0, outcome=issue.outcome, reason=issue.reason, place=place))


def _read(content: Resource | Issue, at: Unit) -> tuple[list[Row], Issue | None]:
    """The rows of a resource, all or none, and how it ends if it does not load."""
    if isinstance(content, Issue):
        return [], content
    try:
        rows = _rows(content, at)
    except Issue as issue:
        return [], issue
    except Exception:
        return [], quarantined("the reader failed on it")
    only_things = rows and type(rows[0]) is Product and all(type(row) is Product for row in rows)
    return rows, excluded(NO_EVENT) if only_things else None


def _rows(resource: Resource, at: Unit) -> list[Row]:
    if resource.modifier_extension:
        raise quarantined("modifier extension", "modifierExtension")
    if resource.implicit_rules:
        raise quarantined("implicit rules", "implicitRules")
    handler = HANDLERS.get(type(resource))
    if handler is None:
        raise verdict(resource)
    return list(handler(resource, at))


def _unplaceable(rows: list[Any]) -> bool:
    return any(row.table == "event" and row.event_key is None and row.part_no >= PARTS for row in rows)


def _opened(bundle: Nested, depth: int = DEPTH) -> list[decode.Decoded]:
    """All that a Bundle within a unit holds, itself opened."""
    if not depth:
        return [(None, quarantined("nested too deep"))]
    held: list[decode.Decoded] = []
    for full_url, inner in decode.nested(bundle.entry or ()):
        held += _opened(inner, depth - 1) if isinstance(inner, Nested) else [(full_url, inner)]
    return held


def _resources(
    found: list[decode.Decoded], nested: dict[int, list[decode.Decoded]]
) -> Iterator[tuple[str | None, Resource]]:
    for number, single in enumerate(found):
        for full_url, content in nested.get(number, (single,)):
            if not isinstance(content, Issue):
                yield full_url, content


def _together(held: list[decode.Decoded], at: Unit) -> tuple[list[Row], Issue | None]:
    """Rows of all resources of one unit, numbered through; the unit ends as the worst of them."""
    rows: list[Row] = []
    worst: Issue | None = None if held else excluded("nothing in it")
    count: dict[str, int] = {}
    for index, (_, content) in enumerate(held):
        own, issue = _read(content, at)
        for row in own:
            table = row.table  # type: ignore[attr-defined]
            count[table] = count.get(table, -1) + 1
            rows.append(row._replace(part_no=count[table]))  # type: ignore[attr-defined]
        if issue is not None and (worst is None or SEVERITY[issue.outcome] > SEVERITY[worst.outcome]):
            place = f"entry[{index}]" + (f".{issue.place}" if issue.place else "")
            worst = Issue(issue.outcome, issue.reason, place)
    return rows, worst


def _line(chunk: Chunk, number: int) -> str | None:
    return f"line {chunk.first_row_no + number + 1}" if chunk.content[:1] == b"\x1e" else None


def _link_full_url(patient: Patient, full_url: str | None, at: Unit, staged: Staged) -> None:
    """In a Bundle cut into chunks, resources of other chunks may know a patient by the fullUrl only."""
    name = (full_url or "").removeprefix("urn:uuid:")
    if full_url and full_url.startswith("urn:uuid:") and patient.id and name != patient.id:
        staged.add(PersonLink(at.record_no, at.row_no, 15, person_key=name, survivor_key=patient.id))
