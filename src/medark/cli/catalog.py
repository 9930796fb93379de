"""What was found in the catalog, on a terminal and as JSON"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medark.cli.tables import table
from medark.messages import _, plural, spoken

if TYPE_CHECKING:
    from rich.console import RenderableType

    from medark.flows.catalog import Found, Results

_WIDE = 60  # characters of a line that says what something is


def found_view(results: Results, asked: str) -> RenderableType:
    """The best, best first, and how many there are of each kind."""
    from rich.console import Group

    columns = (_("kind"), _("what"), _("name"), _("part of"), _("rows"))
    rows = [_row(one) for one in results.found]
    kinds = " · ".join(f"{_(kind.label)} {count:,}" for kind, count in results.of_kind.items())
    count = sum(results.of_kind.values())
    heading = (
        plural("{count} result for {asked}", "{count} results for {asked}", count, asked=asked)
        if asked
        else plural("{count} thing", "{count} things", len(results.found))
    )
    read = (
        [_("Nothing is called {words}; found is {read}", words=asked, read=results.read_as)] if results.read_as else []
    )
    if not rows:
        advice = _("Try a shorter word, in Chinese or English: a laboratory test, a column, a system")
        return Group(*read, heading, advice)
    return Group(*read, table(heading, columns, rows), kinds)


def found_json(results: Results) -> dict[str, Any]:
    """All of it; meanings in both languages."""
    return {
        "found": [found_plain(one) for one in results.found],
        "of_kind": {str(kind): count for kind, count in results.of_kind.items()},
        "assets": results.assets,
        "read_as": results.read_as,
    }


def found_plain(one: Found) -> dict[str, Any]:
    """One thing as plain values."""
    asset = one.asset
    return {
        "id": asset.id, "kind": str(asset.kind), "name": asset.name,
        "title": {"en": asset.title.en, "zh": asset.title.zh}, "about": {"en": asset.about.en, "zh": asset.about.zh},
        "where": asset.where, "owner": asset.owner, "level": asset.level or None, "fresh_ms": asset.fresh_ms,
        "rows": one.rows, "tables": list(one.tables),
    }  # fmt: skip


def _row(one: Found) -> tuple[str | int, ...]:
    asset, language = one.asset, spoken()
    about = asset.about.told(language) or asset.about.en
    called = asset.called(language)
    what = called if called != asset.name else about
    where = asset.where.partition(":")[2] or ", ".join(one.tables)
    return (_(asset.kind.label), what[:_WIDE], asset.name, where, "" if one.rows is None else one.rows)
