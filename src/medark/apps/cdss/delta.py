"""Delta checks: a result that changed more since the last one than people do"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from medark.define import Card, Row, Rule, Series, any_of, case, days, hours, measurements

from .facts import Row as Fact
from .facts import table
from .labs import DAY, Lab, labs, now, recent

SOURCE: Final = "Ladenson 1975, Clin Chem 21:1648; reference change value: Fraser 1989, Crit Rev Clin Lab Sci 27:409"


@dataclass(frozen=True, slots=True)
class _Changed:
    lab: Lab
    last: Row
    before: Row
    change: Series  # percent, or in the unit of the test
    is_too_much: Series


def delta() -> Rule:
    """One rule: of the last results of each test, the first in the order of the facts that changed too much."""
    changed = [_changed(labs()[row["lab"]], row) for row in table("delta")]
    found = [one.is_too_much for one in changed]
    which = case(*((one, place) for place, one in enumerate(found)))

    def of(values: list[Series] | list[str] | list[float]) -> Series:
        return case(*((which == place, value) for place, value in enumerate(values)))

    return Rule(
        "delta_check",
        when=any_of(*found),
        card=Card(
            summary_en="{lab_en} {value} {unit} at {taken}, {before} before: the right patient, the right tube?",
            summary_zh="{lab_zh} {value} {unit}（{taken}），前次 {before}：请核对患者与标本",
            indicator="info",
            detail_en="Before: **{before}** at {before_taken}. Changed by {change} ({kind}); limit {limit}. "
            "Reference change value {rcv} %.\n\n- Mix-up, haemolysis, infusion arm, or a true change?",
            detail_zh="前次：**{before}**（{before_taken}）。变化 {change}（{kind}），界值 {limit}；"
            "参考变化值 {rcv} %。"
            "\n\n- 标本错误、溶血、输液侧采血，还是真实变化？",
        ),
        values={
            "lab_en": of([one.lab.label["en"] for one in changed]),
            "lab_zh": of([one.lab.label["zh"] for one in changed]),
            "value": of([one.lab.value(one.last).round(2) for one in changed]),
            "unit": of([one.lab.unit for one in changed]),
            "taken": of([one.last.start for one in changed]),
            "before": of([one.lab.value(one.before).round(2) for one in changed]),
            "before_taken": of([one.before.start for one in changed]),
            "change": of([one.change.round(1) for one in changed]),
            "kind": of(["%" if row["kind"] == "percent" else labs()[row["lab"]].unit for row in table("delta")]),
            "limit": of([float(row["limit"]) for row in table("delta")]),
            "rcv": of([rcv(one.lab.cvi or 0.0) for one in changed]),
        },
        cooldown=hours(24),
        source=SOURCE,
    )


def rcv(cvi: float) -> float:
    """The reference change value, %, at 95 %, where the laboratory's own variation is half of the person's.

    >>> rcv(4.6)
    14.3
    """
    return round(sqrt(2) * 1.96 * sqrt((cvi / 2) ** 2 + cvi**2), 1)


def _changed(lab: Lab, row: Fact) -> _Changed:
    last = lab.among(recent(DAY)).last()
    earlier = measurements.where(
        measurements.start < last.start, measurements.start >= last.start - days(int(row["days"]))
    )
    before = lab.among(earlier.where(measurements.start <= now)).last()
    value, old = lab.value(last), lab.value(before)
    change = abs(value - old) / abs(old) * 100.0 if row["kind"] == "percent" else abs(value - old)
    return _Changed(lab, last, before, change, (change.round(6) > float(row["limit"])).is_true())
