"""How assets are told: where each has its page, what it is called and is, in the reader's language"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from medark.catalog.assets import Asset, Kind
from medark.govern.levels import sensitivity
from medark.messages import phrase
from medark.serve.console.addresses import PREFIX, asset_address
from medark.serve.console.data_map.told import source_address, table_address

FIND: Final = f"{PREFIX}/find"
_ICONS: Final = {
    Kind.SOURCE: "source", Kind.RAW_TABLE: "file", Kind.FIELD: "field", Kind.TABLE: "table", Kind.COLUMN: "column",
    Kind.CONCEPT: "concept", Kind.CODE: "code", Kind.DEFINITION: "definition", Kind.DATASET: "dataset",
    Kind.VARIABLE: "column", Kind.APP: "app", Kind.PAGE: "page", Kind.CHECK: "check", Kind.TERM: "term",
}  # fmt: skip


def own_page(asset: Asset) -> str:
    """Where a thing has a page of its own beside that of the catalog; "" for none."""
    if asset.kind is Kind.TABLE:
        return table_address(asset.key)
    if asset.kind is Kind.COLUMN:
        table, _, column = asset.key.partition(".")
        return table_address(table, column)
    if asset.kind is Kind.SOURCE:
        return source_address(asset.key)
    if asset.kind is Kind.DATASET:
        return f"{PREFIX}/datasets/{quote(asset.key)}"
    if asset.kind is Kind.PAGE:
        return f"{PREFIX}/app/{quote(asset.key)}"
    if asset.kind is Kind.CHECK:
        return f"{PREFIX}/quality/{quote(asset.key)}"
    return ""


def asset_told(asset: Asset, language: str) -> dict[str, Any]:
    """One thing as a link: kind, what it is called and is, owner, level, freshness."""
    called, about = asset.called(language), asset.about.told(language) or asset.about.en
    if called == asset.name and about and asset.kind in (Kind.COLUMN, Kind.FIELD, Kind.VARIABLE):
        called, about = about, ""
    return {
        "id": asset.id, "kind": str(asset.kind), "label": phrase(asset.kind.label), "icon": _ICONS[asset.kind],
        "called": called, "name": asset.name if asset.name != called else "", "about": about,
        "address": asset_address(asset.id), "owner": asset.owner, "level": asset.level or None,
        "fresh_ms": asset.fresh_ms, "where": asset.where.partition(":")[2],
        "where_at": asset_address(asset.where) if asset.where else "",
    }  # fmt: skip


def why_sensitive(asset: Asset) -> dict[str, str]:
    """Class and reason of a column's level, by rule; of other things nothing."""
    if asset.kind is not Kind.COLUMN:
        return {"class": "", "why": ""}
    table, _, column = asset.key.partition(".")
    judged = sensitivity(table, column)
    return {"class": judged.kind, "why": phrase(judged.reason)}
