"""What stands with a mention: value, unit and flag of a test, dose, route and frequency of a drug, the body part"""

from __future__ import annotations

import re
from collections.abc import Sequence

from medark.standardise.notes.nouns import Kind, Span

_UNIT = (
    r"(?:[×x*]\s?10\^?\d{1,2}/(?:l|ul|ml)|10\^?\d{1,2}/l|mm?ol/l|[mun]?g/(?:ml|dl|l|d|24h|kg)|[mu]?iu/(?:ml|l)|miu/ml|u/(?:ml|l)|"
    r"[μµ]mol/l|umol/l|[μµ]g/(?:ml|l)|mmhg|cmh2o|%|℃|°c|°f|次/分|次/min|bpm|/min|/hp|meq/l|mm/h|kg/m2|kg|cm|g/l|秒|s\b|"
    r"ng/ml|pg/ml|degrees|pounds|lbs?\b|fl\b|pg\b)"
)
_VALUE = re.compile(
    rf"\s*(?:\([a-z\u4e00-\u9fff0-9 #%+-]{{1,12}}\))?\s*(?:is|was|of|at|:|=|为|是|约|达|升至|降至|示|波动于|在)*\s*"
    rf"(?P<value>[<>≤≥]?\s?\d+(?:\.\d+)?(?:\s?[/-]\s?\d+(?:\.\d+)?)?)\s*(?P<unit>{_UNIT})?"
)
_WORD_VALUE = re.compile(
    r"\s*(?:is|was|:|=|为|示|明显|轻度|略|稍|均)*\s*(?P<value>阳性|阴性|弱阳性|正常|升高|增高|降低|减低|偏高|偏低|异常|"
    r"\([+-]{1,4}\)|[+]{1,4}|positive|negative|normal|elevated|high|low|decreased|increased|within normal limits)"
)
_FLAG = re.compile(r"\s*[(（]?\s*(?P<flag>↑+|↓+|偏高|偏低|高|低|升高|降低|异常|high|low|abnormal|critical|h\b|l\b)")
_FLAGS = {
    "↑": "high", "偏高": "high", "高": "high", "升高": "high", "high": "high", "h": "high", "增高": "high",
    "elevated": "high", "increased": "high", "↓": "low", "偏低": "low", "低": "low", "降低": "low", "low": "low",
    "l": "low", "减低": "low", "decreased": "low", "异常": "abnormal", "abnormal": "abnormal", "critical": "critical",
}  # fmt: skip
_DOSE = re.compile(
    r"(?P<dose>\d+(?:\.\d+)?(?:\s?-\s?\d+(?:\.\d+)?)?\s?(?:mg|g|ug|μg|µg|mcg|ml|iu|万u|万单位|u|units?|单位|片|粒|支|袋|丸|滴|吸|喷|"
    r"tablets?|tabs?|capsules?|puffs?|drops?|meq)(?:/(?:kg|m2|d|h|日|次|day|hr|min))?)(?![a-z])"
)
_ROUTE = re.compile(
    r"(?P<route>口服|静脉滴注|静脉注射|静脉输注|静滴|静推|静注|肌内注射|肌肉注射|肌注|皮下注射|皮下|雾化吸入|吸入|外用|含服|舌下|滴眼|灌肠|"
    r"(?<![a-z])(?:po|p\.o\.|iv|i\.v\.|im|sc|sq|subq|sl|pr|ivgtt|ivdrip|by mouth|orally|intravenously|subcutaneously|"
    r"topically|inhaled|oral|nebulized)(?![a-z]))"
)
_FREQUENCY = re.compile(
    r"(?P<frequency>(?<![a-z])(?:q\.?d|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|qn|qod|qhs|q\.?h\.?s|q\d{1,2}h|qw|biw|prn|p\.r\.n|st|stat|hs|daily|"
    r"twice a day|twice daily|three times a day|three times daily|once a day|once daily|every \d+ hours|every day|"
    r"at bedtime|nightly|weekly|as needed)(?![a-z])|"
    r"每[日天晚周][一二两三四1234]?次?|[一1]日[一二两三四1234]次|一天[一二两三四]次|每\d+小时一?次?|每晚|睡前)"
)
_ALLERGIC = re.compile(r"(?:等药物|药物|类药物)?过敏")
_DRUG_REACH = 48  # characters after a drug in which its dose stands


def details(
    text: str, written: str, span: Span, following: int, nested: Sequence[Span], section: str
) -> dict[str, str]:
    """By name, as it is written; `text` is the same, folded. `following`: where what belongs to the mention ends."""
    if span.kind is Kind.TEST:
        return _of_test(text, written, span, following)
    if span.kind is Kind.DRUG:
        return _of_drug(text, written, span, following, section)
    sites = [written[one.start : one.end] for one in nested if span.start <= one.start and one.end <= span.end]
    site = max(sites, key=len, default="")
    is_site = len(site) > 1 or (site and (span.kind is not Kind.SYMPTOM or span.found_by == "pattern"))
    return {"site": site} if is_site and span.kind is not Kind.BODY else {}


def _of_test(text: str, written: str, span: Span, following: int) -> dict[str, str]:
    found = _VALUE.match(text, span.end, following)
    if found is None:
        said = _WORD_VALUE.match(text, span.end, following)
        if said is None:
            return {}
        word = said["value"]
        return {"value": word} | ({"flag": _FLAGS[word]} if word in _FLAGS else {})
    told = {"value": found["value"].replace(" ", "")}
    if found["unit"]:
        told["unit"] = _as_written(written, found, "unit")
    flag = _FLAG.match(text, found.end(), following)
    if flag is not None:
        told["flag"] = _FLAGS[flag["flag"] if flag["flag"] in _FLAGS else flag["flag"][0]]
    return told


def _of_drug(text: str, written: str, span: Span, following: int, section: str) -> dict[str, str]:
    stop = min(following, span.end + _DRUG_REACH)
    told = {}
    for name, pattern in (("dose", _DOSE), ("route", _ROUTE), ("frequency", _FREQUENCY)):
        found = pattern.search(text, span.end, stop)
        if found is not None:
            told[name] = _as_written(written, found, name)
    if "route" not in told and (before := _ROUTE.search(text, max(0, span.start - 6), span.start)):
        told["route"] = _as_written(written, before, "route")
    if _is_allergy(text, span, section):
        told["allergy"] = "1"
    return told


def _as_written(written: str, found: re.Match[str], name: str) -> str:
    return written[found.start(name) : found.end(name)].strip()


def _is_allergy(text: str, span: Span, section: str) -> bool:
    before = text[max(0, span.start - 24) : span.start]
    return section == "allergy" or _ALLERGIC.match(text, span.end) is not None or "allergic to" in before
