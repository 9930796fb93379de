"""Drugs that prolong the QT interval: two of them, or one where something else adds to it"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.define import Card, Rule, Series, any_of, days, index, measurements

from .drugs import Drugs, active
from .facts import table
from .labs import labs

now, day = index.start, index.start_date
_FRESH: Final = days(7)
QTC: Final = ("8636-3", "QTc")  # as written: LOINC's corrected QT interval, or its name
LONG, POTASSIUM, MAGNESIUM = 500.0, 3.5, 0.7  # ms; mmol/L
SOURCE: Final = (
    "QT warnings of product labels (FDA, EMA), own short list; risk factors: Drew 2010 (AHA/ACC), Circulation 121:1047"
)


def qt(here: Drugs) -> Iterator[Rule]:
    """Two rules."""
    marks = {row["atc"]: place for place, row in enumerate(table("qt"), 1)}
    mark = here.mark(marks)
    rows = active().where(mark.is_known())
    last = rows.last()
    first = rows.where(mark != here.mark(marks, last)).last()
    values = {
        "drug": last.drug_source_value, "drug_from": last.start_date, "other": first.drug_source_value,
        "other_from": first.start_date, "qtc": _qtc(), "potassium": _last("k"), "magnesium": _last("mg"),
    }  # fmt: skip
    yield Rule(
        "qt_two_drugs",
        when=first.exists(),
        card=Card(
            summary_en="Two drugs prolong QT: {drug} and {other}",
            summary_zh="两种药物延长QT间期：{drug} 与 {other}",
            indicator="warning",
            detail_en="**{drug}** (from {drug_from}), **{other}** (from {other_from}).\n\n"
            "- ECG before and after; QTc of the last week {qtc} ms.\n- Keep potassium (now {potassium} mmol/L) and "
            "magnesium (now {magnesium} mmol/L) normal.",
            detail_zh="**{drug}**（{drug_from} 起）、**{other}**（{other_from} 起）。\n\n"
            "- 用药前后复查心电图；近一周QTc {qtc} ms。\n"
            "- 维持血钾（{potassium} mmol/L）与血镁（{magnesium} mmol/L）正常。",
        ),
        values=dict(values),
        cooldown=days(7),
        source=SOURCE,
    )
    yield Rule(
        "qt_at_risk",
        when=rows.exists() & any_of(_qtc() > LONG, _last("k") < POTASSIUM, _last("mg") < MAGNESIUM).is_true(),
        card=Card(
            summary_en="{drug} prolongs QT; QTc {qtc} ms, K {potassium}, Mg {magnesium} mmol/L",
            summary_zh="{drug} 延长QT间期；QTc {qtc} ms，血钾 {potassium}，血镁 {magnesium} mmol/L",
            indicator="critical",
            detail_en="**{drug}** (from {drug_from}) where QTc is above 500 ms, potassium below 3.5 or magnesium "
            "below 0.7 mmol/L in the last week.\n\n"
            "- ECG now; correct electrolytes first; choose another drug if there is one.",
            detail_zh="**{drug}**（{drug_from} 起）；近一周QTc＞500 ms、血钾＜3.5或血镁＜0.7 mmol/L。\n\n"
            "- 立即心电图；先纠正电解质；有替代药物者换药。",
        ),
        values=dict(values),
        cooldown=days(3),
        source=SOURCE,
    )


def _last(key: str) -> Series:
    lab = labs()[key]
    return lab.value(lab.among(measurements.before(now, within=_FRESH, bounds="[]")).last())


def _qtc() -> Series:
    rows = measurements.before(now, within=_FRESH, bounds="[]")
    return rows.where(rows.measurement_source_value.is_in(QTC)).last().value_in("ms")
