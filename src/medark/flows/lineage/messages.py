"""Messages and documents: which of their fields becomes what"""

from __future__ import annotations

from collections.abc import Iterator

from medark.catalog.sources import SourceAccount
from medark.flows.workspace import Workspace
from medark.model.lineage import Edge
from medark.model.record import Format
from medark.standardise.formats import has_reader


def formats_of(source: SourceAccount) -> tuple[str, ...]:
    """The formats of a source that have a reader."""
    return tuple(sorted({one.format for one in source.formats if has_reader(Format(one.format))}))


def format_edges(workspace: Workspace, source: str, format_: str) -> Iterator[Edge]:
    """From each field of a source's messages to what is staged of it."""
    yield from ()
