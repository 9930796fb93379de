"""One source: what it delivered, how that ended, why some of it is held back, and what its fields became"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from medark.catalog.became import Field, fields_of_format
from medark.catalog.sources import SourceAccount
from medark.check.reasons import REASONS
from medark.errors import NotFoundError
from medark.flows.data_map import Seen
from medark.flows.propose import has_proposal, map_name
from medark.flows.raw import STEWARDS
from medark.messages import N_, _
from medark.model.account import ReasonCount
from medark.serve.console.addresses import PREFIX
from medark.serve.console.data_map.overview import Whole, is_counted, state, whole
from medark.serve.console.data_map.told import MAP, column_told, count_of, table_told, units_told
from medark.serve.console.screens import Screen, Visit

_DAYS: Final = 7  # after so many a source that used to deliver is late
_DAY_MS: Final = 24 * 3600 * 1000
_MEANINGS: Final = {reason.phrase: reason.meaning for reason in REASONS}
_TO_DO: Final = {
    "person not known": N_("take in the patients of this system, then: medark quarantine retry"),
    "parent not known": N_("take in the visits of this system, then: medark quarantine retry"),
    "required value missing": N_("the system leaves it out: ask its owner, or map another column"),
    "waiting": N_("describe the table in a map, then: medark quarantine retry"),
}
_OTHERWISE: Final = {
    "quarantined": N_(
        "look at where it is with: medark quarantine list; mended at the source it loads when sent again"
    ),
    "not_understood": N_("kept as it came; nothing is lost"),
    "excluded": N_("nothing: a rule leaves it out"),
}


def screen(visit: Visit) -> Screen:
    """The page. NotFoundError for a source that nothing came from."""
    found = whole(visit)
    source = _asked(found, visit.path["organisation"], visit.path["system"])
    name = source.name
    data = {
        "map": MAP,
        "state": state(found),
        "is_counted": is_counted(source, found),
        "name": name,
        "organisation": source.organisation,
        "system": source.system,
        "owner": source.owner,
        "time_zone": source.time_zone,
        "records": source.records,
        "bytes": source.bytes,
        "batches": source.batches,
        "last_ms": source.last_ms,
        "is_late": source.last_ms is not None and visit.parts.clock() * 1000 - source.last_ms > _DAYS * _DAY_MS,
        "units": units_told(source.units),
        "formats": [
            {"format": one.format, "state": one.state, "records": one.records, "units": units_told(one.units)}
            for one in source.formats
        ],
        "reasons": [_reason(one, source, visit) for one in source.reasons],
        "deliveries": [_delivery(one) for one in source.deliveries],
        "tables": list(_given(found.seen, name, visit)),
        "fields": list(_fields(source, visit)),
        "explain": _explain(visit, name),
    }
    return Screen(name, "map_source.html", data)


def _explain(visit: Visit, source: str) -> str:
    """Where who may says what its tables are that wait; "" for others."""
    may = bool(visit.reader.roles & STEWARDS) and has_proposal(visit.workspace, source)
    return f"{PREFIX}/import?source={quote(source, safe='')}" if may else ""


def _asked(found: Whole, organisation: str, system: str) -> SourceAccount:
    """The source of an address; one whose name is one word is an organisation and its only system."""
    by_name = {one.name: one for one in found.sources}
    source = by_name.get(f"{organisation}/{system}") or (by_name.get(system) if system == organisation else None)
    if source is None:
        raise NotFoundError("no such source", fix=_("see the data map"), source=f"{organisation}/{system}")
    return source


def _delivery(one: Any) -> dict[str, Any]:
    return {
        name: getattr(one, name)
        for name in ("number", "started_ms", "ended_ms", "found", "landed", "already", "refused", "bytes")
    }


def _reason(one: ReasonCount, source: SourceAccount, visit: Visit) -> dict[str, Any]:
    """`count` is None of what a rule leaves out and was read more than once: then it is more than there is."""
    left_out = sum(each.count for each in source.reasons if each.outcome == "excluded")
    is_counted = one.outcome != "excluded" or left_out == source.units.excluded
    known = _TO_DO.get(one.reason) or _OTHERWISE.get(one.outcome, "")
    return {
        "outcome": one.outcome, "reason": one.reason, "table": one.table, "count": one.count if is_counted else None,
        "meaning": _MEANINGS.get(one.reason, "") if visit.language == "en" else "", "to_do": _(known),
    }  # fmt: skip


def _given(found: Seen, source: str, visit: Visit) -> Iterator[dict[str, Any]]:
    """The tables of the lake that have rows of it."""
    for table, kept in found.tables.items():
        rows = sum(one.rows for one in kept.profile.arrived if one.source == source)
        if rows:
            yield table_told(table, visit.language) | {
                "rows": count_of(rows, visit), "of": kept.profile.rows, "made_ms": kept.profile.made_ms,
            }  # fmt: skip


def _fields(source: SourceAccount, visit: Visit) -> Iterator[dict[str, Any]]:
    """What its fields became: one entry for each kind of table, message or document; tables that wait come first."""
    for format_, _some in groupby(source.formats, key=lambda one: one.format):
        known = fields_of_format(format_)
        if known:
            yield {"title": format_, "about": "", "files": None, "columns": len(known), "is_waiting": False,
                   "fields": _told(known, visit)}  # fmt: skip
    proposed = f"{map_name(source.name)}."
    for table in sorted(source.tables, key=lambda one: bool(one.fields)):
        yield {"title": table.title.removeprefix(proposed), "about": table.about, "files": table.files,
               "columns": table.columns, "is_waiting": not table.fields, "fields": _told(table.fields, visit),
               }  # fmt: skip


def _told(fields: Sequence[Field], visit: Visit) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name, "meaning": one.meaning.told(visit.language), "why": one.why,
            "becomes": [column_told(place, visit.language) for place in one.becomes],
        }
        for one in fields
    ]  # fmt: skip
