"""A characterisation on a terminal"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from medark.check.achilles import STRATA, Analysis, analyses
from medark.cli.tables import table
from medark.flows.characterise.tables import summaries
from medark.flows.timeline.names import names
from medark.messages import _, spoken

if TYPE_CHECKING:
    from rich.console import Group

    from medark.flows.characterise import Characterised, Difference
    from medark.flows.workspace import Workspace

Row = dict[str, Any]
_MOST = 40  # lines of one analysis
_DIST = ("min_value", "p10_value", "p25_value", "median_value", "p75_value", "p90_value", "max_value")


def overview(found: Characterised) -> Group:
    """A line a table: its records inside and outside observation periods, its concepts, and its months."""
    rows = [
        (one.table, one.inside, one.outside or 0, one.concepts, *_ends(list(one.months))) for one in summaries(found)
    ]
    columns = (
        _("table"), _("records inside observation periods"), _("outside"), _("concepts"), _("first month"),
        _("last month"),
    )  # fmt: skip
    return table(_("The data in Achilles' analyses"), columns, rows)


def _ends(months: Sequence[str]) -> tuple[str, str]:
    return (_dashed(months[0]), _dashed(months[-1])) if months else ("", "")


def _dashed(month: str) -> str:
    return f"{month[:4]}-{month[4:]}"


def rows_view(workspace: Workspace, found: Characterised) -> Group:
    """The rows of each analysis that was asked for, those of the highest counts first, with the names of concepts."""
    from rich.console import Group

    views = [
        _view(workspace, one, [row for row in results.to_pylist() if row["analysis_id"] == one.analysis_id])
        for results in (found.counts, found.distributions)
        for one in _present(results)
    ]
    return Group(*(piece for view in views for piece in (view, "")))


def _present(results: Any) -> list[Analysis]:
    there = set(results["analysis_id"].to_pylist())
    return [one for one in analyses() if one.analysis_id in there]


def _view(workspace: Workspace, analysis: Analysis, results: Sequence[Row]) -> Group:
    rows = sorted(results, key=lambda row: -row["count_value"])[:_MOST]
    strata = [name for name in STRATA if any(row[name] is not None for row in rows)]
    told = dict(zip(STRATA, analysis.strata, strict=False))
    concepts = [name for name in strata if told.get(name, "").endswith("concept_id")]
    called = names(workspace).of(int(row[name] or 0) for row in rows for name in concepts)
    amounts = [name for name in _DIST if rows and name in rows[0]]

    def cell(row: Row, name: str) -> str:
        text = row[name] or ""
        return f"{text} {called[int(text or 0)].in_(spoken())}".strip() if name in concepts else text

    lines = [
        (*(cell(row, name) for name in strata), row["count_value"], *(_number(row[name]) for name in amounts))
        for row in rows
    ]
    columns = [told.get(name, name) for name in strata]
    columns += [_("count"), *(name.removesuffix("_value") for name in amounts)]
    more = f" (+{len(results) - len(rows)})" if len(results) > len(rows) else ""
    return table(f"{analysis.analysis_id} · {analysis.in_(spoken())}{more}", columns, lines)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def plain(found: Characterised) -> dict[str, Any]:
    """Both tables of results, as JSON has them."""
    return {
        "version": found.version,
        "achilles_results": found.counts.to_pylist(),
        "achilles_results_dist": found.distributions.to_pylist(),
    }


def listed_plain(wanted: Collection[int] | None) -> list[dict[str, Any]]:
    """The analyses that there are."""
    return [{**asdict(one), "name": one.name} for one in analyses() if wanted is None or one.analysis_id in wanted]


def listed_view(wanted: Collection[int] | None) -> Group:
    """A line an analysis."""
    rows = [
        (str(one.analysis_id), one.in_(spoken()), ", ".join(one.strata))
        for one in analyses()
        if wanted is None or one.analysis_id in wanted
    ]
    return table(_("Analyses"), (_("number"), _("what is counted"), _("by")), rows)


def differences_plain(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """What differs, as JSON has it."""
    return [
        {
            "analysis_id": one.analysis.analysis_id, "name": one.analysis.name, "here": one.here, "other": one.other,
            "ratio": one.ratio, "strata": one.strata, "differing": one.differing, "only_here": one.only_here,
            "only_other": one.only_other, "most": list(one.most), "most_here": one.most_here,
            "most_other": one.most_other,
        }
        for one in found
    ]  # fmt: skip


def differences_view(found: Sequence[Difference]) -> Group:
    """A line an analysis that differs."""
    rows = [
        (
            str(one.analysis.analysis_id), one.analysis.in_(spoken()), _number(one.here), _number(one.other),
            f"{one.ratio:.3f}" if one.ratio is not None else "", one.differing, one.strata,
            f"{' · '.join(one.most)}: {one.most_here:g} / {one.most_other:g}",
        )
        for one in found
    ]  # fmt: skip
    columns = (
        _("number"), _("what is counted"), _("here"), _("there"), _("ratio"), _("strata that differ"), _("of"),
        _("most"),
    )  # fmt: skip
    return table(_("Where the two differ"), columns, rows)
