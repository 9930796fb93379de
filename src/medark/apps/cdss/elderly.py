"""Drugs that older people had better not take"""

from __future__ import annotations

from typing import Final

from medark.define import Card, Rule, days, drugs, index, person

from .drugs import Drugs, active
from .facts import begins, numbered, table
from .words import told

age = person.age_on(index.start_date)
SOURCE: Final = "AGS Beers Criteria 2023, J Am Geriatr Soc 71:2052 (selection, in our words)"


def elderly(here: Drugs) -> Rule:
    """One rule: of the drugs that somebody takes, the last in the facts, and how many there are."""
    facts = list(numbered(table("elderly")))
    kept = {int(row["least_days"]): at for at, row in facts if row["least_days"]}
    marks = {atc: at for at, row in facts for atc in here.atcs() if begins(atc, row["atc"])}
    mark = here.mark(marks)
    rows = active().where(mark.is_known())
    rows = rows.where(
        *((mark != at) | ((drugs.end_date - drugs.start_date).days >= least) for least, at in kept.items())
    )
    at, last = rows.max(mark), rows.last_by(mark, rows.start)
    return Rule(
        "elderly",
        when=(age >= 65) & rows.exists(),
        card=Card(
            summary_en="Age {age}: {drug_en}: {advice_en} ({drugs} such drugs)",
            summary_zh="{age} 岁：{drug_zh}：{advice_zh}（共 {drugs} 种）",
            indicator="info",
            detail_en="**{drug}** (from {drug_from}): {advice_en}: {why_en}.",
            detail_zh="**{drug}**（{drug_from} 起）：{advice_zh}。风险：{why_zh}。",
        ),
        values={
            **told("drug", at, facts),
            **told("advice", at, facts),
            **told("why", at, facts),
            "age": age,
            "drug": last.drug_source_value,
            "drug_from": last.start_date,
            "drugs": rows.count_distinct(mark),
        },
        cooldown=days(30),
        source=SOURCE,
    )
