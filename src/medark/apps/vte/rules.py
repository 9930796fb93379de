"""What is told at the bedside, and what somebody must do: cards and tasks"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.define import Card, Rule, Series, all_of, any_of, case, conditions, days, hours, visit_details
from medark.sdk import CardRule, TaskRule

from .coded import Coded
from .prophylaxis import SOURCE, Standing
from .scores import Assessment
from .stays import admitted, day, in_hospital
from .words import BLEEDING, GIVEN, RISK, both

HOOKS: Final = ("patient-view", "encounter-start", "order-sign")
QUALITY: Final = "Guide to quality evaluation and management of hospital VTE prevention, China, 2022 edition"


def cards(now: Standing, scores: Mapping[str, Assessment]) -> tuple[CardRule, ...]:
    """Prophylaxis that is missing, a drug given to who bleeds easily, an assessment that nobody made."""
    told = _values(now, scores)
    return tuple(
        CardRule(rule.name, HOOKS, rule) for rule in (_wanted(now, told), _bleeds(now, told), _unassessed(now, told))
    )


def tasks(now: Standing, scores: Mapping[str, Assessment], coded: Coded) -> tuple[TaskRule, ...]:
    """Who is to be assessed, and who anew."""
    told = _values(now, scores)
    return (
        TaskRule(
            "assess",
            _to_assess(now, told),
            {"en": "Assess the risk of thrombosis", "zh": "评估VTE风险"},
            24,
            closes=True,
            page="assessment",
        ),
        TaskRule(
            "reassess",
            _to_reassess(now, told, coded),
            {"en": "Assess the risk of thrombosis anew", "zh": "VTE动态评估"},
            24,
            closes=True,
            page="assessment",
        ),
    )


def _wanted(now: Standing, told: Mapping[str, Series]) -> Rule:
    return Rule(
        "prophylaxis_wanted",
        when=all_of(now.at_risk, ~now.suited),
        card=Card(
            summary_en="Thrombosis: risk {risk_en}, bleeding {bleeding_en}. {advice_en}",
            summary_zh="VTE风险{risk_zh}，出血风险{bleeding_zh}：{advice_zh}",
            indicator="warning",
            detail_en="Caprini **{caprini}** to {caprini_most}, Padua **{padua}** to {padua_most}: the lower from what "
            "is known, the higher if all that can't be judged were there. Given now: {given_en}.\n\n"
            "- {open_bleeding} factors of bleeding can't be judged: look before you give a drug.\n"
            "- Kidneys, weight and neuraxial anaesthesia decide on drug and dose.",
            detail_zh="Caprini **{caprini}**～{caprini_most} 分，Padua **{padua}**～{padua_most} 分：低值来自已知资料，"
            "高值为无法判断的条目均存在时。目前：{given_zh}。\n\n"
            "- 尚有 {open_bleeding} 项出血危险因素无法判断，用药前请核实。\n"
            "- 药物与剂量须结合肾功能、体重及椎管内麻醉。",
        ),
        values=dict(told),
        source=SOURCE,
    )


def _bleeds(now: Standing, told: Mapping[str, Series]) -> Rule:
    return Rule(
        "drug_at_bleeding_risk",
        when=all_of(in_hospital, now.drug, now.bleeds.is_true()),
        card=Card(
            summary_en="Anticoagulant given, bleeding risk high. If it is for prophylaxis: {advice_en}",
            summary_zh="正在使用抗凝药，出血风险高危。如为预防用药：{advice_zh}",
            indicator="warning",
            detail_en="Risk of thrombosis {risk_en}. Where the drug treats a thrombosis or an arrhythmia, weigh both.",
            detail_zh="VTE风险{risk_zh}。如为治疗用药，请权衡利弊。",
        ),
        values=dict(told),
        source=SOURCE,
    )


def _unassessed(now: Standing, told: Mapping[str, Series]) -> Rule:
    return Rule(
        "not_assessed",
        when=all_of(in_hospital, now.assessed_on.is_missing()),
        card=Card(
            summary_en="Risk of thrombosis not assessed since {admitted}",
            summary_zh="入院（{admitted}）后尚未评估VTE风险",
            indicator="info",
            detail_en="From data alone: risk {risk_en}, at most {risk_most_en}. Caprini {caprini} to {caprini_most} "
            "({open_caprini} items to ask), Padua {padua} to {padua_most} ({open_padua} items to ask).",
            detail_zh="仅据已有资料：风险{risk_zh}，最高可能{risk_most_zh}。Caprini {caprini}～{caprini_most} 分"
            "（{open_caprini} 项待询问），Padua {padua}～{padua_most} 分（{open_padua} 项待询问）。",
        ),
        values=dict(told),
        source=QUALITY,
    )


def _to_assess(now: Standing, told: Mapping[str, Series]) -> Rule:
    return Rule(
        "assess",
        when=all_of(in_hospital, now.assessed_on.is_missing()),
        card=Card(
            summary_en="In hospital since {admitted}, risk of thrombosis not assessed",
            summary_zh="{admitted} 入院，尚未评估VTE风险",
            detail_en="From data alone: {risk_en}, at most {risk_most_en}.",
            detail_zh="仅据已有资料：{risk_zh}，最高可能{risk_most_zh}。",
        ),
        values=dict(told),
        task="assess",
        cooldown=hours(24),
        source=QUALITY,
    )


def _to_reassess(now: Standing, told: Mapping[str, Series], coded: Coded) -> Rule:
    return Rule(
        "reassess",
        when=all_of(in_hospital, changed_since(now.assessed_on, now, coded)),
        card=Card(
            summary_en="Something changed since the risk of thrombosis was assessed on {assessed_on}",
            summary_zh="{assessed_on} 评估后病情有变化，请动态评估VTE风险",
            detail_en="An operation, a move to another ward, bed rest, or a raised D-dimer.",
            detail_zh="手术、转科、卧床或D-二聚体升高。",
        ),
        values={**told, "assessed_on": now.assessed_on},
        task="reassess",
        cooldown=hours(24),
        source=QUALITY,
    )


def changed_since(assessed: Series, now: Standing, coded: Coded) -> Series:
    """Has somebody been operated on, moved, confined to bed, or has D-dimer been raised, after a day?"""
    return any_of(
        now.operated_on > assessed,
        visit_details.where(visit_details.start_date > assessed).between(admitted + days(1), day).exists(),
        coded.rows("condition", "bed confinement")
        .where(conditions.start_date > assessed)
        .between(admitted, day)
        .exists(),
        _raised_d_dimer(coded) > assessed,
    ).is_true()


def _raised_d_dimer(coded: Coded) -> Series:
    """The last day of the stay on which D-dimer was 0.5 mg/L FEU or more: the cut-off of exclusion (Righini 2014)."""
    rows = coded.rows("measurement", "D-dimer").between(admitted, day)
    return rows.where(rows.value_in("mg/L") >= 0.5).last().start_date


def _values(now: Standing, scores: Mapping[str, Assessment]) -> dict[str, Series]:
    """What the words of cards show."""
    caprini, padua = scores["caprini"], scores["padua"]
    medical, surgical = scores["bleeding_medical"], scores["bleeding_surgical"]
    return {
        "admitted": admitted,
        "caprini": caprini.least,
        "caprini_most": caprini.most,
        "padua": padua.least,
        "padua_most": padua.most,
        "open_caprini": caprini.unjudged,
        "open_padua": padua.unjudged,
        "open_bleeding": case((now.surgical, surgical.unjudged), otherwise=medical.unjudged),
        **both("risk", now.risk, RISK),
        **both("risk_most", now.risk_most, RISK),
        **both("bleeding", now.bleeding, BLEEDING),
        **both("given", now.protection, GIVEN),
        "advice_en": now.words["en"],
        "advice_zh": now.words["zh"],
    }
