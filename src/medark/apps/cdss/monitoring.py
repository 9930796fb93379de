"""Tests that are missing: what a drug or a disease asks to be measured, and was not"""

from __future__ import annotations

from typing import Final

from medark.define import Card, Rule, Series, any_of, case, conditions, days, drugs, index, sum_of, when

from .drugs import Drugs, active
from .facts import Row, begins, numbered, table
from .labs import labs
from .words import column, told

day = index.start_date
_KNOWN: Final = days(731)  # a diagnosis of the last two years; ours
_RENEWED: Final = days(366)
SOURCE: Final = "Product labels and guidelines, named on the card"


def monitoring(here: Drugs) -> Rule:
    """One rule: the first in the order of the facts, and how many there are."""
    facts = list(numbered(table("monitoring")))
    classes = sorted({row["what"] for _, row in facts if row["kind"] == "drug"})
    marks = {atc: classes.index(of) + 1 for atc in here.atcs() for of in classes if begins(atc, of)}
    mark = here.mark(marks)
    missing = [
        _is_due(row, mark == classes.index(row["what"]) + 1 if row["kind"] == "drug" else None) for _, row in facts
    ]
    which = case(*((found, at) for found, (at, _) in zip(missing, facts, strict=True)))
    return Rule(
        "missing_test",
        when=any_of(*missing),
        card=Card(
            summary_en="{label_en}: no {lab_en} in {days} days ({count} tests are due)",
            summary_zh="{label_zh}：近 {days} 天未查{lab_zh}（共 {count} 项应查）",
            indicator="info",
            detail_en="Order it, or see whether another hospital did.\n\n- Source: {source}.",
            detail_zh="请开立检查，或核对外院结果。\n\n- 来源：{source}。",
        ),
        values={
            **told("label", which, facts),
            **{
                f"lab_{of}": case(*((which == at, labs()[row["lab"]].label[of]) for at, row in facts))
                for of in ("en", "zh")
            },
            "days": case(*((which == at, int(row["days"])) for at, row in facts)),
            "count": sum_of(*(when(one).then(1).otherwise(0) for one in missing)),
            "source": column(which, facts, "source"),
        },
        cooldown=days(30),
        source=SOURCE,
    )


def _is_due(row: Row, is_drug: Series | None) -> Series:
    """Taken (or ill) now and so long ago already, and no test since."""
    since = day - days(int(row["days"]))
    due = ~labs()[row["lab"]].any(since)
    if is_drug is None:
        rows = conditions.where(conditions.condition_source_value.starts_with(*row["what"].split("|")))
        return due & rows.where(conditions.start_date <= since, conditions.start_date >= day - _KNOWN).exists()
    begun = drugs.where(drugs.start_date <= since, drugs.start_date >= since - _RENEWED)
    return due & active().where(is_drug).exists() & begun.where(is_drug).exists()
