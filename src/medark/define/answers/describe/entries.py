"""Populations and cohorts in words: who is asked, let in, kept, and until when"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medark.define.answers.describe.markdown import bullet, bullets, headed, numbered
from medark.define.answers.describe.terms import length
from medark.define.answers.describe.windows import conjuncts
from medark.define.nodes import Every, Everyone, EveryPeriod, Keep, Population, Selected, Union

if TYPE_CHECKING:
    from medark.define.answers.describe.telling import Teller
    from medark.define.nodes import Criterion, Value

_MANY = 3  # so many conditions that all must hold, or any of which will do, are told as a list


def condition_lines(teller: Teller, condition: Value) -> list[str]:
    """A condition as one line, or as a list where it is many that are joined alike."""
    for operator, key in (("and", "definition.all_of"), ("or", "definition.any_of")):
        several = list(conjuncts(condition, operator))
        if len(several) >= _MANY and not teller.is_marked(condition):
            return [teller.say(key), *bullets(teller.value(one) for one in several)]
    return [teller.value(condition)]


def population_lines(teller: Teller, population: Population) -> list[str]:
    """Which entries there are."""
    match population:
        case Everyone(on=None):
            return [teller.say("population.everyone_today")]
        case Everyone(on=day):
            return [teller.say("population.everyone", day=str(day))]
        case EveryPeriod(first=first, months=months, periods=periods):
            each = length(teller, months, "months")
            return [teller.say("population.periods", periods=str(periods), months=each, first=str(first))]
        case Every():
            return [_every_line(teller, population)]
        case Union(populations=populations):
            inner = [population_lines(teller, one) for one in populations]
            return [teller.say("population.union"), *(line for one in inner for line in bullet(one))]
        case Selected():
            return [teller.say("population.selected"), *selection_lines(teller, population)]
    raise NotImplementedError(type(population).__name__)


def selection_lines(teller: Teller, selected: Selected) -> list[str]:
    """Who is let in and kept, until when, and what becomes of stays that meet."""
    joined = teller.phrases.all["definition.head"]
    lines = headed(teller.say("selection.entry"), population_lines(teller, selected.entry), joined)
    if selected.steps:
        steps = numbered([_step_lines(teller, step) for step in selected.steps])
        lines += headed(teller.say("selection.steps"), steps, joined)
    return [*lines, *bullets([_leaving(teller, selected), *_joined(teller, selected), *_clipped(teller, selected)])]


def _every_line(teller: Teller, population: Every) -> str:
    rows = teller.rows(population.frame, "bare")
    if population.start is None and population.end is None:
        return teller.say("population.every", rows=rows)
    start, end = (
        teller.say(f"population.every_{name}") if day is None else teller.value(day)
        for name, day in (("start", population.start), ("end", population.end))
    )
    return teller.say("population.every_moments", rows=rows, start=start, end=end)


def _step_lines(teller: Teller, step: Criterion | Keep) -> list[str]:
    if isinstance(step, Keep):
        return [teller.say(f"selection.keep_{step.which}")]
    first, *more = condition_lines(teller, step.condition)
    return [teller.say("selection.criterion", name=step.name, condition=first), *more]


def _leaving(teller: Teller, selected: Selected) -> str:
    if selected.exit is None:
        return teller.say("selection.leaves_itself")
    return teller.say("selection.leaves", day=teller.value(selected.exit))


def _joined(teller: Teller, selected: Selected) -> list[str]:
    if selected.gap is None:
        return []
    if selected.gap == 0:
        return [teller.say("selection.gap_none")]
    return [teller.say("selection.gap", gap=length(teller, selected.gap, "days"))]


def _clipped(teller: Teller, selected: Selected) -> list[str]:
    days = {name: str(day) for name in ("first", "last") if (day := getattr(selected, name)) is not None}
    key = {("first",): "from", ("last",): "to", ("first", "last"): "from_to"}.get(tuple(days))
    return [teller.say(f"selection.{key}", **days)] if key else []
