"""Legal deadlines: each diagnosis of a notifiable disease against the report cards of the same person

Source: 传染病信息报告管理规范（2015年版）: 2 hours for class A and what is managed so, 24 hours for the others.
"""

from __future__ import annotations

from typing import Final

from medark.define import Card, Dataset, Rule, Series, conditions, days, every, index, observations, today, when
from medark.sdk import Settings, TaskRule

from . import facts
from .channels import REPORT, REPORTED, bare, diagnosed
from .people import ABOUT, own

SOURCE: Final = "传染病信息报告管理规范（2015年版）"
HOSPITAL: Final = "hospital"  # the organisation whose record told of the diagnosis
_EARLY: Final = 1  # days that a card may come before the diagnosis is written down
_LATEST: Final = 60  # days after which a card is of another illness
_ASKED: Final = days(3)  # tasks are raised for diagnoses of these last days
TITLES: Final = {
    2: {"en": "Report within 2 hours", "zh": "2小时内报告传染病"},
    24: {"en": "Report within 24 hours", "zh": "24小时内报告传染病"},
}


def duties(settings: Settings) -> Dataset:
    """A row a diagnosis of a notifiable disease: reported in time, late, waiting, missed, or a repeat that needs none.

    Where hospitals' people are not linked with those of the cards, no card means "unlinked": it can't be told.
    """
    names = facts.written(facts.diseases())
    told = diagnosed(names)
    disease = bare(own(told)).code_of(names)
    limit = disease.code_of({one.key: one.limit_hours for one in facts.diseases()})
    card = _card(disease)
    taken = (card - index.start).hours
    return Dataset(
        every(told),
        {
            "disease": disease,
            "legal_class": disease.code_of({one.key: one.legal_class for one in facts.diseases()}),
            "limit_hours": limit,
            "diagnosed_at": index.start,
            "reported_at": card,
            "hours": taken,
            HOSPITAL: own(told).medark_record_no,
            "standing": _standing(disease, limit, taken, bool(settings["people_are_linked"])),
            **ABOUT,
        },
        name="duties",
        source=SOURCE,
    )


def report_tasks(settings: Settings) -> tuple[TaskRule, ...]:
    """The tasks of diagnoses that no card tells of yet, by the limit of their disease; closed when it comes.

    None where people are not linked: nothing would ever close them.
    """
    if not settings["people_are_linked"]:
        return ()
    return tuple(
        TaskRule(f"report_in_{limit}_hours", _rule(limit), TITLES[limit], due_hours=limit, closes=True)
        for limit in (2, 24)
    )


def _card(disease: Series) -> Series:
    """When the card of the entry's disease came in; missing where none did."""
    names = facts.written(facts.diseases())
    first, last = index.start_date - days(_LATEST), index.start_date + days(_LATEST)
    said = conditions.where(conditions.condition_type_concept_id == REPORT).between(first, last)
    said = said.where(bare(said).code_of(names) == disease)
    came = observations.where(observations.observation_source_value == REPORTED)
    near = came.between(index.start_date - days(_EARLY), last).first()
    return when(said.exists()).then(near.start).otherwise_missing()


def _standing(disease: Series, limit: Series, taken: Series, linked: bool) -> Series:
    """What became of the duty to report."""
    waited = (today - index.start_date).days * 24
    told = when(_repeats(disease)).then("repeat").when(taken <= limit).then("in_time").when(taken > limit).then("late")
    if not linked:
        return told.otherwise("unlinked")
    return told.when(waited > limit).then("missed").otherwise("waiting")


def _repeats(disease: Series) -> Series:
    """Was the same disease diagnosed so shortly before that it is the same illness?"""
    names = facts.written(facts.diseases())
    before = diagnosed(names)
    before = before.where(bare(before).code_of(names) == disease, before.start < index.start)
    again = disease.code_of({one.key: one.again_days for one in facts.diseases()})
    return ((index.start_date - before.last().start_date).days < again).is_true()


def _rule(limit: int) -> Rule:
    """Whoever has a diagnosis of the last days without a card since."""
    names = facts.written(facts.diseases())
    mine = [one.key for one in facts.diseases() if one.limit_hours == limit]
    fresh = diagnosed(names).between(index.start_date - _ASKED, index.start_date)
    last = fresh.where(bare(fresh).code_of(names).is_in(mine)).last()
    card = conditions.where(conditions.condition_type_concept_id == REPORT)
    card = card.where(card.start_date >= last.start_date - days(_LATEST))
    told = card.where(bare(card).code_of(names) == bare(last).code_of(names))
    return Rule(
        f"report_in_{limit}_hours",
        when=last.exists() & ~told.exists(),
        card=Card(
            summary_en=f"Notifiable disease without a report card: to be sent within {limit} hours",
            summary_zh=f"法定传染病未见报告卡：须在{limit}小时内网络直报",
            indicator="warning",
            detail_en="Send the report card, or correct the diagnosis.",
            detail_zh="请填报传染病报告卡，或订正诊断。",
        ),
        source=SOURCE,
    )
