"""How many rows there are: told only where there are enough people, or one who is asked for by name"""

from __future__ import annotations

from dataclasses import dataclass

from medark.flows.fhir.conditions import Sets, sql
from medark.flows.fhir.pages import Asked, seen
from medark.flows.gate import About, reading
from medark.flows.workspace import Workspace
from medark.govern.small_counts import is_small
from medark.model.access import Reader
from medark.sql.render import plain


@dataclass(frozen=True, slots=True)
class Counted:
    """How many; None where it is a few people's, which is not told."""

    rows: int | None
    version: int


def counted(workspace: Workspace, reader: Reader, wanted: Asked, about: About, version: int | None = None) -> Counted:
    """How many rows a reader sees. Errors as of `page`."""
    columns, condition = seen(workspace, reader, wanted)
    least = workspace.settings.access.least_count
    with reading(workspace, reader, {wanted.table: columns}, about, version=version) as governed:
        sets = Sets()
        conditions = [sql(condition, sets)]
        if wanted.person and wanted.person_id is not None:
            conditions.append(f"{wanted.person} = {int(wanted.person_id)}")
        for name, held in sets.tables.items():
            governed.session.bind_arrow(name, held)
        people = f"COUNT(DISTINCT {wanted.person})" if wanted.person else "COUNT(*)"
        text = f"SELECT COUNT(*) AS n, {people} AS people FROM {wanted.table} WHERE {' AND '.join(conditions)}"
        found = governed.query(plain(text, governed.session.dialect)).to_pylist()[0]
        hidden = bool(wanted.person) and wanted.person_id is None and is_small(found["people"], least)
        return Counted(None if hidden else found["n"], governed.snapshot.version)
