"""Links between rows, from the references between resources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from medark.standardise.formats.fhir.elements import Link, Reference
from medark.standardise.formats.fhir.unit import KINDS, Unit
from medark.standardise.formats.staged import Relation

Row = tuple[Any, ...]


def key_of(resource_type: str, identity: str) -> str:
    """The key of the row a resource becomes: encounters by their id, events by type and id."""
    return identity if resource_type == "Encounter" else f"{resource_type}/{identity}"


def reasons(
    links: Iterable[Link | Reference], person: str, kind: str, key: str, at: Unit, part_no: int = 0
) -> Iterator[Row]:
    """`reason_for` rows: a condition, procedure or observation is why the row (kind, key) came about."""
    for link in links:
        resource_type, identity = at.target(link)
        if resource_type in ("Condition", "Procedure") and identity:
            why = KINDS[resource_type], key_of(resource_type, identity)
            yield Relation(at.record_no, at.row_no, part_no, person, *why, kind, key, "reason_for")
            part_no += 1


def parts(
    links: Iterable[Link | Reference | None],
    expected: str,
    person: str,
    kind: str,
    key: str,
    relationship: str,
    at: Unit,
    part_no: int = 0,
) -> Iterator[Row]:
    """Rows that say what (kind, key) has: a specimen, an image. A reference without a type is of the expected one."""
    for link in links:
        resource_type, identity = at.target(link)
        if identity and resource_type in (expected, None):
            part = KINDS[expected], key_of(expected, identity)
            yield Relation(at.record_no, at.row_no, part_no, person, kind, key, *part, relationship)
            part_no += 1
