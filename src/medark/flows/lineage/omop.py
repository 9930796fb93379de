"""OMOP tables that came as they are: each column is the lake's, checked by the gate"""

from __future__ import annotations

from collections.abc import Iterator

from medark.catalog.sources import SourceAccount
from medark.model.lineage import ROWS, Asset, Edge, How, Layer
from medark.model.omop import tables

_OMOP = "omop."
_BY = "as OMOP"


def omop_edges(source: SourceAccount) -> Iterator[Edge]:
    """From each column of a source's OMOP tables to the lake's; those that a row can't be without decide rows too."""
    for table in source.tables:
        if table.title.startswith(_OMOP):
            name = table.title.removeprefix(_OMOP)
            required = {column.name for column in tables()[name].columns if column.required}
            for field in table.fields:
                start = Asset(Layer.FIELD, f"{source.name}/{name}", field.name)
                for told in field.becomes:
                    column = told.partition(".")[2]
                    yield Edge(start, Asset(Layer.COLUMN, name, column), How.VALUE, _BY)
                    if column in required:
                        yield Edge(start, Asset(Layer.COLUMN, name, ROWS), How.ROWS, _BY)
