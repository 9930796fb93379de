"""One table of the lake: its columns as the reader may see them, where its rows came from, who reads it"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from medark.catalog import ColumnProfile, TableProfile
from medark.catalog.meanings import of_column, of_table
from medark.errors import NotFoundError
from medark.flows.data_map import AppReads, Seen, hand_out
from medark.flows.gate.decide import levels
from medark.flows.timeline.names import names
from medark.govern.levels import Sensitivity
from medark.messages import _, phrase
from medark.model.omop import lake_columns, tables
from medark.model.table import Column
from medark.serve.console.data_map.overview import Whole, whole
from medark.serve.console.data_map.overview import state as state_of_all
from medark.serve.console.data_map.told import (
    MAP,
    app_address,
    bar,
    count_of,
    dataset_address,
    in_language,
    is_of_concepts,
    part_of,
    source_address,
    table_address,
)
from medark.serve.console.screens import Screen, Visit


def screen(visit: Visit) -> Screen:
    """The page. NotFoundError for a table that the lake has not."""
    name = visit.path["table"]
    if name not in tables():
        raise NotFoundError("no such table", fix=_("see the data map"), table=name)
    found = whole(visit)
    kept = hand_out(visit.workspace, found.seen, name)
    profile = kept.profile if kept else None
    data = {
        "map": MAP,
        "state": state_of_all(found),
        "name": name,
        "meaning": of_table(name).told(visit.language),
        "rows": found.seen.snapshot.rows(name),
        "shut": found.seen.shut.get(name, ""),
        "view": _view(found.seen, name),
        "profile": _profile(profile, visit) if profile else None,
        "is_older": bool(kept and not kept.is_current),
        "columns": list(_columns(found.seen, name, profile, visit)),
        "sources": _sources(profile, visit) if profile else [],
        "apps": list(_apps(found, name, visit)),
    }
    return Screen(name, "map_table.html", data)


def _view(found: Seen, table: str) -> dict[str, Any] | None:
    """Through what the reader sees it: the level of the grant, and whose rows."""
    view = found.standing.decision.views.get(table)
    return {"level": view.level, "rows": sorted(view.rows)} if view else None


def _profile(profile: TableProfile, visit: Visit) -> dict[str, Any]:
    unmapped = part_of(profile.unmapped, profile.rows, visit)
    return {
        "version": profile.version, "made_ms": profile.made_ms, "rows": count_of(profile.rows, visit),
        "people": count_of(profile.people, visit), "first": profile.first, "last": profile.last,
        "unmapped": unmapped / profile.rows if unmapped is not None and profile.rows else None,
    }  # fmt: skip


def _columns(found: Seen, table: str, profile: TableProfile | None, visit: Visit) -> Iterator[dict[str, Any]]:
    """Every column that the table has: what it is to everybody, how it is filled to who may see it."""
    view = found.standing.decision.views.get(table)
    shown = {one.name: one for one in profile.columns} if profile else {}
    level_of, called = levels(found.standing.overrides), _called(table, shown.values(), visit)
    for column in lake_columns(table):
        judged, known = level_of(table, column.name), shown.get(column.name)
        filled = (
            _filled(known, profile, called if is_of_concepts(table, column.name) else None, visit)
            if known and profile
            else None
        )
        yield _plain(table, column, judged, visit) | {
            "is_open": view is not None and column.name in view.columns,
            "mask": (view.columns.get(column.name) or "") if view else "",
            "filled": filled,
        }


def _plain(table: str, column: Column, judged: Sensitivity, visit: Visit) -> dict[str, Any]:
    return {
        "name": column.name, "type": str(column.type), "required": column.required, "is_key": column.primary_key,
        "refers_to": column.references or "",
        "refers_at": table_address(column.references) if column.references else "",
        "meaning": of_column(table, column.name).told(visit.language),
        "kind": judged.kind, "level": judged.level, "why": phrase(judged.reason),
    }  # fmt: skip


def _called(table: str, columns: Iterable[ColumnProfile], visit: Visit) -> Mapping[str, str]:
    """What frequent concepts are called in the reader's language, by their number as text."""
    numbers = {int(top.value) for one in columns if is_of_concepts(table, one.name) for top in one.top}
    found = names(visit.workspace).of(numbers - {0})
    return {str(number): named.in_(visit.language) for number, named in found.items()} | {"0": _("no concept")}


def _filled(
    one: ColumnProfile, profile: TableProfile, called: Mapping[str, str] | None, visit: Visit
) -> dict[str, Any]:
    """`called`: of a column of concepts, what they are called; from which number to which says nothing then."""
    missing = part_of(one.missing, profile.rows, visit)
    return {
        "missing": missing,
        "share": None if missing is None or not profile.rows else 1 - missing / profile.rows,
        "distinct": one.distinct,
        "least": one.least if called is None else None,
        "greatest": one.greatest if called is None else None,
        "top": [{"value": top.value, "rows": top.rows, "name": (called or {}).get(top.value, "")} for top in one.top],
        "hidden": phrase(one.masked),
    }


def _sources(profile: TableProfile, visit: Visit) -> list[dict[str, Any]]:
    ordered = sorted(profile.arrived, key=lambda one: -one.rows)
    most = max((one.rows for one in ordered), default=1)
    found: list[dict[str, Any]] = [
        {
            "source": one.source, "address": source_address(one.source), "format": one.format,
            "rows": count_of(one.rows, visit), "wide": bar([one.rows, most - one.rows])[0]["wide"],
        }
        for one in ordered
    ]  # fmt: skip
    derived = profile.rows - sum(one.rows for one in ordered)
    if derived:
        found.append({"source": "", "address": "", "format": "", "rows": count_of(derived, visit), "wide": 0})
    return found


def _apps(found: Whole, table: str, visit: Visit) -> Iterator[dict[str, Any]]:
    for app in found.apps:
        if table in app.reads:
            yield {
                "app": app.name,
                "name": in_language(app.title, visit.language),
                "address": app_address(app, visit),
                "columns": sorted(app.reads[table]),
                "datasets": list(_datasets(app, visit)),
            }


def _datasets(app: AppReads, visit: Visit) -> Iterator[dict[str, str]]:
    for one in app.datasets:
        title = in_language(one.title, visit.language) or one.name
        yield {"name": title, "address": dataset_address(one.app, one.name)}
