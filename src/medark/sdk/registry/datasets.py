"""A registry's datasets: its people, its people by visit, what is overdue, and its events; each a flat definition"""

from __future__ import annotations

from collections.abc import Mapping

from medark.define import (
    Cohort,
    Criterion,
    Dataset,
    Frame,
    Keep,
    Series,
    any_of,
    case,
    date_of,
    days,
    death,
    either,
    every,
    index,
    months,
    sum_of,
    today,
    visits,
    when,
)
from medark.define.nodes import Population, Selected
from medark.sdk.app import Publish
from medark.sdk.registry.file import Event, Registry, Texts, Variable, Visit, words

HOSPITAL = "hospital"
KNOWN, MISSING = "known", "missing"
FRESH, OVERDUE, NEVER = "fresh", "overdue", "never"
GRACE = 30  # days from entry until a value that was never there is missed

ALIVE = ~death.start_date.is_known()

_OF_HOSPITAL: Texts = words("the organisation that they were at last", "最近就诊机构")


def people_of(registry: Registry) -> str:
    """The name of the dataset of a registry's people."""
    return registry.name


def visits_of(registry: Registry) -> str:
    """That of its people by visit."""
    return f"{registry.name}_visits"


def overdue_of(registry: Registry) -> str:
    """That of what is overdue."""
    return f"{registry.name}_overdue"


def event_of(registry: Registry, event: Event) -> str:
    """That of one of its events."""
    return f"{registry.name}_{event.name}"


def datasets(registry: Registry) -> tuple[Publish, ...]:
    """All of them."""
    return (people(registry), by_visit(registry), overdue(registry), *(of_event(registry, e) for e in registry.events))


def people(registry: Registry) -> Publish:
    """One row a person: each variable as it is known last, and the day that it is of."""
    values = valued(registry, {one.name: one.rows for one in registry.variables if one.rows is not None})
    dated = {f"{one.name}_on": one for one in registry.variables if one.rows is not None and one.kind != "date"}
    columns: dict[str, Series] = {
        HOSPITAL: visits.last().medark_record_no,
        "known_since": index.start_date,
        "entry_year": index.start.year,
        **values,
        **{name: one.rows.last().start_date for name, one in dated.items() if one.rows is not None},
    }
    meanings: dict[str, Texts] = {
        HOSPITAL: _OF_HOSPITAL,
        "known_since": words("day of the first record that let them in", "入组日期（首次记录）"),
        "entry_year": words("its year", "入组年份"),
        **{one.name: told(one) for one in registry.variables},
        **{name: words(f"day of: {one.title['en']}", f"日期：{one.title['zh']}") for name, one in dated.items()},
    }
    title = words(f"{registry.title['en']}: people", f"{registry.title['zh']}：患者")
    return _published(registry, people_of(registry), registry.cohort, columns, meanings, title, registry.about)


def by_visit(registry: Registry) -> Publish:
    """One row a person and planned visit: what is known in its window, and whether what it expects is there."""
    shown = [one for one in registry.variables if one.is_expected]
    rows = {one.name: _within(one) for one in registry.variables if one.rows is not None}
    values = valued(registry, rows)
    quarter = date_of(index.end.year, ((index.end.month - 1) / 3).floor() * 3 + 1, 1)
    columns: dict[str, Series] = {
        HOSPITAL: visits.where(visits.start_date <= index.end_date).last().medark_record_no,
        "visit": case(*((_is_at(registry, one), one.name) for one in registry.schedule)),
        "opens": index.start_date,
        "closes": index.end_date,
        "quarter": quarter,
        **{name: value for name, value in values.items() if _is_at_visits(registry.variable(name))},
        **{f"has_{one.name}": state(registry, one) for one in shown},
    }
    meanings: dict[str, Texts] = {
        HOSPITAL: words("the organisation that they were at last by then", "届时最近就诊机构"),
        "visit": words("planned visit", "计划随访"),
        "opens": words("first day of its window", "随访窗开始"),
        "closes": words("last day of its window", "随访窗结束"),
        "quarter": words("first day of the quarter in which its window closes", "随访窗结束所在季度首日"),
        **{one.name: told(one) for one in registry.variables if _is_at_visits(one)},
        **{f"has_{one.name}": _said(one) for one in shown},
    }
    title = words(f"{registry.title['en']}: visits", f"{registry.title['zh']}：随访")
    about = words("One row a person and planned visit until death.", "每人每次计划随访一行，至死亡为止。")
    return _published(registry, visits_of(registry), planned(registry), columns, meanings, title, about)


def overdue(registry: Registry) -> Publish:
    """One row a person: which of the values that are expected is fresh, overdue, or was never there."""
    again = [one for one in registry.expected() if one.rows is not None]
    states = {one.name: freshness(one) for one in again}
    columns: dict[str, Series] = {
        HOSPITAL: visits.last().medark_record_no,
        "seen_on": visits.last().start_date,
        **states,
        "overdue": sum_of(*(when(state != FRESH).then(1).otherwise(0) for state in states.values())),
    }
    meanings: dict[str, Texts] = {
        HOSPITAL: _OF_HOSPITAL,
        "seen_on": words("day of the last visit", "最近就诊日期"),
        "overdue": words("how many values are not fresh", "逾期或从未检测项数"),
        **{one.name: _fresh(one) for one in again},
    }
    title = words(f"{registry.title['en']}: what is overdue", f"{registry.title['zh']}：逾期项目")
    about = words("One row a person who is alive and was seen lately.", "在世且近期就诊者，每人一行。")
    alive = Cohort(
        f"{registry.name} now", registry.entry,
        [Keep("first"), *registry.who, Criterion("alive", ALIVE.node), seen_lately(registry)],
    )  # fmt: skip
    return _published(registry, overdue_of(registry), alive, columns, meanings, title, about)


def of_event(registry: Registry, event: Event) -> Publish:
    """One row an event of somebody in the registry: what is expected at one, if it was seen around it."""
    expected = [one for one in registry.at_events() if one.rows is not None]
    near = {
        one.name: one.rows.between(index.start_date - days(event.before), index.end_date + days(event.after))
        for one in expected
        if one.rows is not None
    }
    columns = {HOSPITAL: visits.last().medark_record_no, "day": index.start_date, **valued(registry, near)}
    meanings = {
        HOSPITAL: _OF_HOSPITAL,
        "day": words("day of the event", "事件日期"),
        **{o.name: told(o) for o in expected},
    }
    title = words(f"{registry.title['en']}: {event.title['en']}", f"{registry.title['zh']}：{event.title['zh']}")
    by_then = registry.entry.first().start_date <= index.start_date
    theirs = Criterion("in the registry by then", by_then.is_true().node)
    found = Cohort(event_of(registry, event), every(event.rows), [theirs, *registry.who])
    columns = {name: value for name, value in columns.items() if name in meanings}
    return _published(registry, event_of(registry, event), found, columns, meanings, title, {})


def valued(registry: Registry, rows: Mapping[str, Frame | None]) -> dict[str, Series]:
    """The value of each variable by name, of the rows that it is seen in; then of those that are made of them."""
    found: dict[str, Series] = {}
    for one in registry.variables:
        seen = rows.get(one.name)
        if seen is not None and one.read is not None:
            found[one.name] = one.read(seen)
    if len(found) == sum(one.rows is not None for one in registry.variables):
        for one in registry.variables:
            if one.make is not None:
                found[one.name] = one.make(found)
    return {one.name: found[one.name] for one in registry.variables if one.name in found}


def freshness(variable: Variable) -> Series:
    """Is a value fresh, overdue, or was it never there? Somebody who is new has a month for the first one; what is
    expected at the baseline alone stays fresh.
    """
    last = variable.rows.last().start_date  # type: ignore[union-attr]
    new = when(last.is_missing() & (index.start_date >= today - days(GRACE))).then(FRESH)
    if not variable.every:
        return new.when(last.is_known()).then(FRESH).otherwise(NEVER)
    limit = today - months(variable.every)
    return new.when(last >= limit).then(FRESH).when(last < limit).then(OVERDUE).otherwise(NEVER)


def seen_lately(registry: Registry) -> Criterion:
    """Was somebody at any hospital within the registry's months of activity?"""
    lately = visits.where(visits.start_date >= today - months(registry.active))
    return Criterion("seen lately", lately.exists().node)


def planned(registry: Registry) -> Population:
    """One entry a person and visit: the window of the visit, if they are alive when it opens."""
    came = registry.entry.where(registry.entry.key == registry.entry.first().key, *registry.conditions)
    due = registry.entry.start_date
    windows = (
        every(came, start=due + months(one.month) - days(one.early), end=due + months(one.month) + days(one.late))
        for one in registry.schedule
    )
    alive = Criterion("alive", (~(death.start_date <= index.start_date).is_true()).node)
    return Selected(either(*windows), (alive,))  # no cohort: windows that touch are two


def state(registry: Registry, variable: Variable) -> Series:
    """Known or missing where a visit expects it: seen since the time before it that it is expected in."""
    assert variable.rows is not None and variable.read is not None
    rows = variable.rows.where(variable.rows.start_date <= index.end_date)
    if variable.every:
        since = index.end_date - months(variable.every)
        rows = variable.rows.between(since, index.end_date, bounds="(]")
    there = any_of(*(_is_at(registry, visit) for visit in registry.schedule if visit.expects(variable)))
    known = when(variable.read(rows).is_known()).then(KNOWN).otherwise(MISSING)
    return when(there.is_true()).then(known).otherwise_missing()


def told(variable: Variable) -> Texts:
    """What a variable's column means, in both languages."""
    codes = {
        language: "; ".join(f"{code} {named[language]}" for code, named in variable.codes.items())
        for language in ("en", "zh")
    }
    return {
        language: "; ".join(filter(None, (variable.title[language], variable.meaning[language], codes[language])))
        for language in ("en", "zh")
    }


def _is_at_visits(variable: Variable) -> bool:
    """Is it of a time, and so told visit by visit?"""
    return variable.rows is not None or variable.is_drawn


def _within(variable: Variable) -> Frame:
    assert variable.rows is not None
    if variable.ever:
        return variable.rows.where(variable.rows.start_date <= index.end_date)
    return variable.rows.between(index.start_date, index.end_date)


def _is_at(registry: Registry, visit: Visit) -> Series:
    """Is an entry this visit? Known by the day that its window opens."""
    opens: Series = registry.entry.first().start_date + months(visit.month) - days(visit.early)
    return index.start_date == opens


def _said(variable: Variable) -> Texts:
    return words(
        f"known or missing, where it is expected: {variable.title['en']}",
        f"应填时：known 已有，missing 缺失：{variable.title['zh']}",
    )


def _fresh(variable: Variable) -> Texts:
    if not variable.every:
        return words(f"{variable.title['en']}: fresh, never", f"{variable.title['zh']}：fresh 已有，never 从未")
    return words(
        f"{variable.title['en']}: fresh, overdue (over {variable.every} months), never",
        f"{variable.title['zh']}：fresh 在期，overdue 逾期（超过{variable.every}个月），never 从未",
    )


def _published(
    registry: Registry, name: str, entries: object, columns: Mapping[str, Series], meanings: Mapping[str, Texts],
    title: Texts, about: Texts,
) -> Publish:  # fmt: skip
    dataset = Dataset(entries, columns, name=name, source=registry.source)  # type: ignore[arg-type]
    return Publish(name, dataset, title=title, description=about, meanings=dict(meanings), origins=(HOSPITAL,))
