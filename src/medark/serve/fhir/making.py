"""Rows into resources: with the names of their concepts and the time that they came in"""

from __future__ import annotations

import pyarrow as pa

from medark.serve.fhir.edge import Edge
from medark.serve.fhir.resources import Making, Part, Resource


def made(edge: Edge, part: Part, rows: pa.Table) -> list[Resource]:
    """A resource of each row, in their order; of a grouped part, of each group."""
    if not rows.num_rows:
        return []
    making = Making(
        edge.concepts.named(concept_ids(part, rows)),
        edge.zone,
        edge.arrivals.of(rows["medark_record_no"].to_pylist() if "medark_record_no" in rows.column_names else ()),
        edge.workspace.salt,
    )
    told = rows.to_pylist()
    return part.group(told, making) if part.group is not None else [part.make(row, making) for row in told]


def concept_ids(part: Part, rows: pa.Table) -> set[int | None]:
    """All concepts that rows name."""
    return {
        concept
        for column in part.concept_columns
        if column in rows.column_names
        for concept in rows[column].to_pylist()
    }
