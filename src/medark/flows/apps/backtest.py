"""The cards of an application over history: how often they would have been shown, to whom, and how rightly

Each card is asked as of each event that can change it, over everyone in one statement: the same rule that runs live.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from medark.define import Dataset, Series, any_of, concepts, either, every, table, visits
from medark.define.answers import triggers
from medark.define.nodes import Criterion, Population, Selected, Table
from medark.errors import UsageError
from medark.flows.apps.backtest_count import Case, Counted, Fired, Stay, counted
from medark.flows.apps.backtest_said import Outcome, outcomes
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.reading import answer
from medark.flows.apps.running import running
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.sdk.app import CardRule
from medark.sdk.silence import said

INPATIENT = concepts("inpatient stay", 9201, 262, 8717, source="OMOP Visit")
_ENTRY = ("entry_id", "person_id", "entry_start", "entry_end", "visit_occurrence_id")


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the cards of an application would have done. `outcomes`: how cards that were shown live ended."""

    app: str
    version: str
    period: Period
    counted: Counted
    outcomes: tuple[Outcome, ...]


def backtest(
    workspace: Workspace,
    reader: Reader,
    app: str,
    period: Period,
    truth: Sequence[Case] = (),
    cards: Sequence[str] = (),
) -> Backtest:
    """The cards of a running application (or some of them) over a period.

    `truth`: what was the case, by card, person and days. It is the reader who asks, not the application: nobody learns
    more of people by it than by asking the same definitions themselves. UsageError for a card that there is not;
    NotFoundError; AccessError.
    """
    with running(workspace).one(app) as loaded:
        rules = _rules(loaded, cards)
        fired = [one for rule in rules for one in _fired(workspace, reader, rule, period)]
        stays = list(_stays(workspace, reader, period))
        found = counted([rule.rule for rule in map(_named, rules)], fired, stays, truth)
        ended = tuple(outcomes(workspace, loaded))
        return Backtest(app, loaded.manifest.version, period, found, ended)


def asked_at(rule: CardRule, period: Period) -> Population | None:
    """The events of a period that can make a card fire, each as an entry; None where only time can."""
    by_table: dict[str, list[Series]] = {}
    for one in triggers(Dataset(every(visits), {"fires": rule.rule.when})):
        if one.table in ("today", "visit_occurrence") or not Table(one.table).has_start:
            continue
        rows = table(one.table)
        column = rows.source_concept if one.source else rows.concept
        found = by_table.setdefault(one.table, [])
        found.append(rows.key.is_known() if one.concepts is None else column.is_in(one.concepts, source=one.source))
    frames = [
        rows.where(any_of(*ways), rows.start_date >= period.first, rows.start_date <= period.last)
        for name, ways in sorted(by_table.items())
        for rows in (table(name),)
    ]
    return either(*map(every, frames)) if frames else None


def _fired(workspace: Workspace, reader: Reader, card: CardRule, period: Period) -> Iterator[Fired]:
    """Each time that the card would have fired."""
    events = asked_at(card, period)
    if events is None:
        return
    rule = card.rule
    assert isinstance(rule.values, tuple)
    fired = Selected(events, (Criterion("fires", rule.when),))  # type: ignore[arg-type]
    asked = Dataset(fired, {one.name: one.value for one in rule.values}, card.name, rule.source)
    found, _ = answer(workspace, reader, asked, period.last)
    for row in found.rows.to_pylist():
        moment = row["entry_start"]
        at_ms = int(moment.replace(tzinfo=dt.UTC).timestamp() * 1000)
        values = {name: value for name, value in row.items() if name not in _ENTRY}
        yield Fired(card.name, int(row["person_id"]), moment, said(rule, values, at_ms))


def _stays(workspace: Workspace, reader: Reader, period: Period) -> Iterator[Stay]:
    """Stays in hospital that share a day with the period."""
    rows = visits.of(INPATIENT).where(visits.start_date <= period.last, visits.end_date >= period.first)
    found, _ = answer(workspace, reader, Dataset(every(rows), {}, "stays"), period.last)
    for row in found.rows.to_pylist():
        first, last = row["entry_start"].date(), row["entry_end"].date()
        yield Stay(int(row["person_id"]), first, last, period.first <= first <= period.last)


def _named(card: CardRule) -> CardRule:
    return replace(card, rule=replace(card.rule, name=card.name))


def _rules(loaded: Loaded, names: Sequence[str]) -> list[CardRule]:
    there = {one.name: one for one in loaded.app.cards}
    if strange := [name for name in names if name not in there]:
        raise UsageError(N_("the application has no such card"), fix=" | ".join(there), card=strange[0])
    return [there[name] for name in names] if names else list(there.values())
