"""The quality of the data as a report: scores by dimension, source and table, what fails and why, what changed"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from medark.check.checks import CATEGORIES
from medark.check.judge import Outcome, Verdict
from medark.check.wording import meaning
from medark.flows.evidence.answered import columns
from medark.flows.evidence.asked import Asked
from medark.flows.evidence.numerators import numerator
from medark.flows.quality import Since, check, since_last
from medark.flows.terms.concepts import named
from medark.messages import _, phrase
from medark.model.page import Block, Cell, DataTable, KeyFigure, KeyFigures, Label, TableColumn
from medark.model.quality import QualityRun, Score, Scores, total
from medark.standardise.terms import Named

_GOOD, _POOR = 0.95, 0.8  # shares of checks that passed
_RUNS = 12


def blocks(asked: Asked) -> tuple[Block, ...]:
    """The report."""
    verdicts = check(asked.workspace, asked.by, asked.progress)
    run = asked.workspace.ledger.quality.runs(limit=1)[0]
    failing = [one for one in verdicts if one.outcome is Outcome.FAILED]
    since = since_last(asked.workspace, asked.by)
    return (
        _figures(run),
        _scores(_("By source"), _("source"), {name: one.scores for name, one in run.sources.items()}),
        _scores(_("By table"), _("table"), {name: {name: of} for name, of in run.scores.items()}),
        _changes(since),
        _runs(asked),
        _failing(asked, run, failing),
        _rules(asked, failing),
    )


def _figures(run: QualityRun) -> KeyFigures:
    whole = total(run.scores)
    shares = ((name, total(run.scores, name)) for name in CATEGORIES)
    return KeyFigures((
        KeyFigure(_("checks passed"), _share(whole), note=f"{whole.passed} / {whole.passed + whole.failed}"),
        *(KeyFigure(phrase(name), _share(score)) for name, score in shares if score != Score()),
        KeyFigure(_("fail"), whole.failed, mark="critical" if whole.failed else "good"),
    ))  # fmt: skip


def _scores(title: str, heading: str, parts: Mapping[str, Scores]) -> DataTable:
    there = [name for name in CATEGORIES if any(total(scores, name) != Score() for scores in parts.values())]
    rows = tuple(
        (
            part, *(_marked(total(scores, name)) for name in there), total(scores).passed,
            total(scores).passed + total(scores).failed,
        )
        for part, scores in sorted(parts.items())
    )  # fmt: skip
    told = (
        (heading, "text"), *((phrase(name), "text") for name in there), (_("passed"), "number"),
        (_("checks judged"), "number"),
    )  # fmt: skip
    return DataTable(columns(*told), rows, title)


def _changes(since: list[Since]) -> DataTable:
    """A line for each source: its deliveries and rows since the run before, and what became of its checks."""
    rows = tuple(
        (
            one.source, ", ".join(str(batch.batch_no) for batch in one.deliveries), sum(one.added.values()),
            len(one.change.fails), len(one.change.mended), len(one.change.worse),
        )
        for one in since
    )  # fmt: skip
    told = columns(
        (_("source"), "text"), (_("deliveries"), "text"), (_("rows added"), "number"), (_("fail since"), "number"),
        (_("mended"), "number"), (_("worse"), "number"),
    )  # fmt: skip
    return DataTable(told, rows, _("What changed since the run before"))


def _runs(asked: Asked) -> DataTable:
    """The share of checks that passed, run after run, newest first."""
    runs = asked.workspace.ledger.quality.runs(limit=_RUNS)
    there = [name for name in CATEGORIES if any(total(run.scores, name) != Score() for run in runs)]
    zone = ZoneInfo(asked.workspace.settings.time_zone)
    rows = tuple(
        (
            f"{dt.datetime.fromtimestamp(run.at_ms / 1000, zone):%Y-%m-%d %H:%M}", run.version,
            *(_marked(total(run.scores, name)) for name in there), _marked(total(run.scores)), len(run.failing),
        )
        for run in runs
    )  # fmt: skip
    told = columns(
        (_("checked"), "text"), (_("version"), "number"), *((phrase(name), "text") for name in there),
        (_("all"), "text"), (_("fail"), "number"),
    )  # fmt: skip
    return DataTable(told, rows, _("Run after run"))


def _failing(asked: Asked, run: QualityRun, failing: list[Verdict]) -> DataTable:
    names = named(asked.workspace, [concept for one in failing for concept in one.check.concept_ids])
    rows = tuple(
        (
            str(at), phrase(one.check.kind.category), meaning(one.check), _place(one, names), one.violating, one.of,
            f"{one.share:.1%}", f"{one.threshold:g}%", ", ".join(_most(run, one)),
        )
        for at, one in enumerate(failing, 1)
    )  # fmt: skip
    told = columns(
        (_("no."), "text"), (_("dimension"), "text"), (_("what is wrong"), "text"), (_("table and column"), "text"),
        (_("rows"), "number"), (_("of"), "number"), (_("share"), "text"), (_("allowed"), "text"),
        (_("most of it from"), "text"),
    )  # fmt: skip
    return DataTable(told, rows, _("What fails"))


def _most(run: QualityRun, verdict: Verdict) -> Iterator[str]:
    """The two sources in which most rows violate a check; of a check of one register of people, the register."""
    name, own = verdict.check.id, verdict.check.source
    found = [(one.failing[name], source) for source, one in run.sources.items() if name in one.failing]
    if own and not found:
        found = [((verdict.violating, verdict.of), own)]
    for (violating_, of), source in sorted(found, reverse=True)[:2]:
        yield f"{source} ({violating_} / {of})"


def _rules(asked: Asked, failing: list[Verdict]) -> DataTable:
    rows = tuple(
        (
            str(at), one.check.id, one.check.table, one.violating, one.of, numerator(asked, one), str(asked.day),
            asked.snapshot.version,
        )
        for at, one in enumerate(failing, 1)
    )  # fmt: skip
    told: tuple[TableColumn, ...] = columns(
        (_("no."), "text"), (_("check"), "text"), (_("table"), "text"), (_("numerator"), "number"),
        (_("denominator"), "number"), (_("query"), "text"), (_("day"), "date"), (_("version"), "number"),
    )  # fmt: skip
    return DataTable(told, rows, _("Rules"))


def _place(one: Verdict, names: Mapping[int, Named]) -> str:
    concepts = (names[number].names[0] if number in names else str(number) for number in one.check.concept_ids)
    return ".".join(filter(None, (one.check.table, one.check.column))) + "".join(f" · {name}" for name in concepts)


def _share(score: Score) -> Cell:
    return None if score.share is None else f"{score.share:.1%}"


def _marked(score: Score) -> Cell | Label:
    if score.share is None:
        return None
    mark = "good" if score.share >= _GOOD else "warning" if score.share >= _POOR else "critical"
    return Label(f"{score.share:.1%}", mark=mark)
