"""Verdicts of checks on a terminal"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from medark.check.wording import advice, meaning
from medark.cli.tables import table
from medark.messages import _, phrase
from medark.model.quality import Score

if TYPE_CHECKING:
    from rich.console import RenderableType

    from medark.check.checks import Check
    from medark.check.judge import Verdict
    from medark.flows.quality import Explained, Turned
    from medark.model.quality import QualityChange, QualityRun

_CATEGORIES = ("conformance", "completeness", "plausibility", "timeliness")


def quality_view(found: Sequence[Verdict], listed: Sequence[Verdict]) -> RenderableType:
    """How many checks passed and failed by category, and those of `listed` line by line."""
    from rich.console import Group

    last = max(listed, key=lambda one: (one.outcome == "failed", _gravity(one)), default=None)
    hint = [_('what is behind one: medark check WS --check "{name}"', name=_words(last.check))] if last else []
    return Group(_summary(found), "", _lines(listed), *hint)


def _words(check: Check) -> str:
    """By what words a check is named."""
    words = (check.kind.name, check.table, check.column, check.source, *map(str, check.concept_ids))
    return " ".join(filter(None, words))


def _summary(found: Sequence[Verdict]) -> RenderableType:
    count = Counter((one.check.kind.category, str(one.outcome)) for one in found)
    rows = [
        (phrase(category), count[category, "passed"], count[category, "failed"], count[category, "not applicable"])
        for category in _CATEGORIES
    ]
    total: list[str | int] = [_("all"), *(sum(int(row[place]) for row in rows) for place in (1, 2, 3))]
    return table(_("Checks"), ("", _("passed"), _("failed"), _("nothing to check")), rows, total)


def _lines(listed: Sequence[Verdict]) -> RenderableType:
    rows = [
        (
            " ".join(filter(None, (one.check.table, one.check.source))),
            ".".join((one.check.column, *map(str, one.check.concept_ids))).strip("."),
            meaning(one.check), one.violating, one.of, f"{one.share:.1%}", f"{one.threshold:g}%",
        )
        for one in sorted(listed, key=_gravity)
    ]  # fmt: skip
    columns = (_("table"), _("column"), _("what is wrong"), _("rows"), _("of"), _("share"), _("allowed"))
    return table("", columns, rows)


def _gravity(one: Verdict) -> tuple[int, float]:
    return _CATEGORIES.index(one.check.kind.category), -one.share


def turned_view(turned: Turned) -> RenderableType:
    """What became of the tasks, in a line each."""
    lines = [
        (_("raised"), len(turned.raised)), (_("closed, as the check passes again"), len(turned.closed)),
        (_("silent, as they were dismissed"), turned.silent), (_("waiting for open ones to be done"), turned.waiting),
    ]  # fmt: skip
    return table(_("Tasks"), ("", " "), lines)


def explained_view(found: Explained) -> RenderableType:
    """One check, and under it who is likely at fault, some of the rows, who reads the column and who answers for it."""
    from rich.console import Group

    task = _("task {number}", number=found.task) if found.task else _("none; medark check WS --tasks raises them")
    about = [
        (_("check"), found.verdict.check.id),
        (_("for example"), " ".join(found.examples)),
        (_("read by"), " ".join(found.apps)),
        (_("datasets"), " ".join(found.datasets)),
        (_("answered for by"), ", ".join(filter(None, (found.organisation, found.owner)))),
        (_("what to do"), advice(found.verdict.check) if found.verdict.outcome == "failed" else ""),
        (_("task"), task if found.verdict.outcome == "failed" else ""),
    ]
    parts = [_lines([found.verdict]), *([_suspects(found)] if found.suspects else [])]
    parts.append(table("", ("", " "), [line for line in about if line[1]]))
    ends = [_("a record's bytes: medark raw get WS RECORD")] if any(":" in one for one in found.examples) else []
    return Group(*(piece for part in parts for piece in (part, "")), *ends)


def _suspects(found: Explained) -> RenderableType:
    rows = [
        (
            one.suspect.source, one.suspect.form, one.suspect.violating, one.suspect.of, f"{one.suspect.share:.1%}",
            "" if one.suspect.elsewhere is None else f"{one.suspect.elsewhere:.1%}",
            f"{one.suspect.likelihood:.0%}" if one.suspect.likelihood else "",
            "\n".join(" ".join(filter(None, (line.field, line.place))) for line in one.lines),
        )
        for one in found.suspects
    ]  # fmt: skip
    columns = (
        _("source"), _("table or format"), _("rows"), _("of"), _("share"), _("elsewhere"), _("likely"), _("made of"),
    )  # fmt: skip
    return table(_("Likely at fault"), columns, rows)


def history_view(runs: Sequence[tuple[QualityRun, QualityChange]], zone: str) -> RenderableType:
    """A line a run: when, of which version, the share of checks that passed by category, and what changed."""
    rows = [(_when(run.at_ms, zone), run.version, *_shares(run), *_numbers(run, change)) for run, change in runs]
    columns = (
        _("checked"), _("version"), *map(phrase, _CATEGORIES), _("fail"), _("fail since"), _("mended"), _("worse"),
    )  # fmt: skip
    return table(_("History of the checks"), columns, rows)


def _shares(run: QualityRun) -> list[str | int]:
    found = (
        sum((of[category] for of in run.scores.values() if category in of), Score()).share for category in _CATEGORIES
    )
    return ["" if share is None else f"{share:.1%}" for share in found]


def _numbers(run: QualityRun, change: QualityChange) -> list[str | int]:
    return [len(run.failing), len(change.fails), len(change.mended), len(change.worse)]


def _when(at_ms: int, zone: str) -> str:
    return dt.datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
