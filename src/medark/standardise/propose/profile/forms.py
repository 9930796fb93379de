"""What a value looks like: the forms of dates, numbers, codes, units and of what tells who somebody is"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from medark.standardise.identity.number import is_day, is_number
from medark.standardise.propose.profile.states import state_of

_RE = re.compile

# The most frequent surnames. Source: Ministry of Public Security, report on names of 2020.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文"
)
_UNIT = _RE(
    r"(?:[x×*]?10[\^*]?[0-9⁰-⁹]{1,2}|[fpnuµμmkdc]?(?:g|l|mol|m|iu|u|eq|s|osm|pa|cal|katal)|%|‰|mm\s?\[?hg\]?|cmh2o|bpm|"
    r"次/分|分|℃|°c|cel|deg\.? ?c|min|h|hr|hour|day|sec|ratio|score|point|cells?|copies|mg|kg|cm|units?|"
    r"beats|breaths|steps|kcal|"
    r"毫克|克|毫升|片|粒|支|瓶|盒|袋|天|岁|单位|inr|mmol|meq|k|m)"
    r"(?:\s?/\s?(?:[fpnuµμmkdc]?(?:l|g|mol|m|s)|min|h|hr|day|24h|hpf|lpf|1\.73\s?m2|mm3|m2|d|次|分|\d+\s?ml|kg(?:/min|/h(?:r|our)?)?))?",
    re.IGNORECASE,
)
_FREQUENCIES = _RE(
    r"(?:q[dn]|bid|tid|qid|qod|q\d{1,2}h|prn|once|st|stat|daily|qw|biw|hs|ac|pc|每[日天周晚][一二两三四]?次?|"
    r"每\d+小时.*|一日[一二三四]次|必要时|\d(?:-\d){2,3}|t[äa]glich|\d ?x ?(?:t[äa]gl\.?|täglich|die|/ ?d)|"
    r"cada \d+ ?h(?:oras)?|\d fois par jour)(?:[ ,].*)?",
    re.IGNORECASE,
)
_ROUTES = _RE(
    r"(?:po|iv|im|sc|sq|pr|sl|ng|ivpb|iv drip|ivdrip|iv push|ih|td|top|inh|neb|both eyes|ou|od|os|nasal|oral|"
    r"intravenous|"
    r"p\.o\.|i\.v\.|s\.c\.|i\.m\.|vo|sc|oral(?:e)?|perorale?|intraven\w+|subkutan|sous-cutan\w+|subcut\w+|"
    r"intramuscul\w+|subcutaneous|口服|静[滴推注脉].*|肌.*注.*|皮下.*|外用|吸入|雾化.*|舌下|滴眼|含服|肛.*|po/ng|enteral.*|topical)",
    re.IGNORECASE,
)
_WORDS: Mapping[str, frozenset[str]] = {
    form: frozenset(words.split())
    for form, words in {
        "gender": "男 女 男性 女性 m f w male female man woman weiblich männlich maennlich femme homme masculin "
        "féminin mujer hombre varón femenino masculino",
        "yes_no": "0 1 y n yes no true false t f 是 否 有 无 j ja nein oui non si sí",
        "visit_kind": "门诊 急诊 住院 体检 inpatient outpatient emergency ambulatory stationär vollstationär "
        "teilstationär ambulant notfall hospitalisation hospitalisé externe consultation urgence urgences ingreso "
        "hospitalización ambulatorio consulta urgencias",
        "flag": "h l hh ll n a aa abnormal normal high low delta ↑ ↓ 偏高 偏低 正常 高 低",
        "outcome": "阳性 阴性 弱阳性 可疑 positive negative pos neg + - ± detected positiv negativ positif négatif "
        "positivo negativo",
        "blood": "a b o ab a+ a- b+ b- o+ o- ab+ ab- a型 b型 o型 ab型",
    }.items()
}


def loinc(value: str) -> bool:
    """A LOINC number with its check digit. Source: LOINC Users' Guide, appendix C (MOD 10).

    >>> loinc("2823-3"), loinc("2823-4")
    (True, False)
    """
    head, _, last = value.partition("-")
    if not (head.isdigit() and len(last) == 1 and last.isdigit() and 1 <= len(head) <= 7):
        return False
    doubled = int("".join(reversed(head))[::2]) * 2
    plain = "".join(reversed(head))[1::2]
    total = sum(map(int, str(doubled))) + sum(map(int, plain))
    return (10 - total % 10) % 10 == int(last)


def snomed(value: str) -> bool:
    """A SNOMED CT identifier of a concept, with its check digit. Source: SNOMED CT Release File Specification 6.3.

    >>> snomed("22298006"), snomed("22298007")
    (True, False)
    """
    if not (value.isdigit() and 6 <= len(value) <= 18 and value[-3:-1] in ("00", "10") and value[0] != "0"):
        return False
    check = 0
    for place, digit in enumerate(map(int, reversed(value))):
        check = _D5[check][_P8[place % 8][digit]]
    return check == 0


_D5 = [[(i + j) % 5 if i < 5 > j else 5 + (i + j) % 5 if i < 5 else 5 + (i - j) % 5 if j < 5 else (i - j) % 5
        for j in range(10)] for i in range(10)]  # fmt: skip
_P8 = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    _P8.append([_P8[1][digit] for digit in _P8[-1]])


def _name(value: str) -> bool:
    return (2 <= len(value) <= 4 and value[0] in _SURNAMES and all("一" <= c <= "鿿" for c in value)) or (
        _LATIN_NAME.fullmatch(value) is not None
    )


_LATIN_NAME = _RE(r"[A-Z][a-z]+(?:[ '-][A-Z][a-z.]*){0,3}\d{0,3}")
_MEASURED = _RE(r"\d+(?:[.,]\d+)?\s?([^\d\s.,].*)")  # a number with its unit
_GLUED = _RE(r"(?:19|2[01])\d{6} ?\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?")  # 2024010609:05:00
# Days in years of the Republic of China: 112/03/04, 民國112年3月4日, 1120304; the first year is 1912.
ROC = _RE(
    r"(?:民[國国] ?(\d{1,3})|([01]\d\d))[/.年-]?(0?[1-9]|1[0-2])[/.月-]?(0?[1-9]|[12]\d|3[01])日?"
    r"(?:[ T]?(\d{1,2}:\d{2}(?::\d{2})?))?"
)
ROC_BEGAN = 1911  # plus a year of that count is the year
_ADDRESS = _RE(r"[省市区县镇乡村街道路巷弄号栋幢单元室]")
_STREET = _RE(
    r"\d+ .*(?:St|Street|Ave|Avenue|Rd|Road|Lane|Drive|Suite|Unit|Apt|Way|Court|Blvd|Run|Row|Gate|Path|\w+)\b.*"
)

_ERA = ("民國", "民国")

Test = Callable[[str], object]


def _among(words: frozenset[str]) -> Test:
    return lambda value: value.lower() in words


_DIGITS: Mapping[str, Test] = {
    "integer": _RE(r"[+-]?\d+").fullmatch,
    "decimal": _RE(r"[+-]?\d*\.\d+(?:e[+-]?\d+)?", re.IGNORECASE).fullmatch,
    "comma": _RE(r"[+-]?\d{1,6},\d+").fullmatch,
    "measured": lambda v: (m := _MEASURED.fullmatch(v)) and _UNIT.fullmatch(m[1]),
    "compared": _RE(r"[<>≤≥]=?\s*\d+(?:\.\d+)?").fullmatch,
    "range": _RE(r"[<>]?\s*\d+(?:\.\d+)?\s*(?:-{1,2}|~|–|至)\s*\d+(?:\.\d+)?").fullmatch,
    "iso_date": _RE(r"\d{4}-\d{2}-\d{2}").fullmatch,
    "iso_time": _RE(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?").fullmatch,
    "glued_time": lambda v: bool(_GLUED.fullmatch(v)) and is_day(v[:8]),
    "ymd": _RE(r"\d{4}(?:[/.年])\d{1,2}(?:[/.月])\d{1,2}日?(?: \d{1,2}:\d{2}(?::\d{2})?)?").fullmatch,
    "dmy": _RE(
        r"(?:[12]\d|3[01]|0?\d)[/.-](?:0?\d|1[0-2])[/.-](?:19|2[01])\d\d"
        r"(?:,? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm]| Uhr)?)?"
    ).fullmatch,
    "mdy": _RE(
        r"(?:0?\d|1[0-2])[/.-](?:[12]\d|3[01]|0?\d)[/.-](?:19|2[01])\d\d(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?"
    ).fullmatch,
    "roc": lambda v: bool(ROC.fullmatch(v)),
    "compact_date": lambda v: len(v) == 8 and v.isdigit() and v[:2] in ("18", "19", "20", "21") and is_day(v),
    "compact_time": lambda v: len(v) in (12, 14) and v.isdigit() and v[:2] in ("19", "20", "21") and is_day(v[:8]),
    "epoch_s": _RE(r"(?:9|1[0-9])\d{8}").fullmatch,
    "epoch_ms": _RE(r"(?:9|1[0-9])\d{11}").fullmatch,
    "clock": _RE(r"\d{1,2}:\d{2}(?::\d{2})?").fullmatch,
    "glued_clock": _RE(r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?").fullmatch,
    "year": _RE(r"(?:19|20)\d\d").fullmatch,
    "id_cn": is_number,
    "id_us": _RE(r"\d{3}-\d{2}-\d{4}").fullmatch,
    "phone": _RE(r"(?:\+?86)?1\d{10}|0\d{2,3}-\d{7,8}|\(?\d{3}\)?[ -]\d{3}-\d{4}").fullmatch,
    "icd9": _RE(r"\d{3}\.\d{1,2}").fullmatch,
    "icd9_plain": _RE(r"\d{3,5}").fullmatch,
    "icd9_proc": _RE(r"\d{2}\.\d{1,4}(?:x\d{3})?").fullmatch,
    "loinc": loinc,
    "snomed": snomed,
    "ndc": _RE(r"\d{4,5}-\d{3,4}-\d{1,2}|\d{11}").fullmatch,
    "uid": _RE(r"[12](?:\.\d+){5,}").fullmatch,
    "strength": _RE(r"\d[\d.,]*\s?(?:mg|g|ml|μg|ug|mcg|iu|万?单位|%|mmol|meq)\b.*", re.IGNORECASE).fullmatch,
}
_LETTERS: Mapping[str, Test] = {
    "icd10": _RE(r"[A-TV-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?[*+†]?").fullmatch,
    "icd10_cn": _RE(r"[A-Z]\d{2}\.[0-9x]\d{2}(?:x\d{3})?[*+†]?", re.IGNORECASE).fullmatch,
    "icd10_plain": _RE(r"[A-TV-Z]\d[0-9A-Z]{2,5}").fullmatch,
    "icd9_ve": _RE(r"V\d{2}\.?\d{0,2}|E\d{3}\.?\d?").fullmatch,
    "atc": _RE(r"[A-DGHJLMNPRSV]\d{2}[A-Z]{2}\d{2}").fullmatch,
}
_ANY: Mapping[str, Test] = {
    "name": _name,
    "address": lambda v: (len(v) >= 7 and len(_ADDRESS.findall(v)) >= 3) or bool(_STREET.fullmatch(v)),
    "uuid": _RE(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}").fullmatch,
    "unit": lambda v: len(v) <= 20 and _UNIT.fullmatch(v),
    "frequency": lambda v: len(v) <= 24 and _FREQUENCIES.fullmatch(v),
    "route": lambda v: len(v) <= 24 and _ROUTES.fullmatch(v),
    "nation": lambda v: 2 <= len(v) <= 6 and v.endswith("族"),
    "prose": lambda v: len(v) >= 60 or v.count("。") > 1,
    "words": lambda v: sum(c.isalpha() for c in v) >= 2 and sum(c.isdigit() for c in v) * 2 < len(v) and len(v) < 200,
    "code": _RE(r"[A-Z0-9][A-Z0-9._|-]{0,30}").fullmatch,
    "status": state_of,
    **{name: _among(words) for name, words in _WORDS.items()},
}


def forms(value: str) -> list[str]:
    """The names of the forms that a value has.

    >>> forms("I48.900x004")
    ['icd10_cn']
    """
    value = value.strip()
    if value.startswith(_ERA):
        return ["roc"] if ROC.fullmatch(value) else ["words"]
    found = [name for name, test in _ANY.items() if test(value)]
    if not value:
        return found
    if value[0].isascii() and value[0].isalpha():
        found += [name for name, test in _LETTERS.items() if test(value)]
    elif not value[0].isalpha():
        found += [name for name, test in _DIGITS.items() if test(value)]
    return found
