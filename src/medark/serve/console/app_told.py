"""What the console tells of an application, as plain values"""

from __future__ import annotations

from typing import Any

from medark.flows.apps.detail import Detail, OfVersion
from medark.flows.apps.grants import Asked, AskedItems
from medark.model.dataset import PublishedDataset
from medark.sdk.settings import Setting, SettingSpec


def reads(asks: tuple[Asked, ...]) -> list[dict[str, Any]]:
    """Columns by table, level and reason, the most sensitive first; what no approved version reads stands apart."""
    grouped: dict[tuple[str, int, str, bool], list[str]] = {}
    for one in asks:
        grouped.setdefault((one.table, one.level, one.reason, one.is_new), []).append(one.column)
    return [
        {"table": table, "level": level, "reason": reason, "is_new": is_new, "columns": columns}
        for (table, level, reason, is_new), columns in grouped.items()
    ]


def writes(asks: tuple[AskedItems, ...]) -> list[dict[str, Any]]:
    """The items that it writes into people's records; what no approved version writes is marked."""
    return [{"items": one.items, "is_new": one.is_new} for one in asks]


def setting(spec: SettingSpec, value: Setting, language: str) -> dict[str, Any]:
    """One setting as a form shows it."""
    return {
        "name": spec.name, "title": spec.title[language], "type": spec.type, "value": value, "default": spec.default,
        "least": spec.least, "most": spec.most, "choices": list(spec.choices), "unit": spec.unit, "source": spec.source,
    }  # fmt: skip


def said(found: Detail, language: str) -> dict[str, Any]:
    """What it says of itself, and where it stands."""
    app, manifest = found.app, found.manifest
    return {
        "name": manifest.name, "state": found.state, "current": app.current, "previous": app.previous,
        "version": manifest.version, "purpose": manifest.purpose.value, "description": manifest.description[language],
        "owner": manifest.owner, "licence": manifest.licence,
        "publishes": {kind: list(names) for kind, names in manifest.publishes.items() if names},
        "pages": [{"path": page.path, "title": page.title[language]} for page in manifest.pages],
        "is_first": not any(one.version.approved_ms for one in found.versions),
    }  # fmt: skip


def version(one: OfVersion) -> dict[str, Any]:
    """One version. `more`: how many columns it reads that no approved version does."""
    told = one.version
    return {
        "version": told.version, "digest": told.digest, "trusted": told.trusted, "installed_by": told.installed_by,
        "installed_ms": told.installed_ms, "approved_by": told.approved_by, "approved_ms": told.approved_ms,
        "needs_approval": one.needs_approval, "more": sum(ask.is_new for ask in one.asks),
    }  # fmt: skip


def dataset(told: PublishedDataset, language: str) -> dict[str, Any]:
    """One dataset that it publishes."""
    return {
        "name": told.name, "title": told.title.get(language, told.name), "rows": told.rows, "fresh_ms": told.fresh_ms,
        "level": told.level, "is_aggregate": told.is_aggregate,
    }  # fmt: skip
