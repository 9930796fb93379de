"""Rows into resources: with the names of their concepts and the time that they came in"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from medark.model.arrow import rows
from medark.serve.fhir.edge import Edge
from medark.serve.fhir.resources import Making, Part, Resource
from medark.serve.fhir.resources.kind import Row


def made(edge: Edge, part: Part, found: pa.Table) -> list[Resource]:
    """A resource of each row, in their order; of a grouped part, of each group."""
    return made_of(edge, part, rows(found))


def made_of(edge: Edge, part: Part, told: Sequence[Row]) -> list[Resource]:
    """The same of rows that are told."""
    if not told:
        return []
    making = Making(
        edge.concepts.named(concept_ids(part, told)),
        edge.zone,
        edge.arrivals.of(row.get("medark_record_no") for row in told),
        edge.workspace.salt,
    )
    return part.group(list(told), making) if part.group is not None else [part.make(row, making) for row in told]


def concept_ids(part: Part, told: Sequence[Row]) -> set[int | None]:
    """All concepts that rows name."""
    return {row.get(column) for column in part.concept_columns for row in told}
