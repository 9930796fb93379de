"""One thing: what it is, who owns it, how sensitive, fresh and good it is, where it occurs and who reads it"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from medark.catalog.assets import Asset, Kind
from medark.flows.catalog import OCCUR, Detail, Judged, Occurs, freshen, one
from medark.messages import _
from medark.serve.console.addresses import PREFIX, asset_address
from medark.serve.console.catalog.told import FIND, asset_told, own_page, why_sensitive
from medark.serve.console.data_map.told import MAP, source_address
from medark.serve.console.screens import Screen, Visit

_MOST: Final = 200  # parts that are listed
_CHECKS: Final = 20  # that fail, of one thing
_ON_MAP: Final = (Kind.SOURCE, Kind.RAW_TABLE, Kind.TABLE, Kind.DATASET, Kind.APP)
_IN_LINEAGE: Final = (Kind.TABLE, Kind.COLUMN, Kind.FIELD, Kind.VARIABLE)


def screen(visit: Visit) -> Screen:
    """The page. NotFoundError for what there is not, or is not open to the reader."""
    freshen(visit.workspace, visit.reader)
    found = one(visit.workspace, visit.reader, f"{visit.path['kind']}:{visit.path['key']}")
    asset, told = found.asset, asset_told(found.asset, visit.language)
    data = {
        "find": FIND,
        **told,
        **why_sensitive(asset),
        "both": {"en": asset.called("en"), "zh": asset.called("zh")},
        "also": [word for word in asset.words.split(" · ") if word] if asset.kind is Kind.CONCEPT else [],
        "is_counted": asset.kind in OCCUR,
        "own_page": own_page(asset),
        "lineage": _lineage(asset),
        "on_map": f"{MAP}?{urlencode({'focus': asset.id})}#flow" if asset.kind in _ON_MAP else "",
        "rows": _rows(found, visit),
        "whole": [asset_told(each, visit.language) for each in reversed(found.whole)],
        "parts": _listed(found.parts, visit),
        "occurs": [_occurs(each) for each in found.occurs],
        "readers": _listed(found.readers, visit),
        "made_of": _places(asset.reads, visit),
        "judged": _judged(found.judged, visit.language) if found.judged else None,
        "is_current": found.is_current,
    }
    return Screen(told["called"], "asset.html", data)


def _rows(found: Detail, visit: Visit) -> int | None:
    """Of a table how many rows it has, which everybody is told."""
    asset = found.asset
    return visit.workspace.lake.snapshot().rows(asset.key) if asset.kind is Kind.TABLE else None


def _lineage(asset: Asset) -> str:
    return f"{PREFIX}/lineage?of={quote(asset.key)}" if asset.kind in _IN_LINEAGE else ""


def _listed(assets: Sequence[Asset], visit: Visit) -> dict[str, Any]:
    return {"count": len(assets), "some": [asset_told(each, visit.language) for each in assets[:_MOST]]}


def _places(reads: Sequence[str], visit: Visit) -> list[dict[str, Any]]:
    """Columns of the lake by table."""
    tables: dict[str, list[str]] = {}
    for place in reads:
        table, _dot, column = place.partition(".")
        tables.setdefault(table, []).append(column)
    return [
        {
            "table": table, "address": asset_address(f"{Kind.TABLE}:{table}"),
            "columns": [{"name": c, "address": asset_address(f"{Kind.COLUMN}:{table}.{c}")} for c in columns],
        }
        for table, columns in tables.items()
    ]  # fmt: skip


def _occurs(each: Occurs) -> dict[str, Any]:
    most = max((rows for _, rows in each.sources if rows), default=1)
    return {
        "table": each.table, "column": each.column, "rows": each.rows, "people": each.people,
        "address": asset_address(f"{Kind.COLUMN}:{each.table}.{each.column}"),
        "sources": [
            {"name": name, "address": source_address(name), "rows": rows, "wide": 100 * (rows or 0) / most}
            for name, rows in each.sources
        ],
    }  # fmt: skip


def _judged(judged: Judged, language: str) -> dict[str, Any]:
    score = judged.score
    failing = [
        {"id": name, "called": check.called(language) if check else name, "address": f"{PREFIX}/quality/{quote(name)}"}
        for name, check in judged.failing[:_CHECKS]
    ]
    return {
        "at_ms": judged.at_ms, "share": score.share if score else None, "passed": score.passed if score else None,
        "failed": len(judged.failing), "address": f"{PREFIX}/quality", "failing": failing,
        "says": _("every check of it passed") if not judged.failing else "",
    }  # fmt: skip
