"""Rows about the one person whom a query names: judged now, in memory, rather than found among everybody's"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import pyarrow as pa

from medark.define import Dataset
from medark.errors import NotFoundError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.of_person import lines
from medark.flows.apps.origins import with_organisations
from medark.flows.apps.publish import kept_schema
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.sdk.shows import Needed, Rows, named

_PERSON = "person_id"
_LONGEST = 19  # digits


def of_one_person(loaded: Loaded, needed: Iterable[Needed], query: Mapping[str, str]) -> tuple[int, tuple[str, ...]]:
    """The person whom a query names, and the datasets of which no more than their rows are wanted."""
    told = query.get(_PERSON, "")
    if not (told.isascii() and told.isdecimal() and len(told) <= _LONGEST):
        return 0, ()
    asked = list(needed)
    datasets = [one.name for one in loaded.app.datasets if isinstance(one.dataset, Dataset)]
    users = {name: [one for one in asked if name in named(one)] for name in datasets}
    return int(told), tuple(name for name, of in users.items() if of and all(map(_is_of_one, of)))


def person_rows(
    workspace: Workspace, reader: Reader, loaded: Loaded, person_id: int, names: tuple[str, ...], today: dt.date
) -> dict[str, pa.Table]:
    """The rows of some datasets about one person, as this reader may see them now; none for a dataset without any.

    AccessError where the reader, or the application, may not read what they are made of.
    """
    origins = {one.name: one.origins for one in loaded.app.datasets}
    found: dict[str, pa.Table] = {}
    for name, rows in lines(workspace, reader, loaded, names, person_id, today).items():
        if rows:
            table = pa.Table.from_pylist(rows, schema=_schema(workspace, loaded, name, rows[0]))
            found[name] = with_organisations(workspace, table, origins[name])
    return found


def _is_of_one(needed: Needed) -> bool:
    return isinstance(needed, Rows) and _PERSON in needed.where


def _schema(workspace: Workspace, loaded: Loaded, name: str, row: Mapping[str, object]) -> pa.Schema | None:
    """The types of the dataset as it was published last, if it has the same columns; else what the rows tell."""
    try:
        kept = kept_schema(workspace, loaded.name, name)
    except NotFoundError:
        return None
    return kept.remove_metadata() if set(kept.names) == set(row) else None
