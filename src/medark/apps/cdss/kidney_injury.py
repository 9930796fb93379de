"""Acute kidney injury by creatinine, in its stages"""

from __future__ import annotations

from typing import Final

from medark.define import Card, Rule, Series, case, days, hours, measurements

from .labs import WEEK, labs, recent

# µmol/L; times the lowest value of seven days.
RISE, RATIO, SECOND, THIRD, HIGH = 26.5, 1.5, 2.0, 3.0, 353.6
SOURCE: Final = "KDIGO 2012, Kidney Int Suppl 2:1, statement 2.1.1 and table 2 (creatinine; urine is not asked)"


def kidney_injury() -> Rule:
    """The last creatinine of two days beside the lowest of the seven days before it."""
    crea = labs()["crea"]
    last = crea.among(recent(48)).last()
    week = crea.among(recent(WEEK + 48))
    week = week.where(measurements.start >= last.start - days(7), measurements.start <= last.start)
    two_days = week.where(measurements.start >= last.start - hours(48))
    value = crea.value(last)
    lowest, lowest_of_two = (rows.min(crea.value(measurements)) for rows in (week, two_days))
    ratio, rise = (value / lowest).round(3), (value - lowest_of_two).round(3)
    stage = stage_of(value, ratio, rise)
    return Rule(
        "acute_kidney_injury",
        when=stage >= 1,
        card=Card(
            summary_en="Acute kidney injury, stage {stage}: creatinine {value} µmol/L, lowest this week {lowest}",
            summary_zh="急性肾损伤 {stage} 期：肌酐 {value} µmol/L，本周最低 {lowest}",
            indicator="warning",
            detail_en="Creatinine at {taken}: **{value}** µmol/L, {ratio} times the lowest of seven days; "
            "{rise} µmol/L more than the lowest of 48 hours.\n\n"
            "- Stop what harms kidneys, adjust doses, check volume and urine, look for obstruction.\n"
            "- Repeat creatinine.",
            detail_zh="{taken} 肌酐 **{value}** µmol/L，为7日内最低值的 {ratio} 倍；"
            "较48小时内最低值升高 {rise} µmol/L。"
            "\n\n- 停用肾毒性药物，调整剂量，评估容量与尿量，排除梗阻。\n- 复查肌酐。",
        ),
        values={
            "stage": stage,
            "value": value.round(1),
            "lowest": lowest.round(1),
            "ratio": ratio.round(2),
            "rise": rise.round(1),
            "taken": last.start,
            "severity": stage,
        },
        cooldown=days(3),
        source=SOURCE,
    )


def stage_of(value: Series, ratio: Series, rise: Series) -> Series:
    """1 to 3; 0 for no injury; missing where creatinine can't be compared.

    A creatinine of 353.6 µmol/L and more is stage 3 only of whom has an injury at all.
    """
    injured = (rise >= RISE) | (ratio >= RATIO)
    return case(
        (injured & ((ratio >= THIRD) | (value >= HIGH)), 3),
        (injured & (ratio >= SECOND), 2),
        (injured, 1),
        (~injured, 0),
    )
