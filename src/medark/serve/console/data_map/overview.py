"""Everything there is on one page: drawn, and as lists"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medark.catalog import TableEntry
from medark.catalog.groups import grouped
from medark.catalog.sources import SourceAccount, SourceAccounts
from medark.flows.catalog import freshen as freshen_catalog
from medark.flows.data_map import AppReads, Seen, all_sources, apps_that_read, freshen, kept_sources, seen
from medark.messages import _, phrase
from medark.model.account import UnitAccount
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.serve.console.data_map.picture import drawing
from medark.serve.console.data_map.told import (
    app_address,
    count_of,
    dataset_address,
    in_language,
    part_of,
    source_address,
    table_told,
    units_told,
)
from medark.serve.console.screens import Screen, Visit


@dataclass(frozen=True, slots=True)
class Whole:
    """What the page is made of: the reader's tables, the sources, the applications."""

    seen: Seen
    sources: tuple[SourceAccount, ...]
    accounts: SourceAccounts | None
    apps: tuple[AppReads, ...]
    is_being_made: bool


def whole(visit: Visit) -> Whole:
    """All of it as it was worked out last; what is missing is begun."""
    workspace = visit.workspace
    found = seen(workspace, visit.reader)
    going = freshen(workspace, visit.reader, found) or freshen_catalog(workspace, visit.reader)
    accounts = kept_sources(workspace)
    return Whole(found, all_sources(workspace, accounts), accounts, tuple(apps_that_read(workspace)), going)


def screen(visit: Visit) -> Screen:
    """The page."""
    found = whole(visit)
    picture = drawing(found.seen, visit)
    data = {
        "state": state(found),
        "figures": _figures(found),
        "picture": picture.told,
        "sources": [_source(one, found) for one in found.sources],
        "formats": _formats(found.sources),
        "groups": _groups(found, visit),
        "apps": [_app(one, visit) for one in found.apps],
    }
    return Screen(_("Data map"), "data_map.html", data, drawn=picture.drawn)


def state(found: Whole) -> dict[str, Any]:
    """Which version is shown, and when what is told of it was worked out."""
    made = [kept.profile.made_ms for kept in found.seen.tables.values()]
    older = [table for table, kept in found.seen.tables.items() if not kept.is_current]
    return {
        "version": found.seen.snapshot.version,
        "committed_ms": found.seen.snapshot.committed_ms or None,
        "made_ms": max(made, default=None),
        "sources_ms": found.accounts.made_ms if found.accounts else None,
        "is_being_made": found.is_being_made,
        "missing": len(found.seen.missing),
        "older": older,
        "shut": len(found.seen.shut),
    }


def _figures(found: Whole) -> dict[str, Any]:
    snapshot = found.seen.snapshot
    clinical = [name for name in tables() if name not in VOCABULARY_TABLES and snapshot.rows(name)]
    units = sum((one.units for one in found.sources), UnitAccount())
    return {
        "people": snapshot.rows("person"),
        "organisations": len({one.organisation for one in found.sources}),
        "sources": len(found.sources),
        "records": sum(one.records for one in found.sources) if found.accounts else None,
        "bytes": sum(one.bytes for one in found.sources) if found.accounts else None,
        "rows": sum(snapshot.rows(name) for name in clinical),
        "tables": len(clinical),
        "datasets": sum(len(one.datasets) for one in found.apps),
        "apps": len(found.apps),
        "units": units_told(units),
    }


def is_counted(one: SourceAccount, found: Whole) -> bool:
    """Was its account worked out?"""
    return found.accounts is not None and one in found.accounts.sources


def _source(one: SourceAccount, found: Whole) -> dict[str, Any]:
    return {
        "is_counted": is_counted(one, found),
        "name": one.name,
        "organisation": one.organisation,
        "system": one.system,
        "address": source_address(one.name),
        "owner": one.owner,
        "formats": sorted({account.format for account in one.formats}),
        "records": one.records,
        "bytes": one.bytes,
        "last_ms": one.last_ms,
        "units": units_told(one.units),
        "waiting": sum(account.records for account in one.formats if account.state == "waiting"),
    }


def _formats(sources: tuple[SourceAccount, ...]) -> list[dict[str, Any]]:
    """What comes in, by format."""
    sums: dict[str, tuple[int, UnitAccount, set[str]]] = {}
    for source in sources:
        for one in source.formats:
            records, units, names = sums.get(one.format, (0, UnitAccount(), set()))
            sums[one.format] = (records + one.records, units + one.units, names | {source.name})
    return [
        {"format": name, "records": records, "sources": len(names), "units": units_told(units)}
        for name, (records, units, names) in sorted(sums.items(), key=lambda one: -one[1][1].units)
    ]


def _groups(found: Whole, visit: Visit) -> list[dict[str, Any]]:
    readers = _readers(found.apps)
    there = [TableEntry(name, found.seen.snapshot.rows(name), ()) for name in tables()]
    return [
        {"name": name, "tables": [_table(found.seen, one.name, readers, visit) for one in some]}
        for name, some in grouped(there)
    ]


def _readers(apps: tuple[AppReads, ...]) -> Mapping[str, list[AppReads]]:
    found: dict[str, list[AppReads]] = {}
    for app in apps:
        for table in app.reads:
            found.setdefault(table, []).append(app)
    return found


def _table(found: Seen, name: str, readers: Mapping[str, list[AppReads]], visit: Visit) -> dict[str, Any]:
    kept = found.tables.get(name)
    profile = kept.profile if kept else None
    unmapped = part_of(profile.unmapped, profile.rows, visit) if profile else None
    told: dict[str, Any] = table_told(name, visit.language)
    return told | {
        "rows": found.snapshot.rows(name),
        "people": count_of(profile.people, visit) if profile else None,
        "first": profile.first if profile else None,
        "last": profile.last if profile else None,
        "unmapped": unmapped / profile.rows if profile and profile.rows and unmapped is not None else None,
        "sources": sorted({one.source for one in profile.arrived}) if profile else [],
        "apps": [_reader(app, visit) for app in readers.get(name, [])],
        "shut": phrase(found.shut.get(name, "")),
        "is_older": bool(kept and not kept.is_current),
    }


def _reader(app: AppReads, visit: Visit) -> dict[str, str]:
    return {"name": in_language(app.title, visit.language), "address": app_address(app, visit)}


def _app(app: AppReads, visit: Visit) -> dict[str, Any]:
    return _reader(app, visit) | {
        "app": app.name,
        "version": app.version,
        "reads": [
            table_told(table, visit.language) | {"columns": len(app.reads[table])} for table in sorted(app.reads)
        ],
        "datasets": [
            {
                "name": in_language(one.title, visit.language) or one.name,
                "address": dataset_address(one.app, one.name),
                "columns": len(one.columns),
                "fresh_ms": one.fresh_ms,
            }
            for one in app.datasets
        ],
    }
