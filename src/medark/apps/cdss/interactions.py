"""Two drugs that must not, or should not, be given together"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.define import Card, Frame, Rule, Series, days

from .crossing import Crossing, crossing
from .drugs import Drugs, active, of_pair
from .facts import begins, numbered, table
from .words import Facts, column, told

# Severity in the facts: name of the card, its indicator, its first words in English and Chinese.
CARDS: Final = (
    (3, "interaction_contraindicated", "critical", "Contraindicated together", "禁忌合用"),
    (2, "interaction_major", "warning", "Major interaction", "严重相互作用"),
    (1, "interaction_moderate", "info", "Interaction", "相互作用"),
)
SOURCE: Final = "Product labels (FDA, EMA); ONC high-priority list: Phansalkar 2012, J Am Med Inform Assoc 19:735"


def interactions(here: Drugs) -> Iterator[Rule]:
    """A rule a severity: of the pairs that somebody takes, the last in the facts, and how many there are."""
    facts = list(numbered(table("interactions")))
    known = _known(here, facts)
    pairs = of_pair(here, active(), active(), known.left, known.right)
    for severity, name, indicator, en, zh in CARDS:
        rows = [(at, row) for at, row in facts if int(row["severity"]) == severity]
        among = [at for at, _ in rows]
        met = pairs.rows.where(known.meets(pairs.left, pairs.right, among), pairs.differ)
        fact = known.fact(pairs.left, pairs.right, among)
        yield _rule(name, indicator, (en, zh), met, fact, pairs.which, rows)


def _known(here: Drugs, facts: Facts) -> Crossing:
    objects, precipitants = (
        {atc: frozenset(at for at, row in facts if begins(atc, row[f"{side}_atc"])) for atc in here.atcs()}
        for side in ("object", "precipitant")
    )
    return crossing(objects, precipitants)


def _rule(
    name: str, indicator: str, words: tuple[str, str], met: Frame, fact: Series, which: Series, rows: Facts
) -> Rule:
    gravest = met.last_by(fact, met.left.start)
    number = met.max(fact)
    return Rule(
        name,
        when=met.exists(),
        card=Card(
            summary_en=f"{words[0]}: {{object_en}} and {{precipitant_en}}: {{effect_en}} ({{pairs}})",
            summary_zh=f"{words[1]}：{{object_zh}} + {{precipitant_zh}}：{{effect_zh}}（{{pairs}} 对）",
            indicator=indicator,
            detail_en="**{left}** (from {left_from}) with **{right}** (from {right_from}): {effect_en}.\n\n"
            "- {action_en}.\n- Pairs of this severity now: {pairs}.\n- Source: {source}.",
            detail_zh="**{left}**（{left_from} 起）与 **{right}**（{right_from} 起）：{effect_zh}。\n\n"
            "- {action_zh}。\n- 目前该级别药物对：{pairs}。\n- 来源：{source}。",
        ),
        values={
            **told("object", number, rows),
            **told("precipitant", number, rows),
            **told("effect", number, rows),
            **told("action", number, rows),
            "left": gravest.left.drug_source_value,
            "right": gravest.right.drug_source_value,
            "left_from": gravest.left.start_date,
            "right_from": gravest.right.start_date,
            "pairs": met.count_distinct(which),
            "source": column(number, rows, "source"),
        },
        cooldown=days(7),
        source=SOURCE,
    )
