"""Tasks for what is missing: raised where a value is overdue, closed by the record when it comes"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.define import Card, Measure, Rule, Series, all_of, days, months, today
from medark.sdk.app import PublishMeasure, TaskRule
from medark.sdk.registry.datasets import ALIVE, GRACE, KNOWN, planned, seen_lately, state
from medark.sdk.registry.file import Registry, Variable, words

KIND: Final = "missing_data"
DUE_HOURS: Final = 14 * 24.0  # ours: two weeks to ask somebody in


def tasks(registry: Registry) -> Iterator[TaskRule]:
    """A rule for each variable whose absence is a task."""
    yield from (_task(registry, one) for one in registry.variables if one.is_task)


def measures(registry: Registry) -> Iterator[PublishMeasure]:
    """Of the visits that expect a variable those that have it, by the quarter that their window opens in."""
    for one in map(registry.variable, registry.measured):
        name, here = f"{registry.name}_{one.name}_complete", state(registry, one)
        entries, quarter = planned(registry), months(3)
        measure = Measure(name, entries, here == KNOWN, here.is_known(), intervals=quarter, source=one.source)
        title = words(f"{one.title['en']} is there when it is expected", f"{one.title['zh']}按期完整率")
        yield PublishMeasure(name, measure, title)


def task_of(registry: Registry, variable: Variable) -> str:
    """The name of the task of a variable."""
    return f"{registry.name}_{variable.name}_overdue"


def _task(registry: Registry, variable: Variable) -> TaskRule:
    assert variable.rows is not None and variable.read is not None
    last = variable.rows.last()
    came = registry.entry.first().start_date
    rule = Rule(
        task_of(registry, variable),
        when=all_of(
            came < today - days(GRACE),
            *registry.conditions,
            ALIVE,
            Series(seen_lately(registry).condition),
            (last.start_date < today - months(variable.every or 1200)) | last.start_date.is_missing(),
        ).is_true(),
        card=Card(
            summary_en=f"{variable.title['en']} is overdue: last {{last}} on {{last_on}}",
            summary_zh=f"{variable.title['zh']}逾期：最近一次 {{last}}（{{last_on}}）",
            indicator="info",
            detail_en=f"{registry.title['en']}: {variable.meaning['en']}",
            detail_zh=f"{registry.title['zh']}：{variable.meaning['zh']}",
        ),
        values={"last": variable.read(variable.rows), "last_on": last.start_date},
        task=KIND,
        source=variable.source,
    )
    title = words(
        f"{registry.title['en']}: {variable.title['en']} is overdue",
        f"{registry.title['zh']}：{variable.title['zh']}待补",
    )
    return TaskRule(rule.name, rule, title, due_hours=DUE_HOURS, closes=True)
