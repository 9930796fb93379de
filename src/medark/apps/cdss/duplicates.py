"""The same drug twice, or two drugs of one class"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.define import Card, Frame, Rule, days, index

from .drugs import Drugs, active, of_pair
from .facts import begins, table

day = index.start_date
_RENEWED: Final = days(7)  # what is left of an order when the next one is no duplicate; ours
SOURCE: Final = "Same class: same ATC level 4 (WHO Collaborating Centre), less those that are combined on purpose; ours"


def duplicates(here: Drugs) -> Iterator[Rule]:
    """Orders that both go on after today."""
    exempt = "|".join(row["exempt_atc"] for row in table("duplicates"))
    taken = [atc for atc in here.atcs() if len(atc) >= 5 and not begins(atc, exempt)]
    classes = {of: place for place, of in enumerate(sorted({atc[:5] for atc in taken}), 1)}
    marks = {atc: classes[atc[:5]] for atc in taken}
    going_on = active().where(active().end_date > day)
    pairs = of_pair(here, going_on, going_on, marks, marks)
    same = pairs.rows.where(pairs.left == pairs.right)
    last = [side.end_date > day + _RENEWED for side in (pairs.rows.left, pairs.rows.right)]
    yield _rule("duplicate_class", same.where(pairs.differ), "Two drugs of one class", "同类药物重复")
    yield _rule("duplicate_drug", same.where(~pairs.differ, *last), "One drug ordered twice", "同一药物重复医嘱")


def _rule(name: str, met: Frame, en: str, zh: str) -> Rule:
    last = met.last_by(met.left.start, met.right.start)
    return Rule(
        name,
        when=met.exists(),
        card=Card(
            summary_en=f"{en}: {{left}} and {{right}}",
            summary_zh=f"{zh}：{{left}} 与 {{right}}",
            indicator="warning",
            detail_en="**{left}** (from {left_from}) and **{right}** (from {right_from}) both go on after today. "
            "Stop one, or say why both are wanted.",
            detail_zh="**{left}**（{left_from} 起）与 **{right}**（{right_from} 起）均持续至今日之后。"
            "请停用其一，或说明联用理由。",
        ),
        values={
            "left": last.left.drug_source_value,
            "right": last.right.drug_source_value,
            "left_from": last.left.start_date,
            "right_from": last.right.start_date,
        },
        cooldown=days(7),
        source=SOURCE,
    )
