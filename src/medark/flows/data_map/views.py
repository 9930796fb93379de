"""What a profile depends on: the files of its table, and the view that it was read through"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import orjson

from medark.flows.gate.decide import Standing
from medark.flows.gate.parts import day_of, now_ms
from medark.flows.workspace import Workspace
from medark.model.access import Rows
from medark.store.lake import Snapshot


def state_of(snapshot: Snapshot, table: str) -> str:
    """Which files a table has: equal ones, equal rows."""
    found = snapshot.tables.get(table)
    return _digest([file.path for file in found.files] if found else [])


def keyed(workspace: Workspace, found: Standing, snapshot: Snapshot) -> Mapping[str, tuple[str, str]]:
    """Of each open table the key of its view and the state of its files; worked out once while the decision stands."""
    key = ("views of tables", found.refused, snapshot.version, workspace.vocabulary.digest, workspace.today())
    if key not in found.plans:
        found.plans[key] = {
            table: (view_key(workspace, found, table), state_of(snapshot, table)) for table in found.reads
        }
    told: Mapping[str, tuple[str, str]] = found.plans[key]
    return told


def view_key(workspace: Workspace, found: Standing, table: str) -> str:
    """Equal keys, equal views of a table's rows: columns and masks, whose rows, who said no, what is sensitive.

    Of care the day is in it. Of who is under 14 it is not: as days go by a view only opens, so what was made earlier
    shows no more than what is made now.
    """
    view, reader = found.decision.views[table], found.reader
    told: list[object] = [
        table, sorted(view.columns.items()), sorted(view.rows), view.level, sorted(found.refused),
        [(one.table, one.column, one.level) for one in found.overrides], workspace.vocabulary.digest,
    ]  # fmt: skip
    settings = workspace.settings
    if view.rows - {Rows.ALL}:
        told += [reader.organisation, sorted((name, settings.organisation(name)) for name in settings.sources)]
    if Rows.CARE in view.rows:
        told += [day_of(workspace, now_ms()).isoformat(), settings.access.care_days, sorted(reader.broken_glass)]
    return _digest(told)


def _digest(told: object) -> str:
    return hashlib.sha256(orjson.dumps(told)).hexdigest()[:32]
