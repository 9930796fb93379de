"""Today's inpatients: risk, bleeding, what protects them, and whether somebody has assessed them"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.define import Dataset, today, when
from medark.sdk import Publish

from .datasets import INPATIENTS
from .prophylaxis import SOURCE, Standing
from .scores import Assessment
from .stays import admitted
from .words import RISK, STATE, both

NAME: Final = "inpatients"
MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "admitted": {"en": "day of admission", "zh": "入院日期"},
    "ward": {
        "en": "surgical (operated on or to be) or medical",
        "zh": "surgical 外科（已手术或计划手术），medical 内科",
    },
    "risk": {"en": "risk of thrombosis by what is known", "zh": "已知资料的VTE风险"},
    "risk_most": {"en": "risk of thrombosis at most", "zh": "最高可能VTE风险"},
    "bleeding": {"en": "risk of bleeding by what is known", "zh": "已知资料的出血风险"},
    "bleeding_most": {"en": "risk of bleeding at most", "zh": "最高可能出血风险"},
    "given": {
        "en": "prophylaxis: none, drug, mechanical, both",
        "zh": "预防措施：none 无，drug 药物，mechanical 机械，both 联合",
    },
    "advice": {"en": "what the guideline advises", "zh": "指南建议的预防方式"},
    "advice_en": {"en": "the advice in English", "zh": "预防建议（英文）"},
    "advice_zh": {"en": "the advice in Chinese", "zh": "预防建议（中文）"},
    "state": {"en": "suited, missing or not_suited", "zh": "suited 恰当，missing 未预防，not_suited 不恰当"},
    "assessed": {"en": "has somebody assessed the risk in this stay", "zh": "本次住院是否已评估"},
    "assessed_on": {"en": "day of the last assessment", "zh": "最近一次评估日期"},
    "bleeding_assessed_on": {"en": "day of the last assessment of bleeding", "zh": "最近一次出血风险评估日期"},
    "caprini": {"en": "Caprini score by what is known", "zh": "Caprini 评分（已知）"},
    "padua": {"en": "Padua score by what is known", "zh": "Padua 评分（已知）"},
    "days": {"en": "days in hospital", "zh": "住院天数"},
    "risk_words_en": {"en": "risk of thrombosis, in English", "zh": "VTE风险（英文）"},
    "risk_words_zh": {"en": "risk of thrombosis, in Chinese", "zh": "VTE风险（中文）"},
    "state_words_en": {"en": "whether prophylaxis is suited, in English", "zh": "预防是否恰当（英文）"},
    "state_words_zh": {"en": "whether prophylaxis is suited, in Chinese", "zh": "预防是否恰当（中文）"},
}


def inpatients(now: Standing, scores: Mapping[str, Assessment]) -> Publish:
    """One row an inpatient of today."""
    columns = {
        "admitted": admitted,
        "ward": when(now.surgical).then("surgical").otherwise("medical"),
        "risk": now.risk,
        "risk_most": now.risk_most,
        "bleeding": now.bleeding,
        "bleeding_most": now.bleeding_most,
        "given": now.protection,
        "advice": now.advice,
        "advice_en": now.words["en"],
        "advice_zh": now.words["zh"],
        "state": now.state,
        "assessed": now.assessed_on.is_known(),
        "assessed_on": now.assessed_on,
        "bleeding_assessed_on": now.bleeding_assessed_on,
        "caprini": scores["caprini"].least,
        "padua": scores["padua"].least,
        "days": (today - admitted).days,
        **both("risk_words", now.risk, RISK),
        **both("state_words", now.state, STATE),
    }
    return Publish(
        NAME,
        Dataset(INPATIENTS, columns, name=NAME, source=SOURCE),
        title={"en": "Inpatients of today", "zh": "今日住院患者"},
        description={"en": "One row an inpatient.", "zh": "每位住院患者一行。"},
        meanings=MEANINGS,
    )
