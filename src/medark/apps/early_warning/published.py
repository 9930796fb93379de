"""The datasets that are published: the rows behind the signals, which are their line lists"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.define import Dataset, Tally
from medark.sdk import Publish, Settings

from .channels import absences, calls, cards, fevers, medicines, sales, tests, visits_of_syndromes
from .deadlines import HOSPITAL, duties
from .desk import stays

Texts = Mapping[str, str]


def _t(en: str, zh: str) -> Texts:
    return {"en": en, "zh": zh}


MEANINGS: Final[Mapping[str, Texts]] = {
    "district": _t("district of residence, or of the call", "居住区县，或呼叫所在区县"),
    "age_band": _t("age in bands of years", "年龄组"),
    "sex": _t("F or M", "性别 F/M"),
    "syndrome": _t("syndrome by its key", "症候群代码"),
    "code": _t("code of the diagnosis as written", "诊断编码原值"),
    "temperature": _t("temperature in °C", "体温（℃）"),
    "drug_class": _t("class of medicines by its key", "药品类别代码"),
    "drug": _t("name of the medicine as written", "药品名称原值"),
    "item": _t("name of the item as written", "商品名称原值"),
    "quantity": _t("how many packages", "数量（盒）"),
    "unit": _t("unit as written", "单位原值"),
    "place": _t("shop that sold it", "销售门店"),
    "complaint": _t("complaint by its key", "主诉代码"),
    "priority": _t("priority of the call, 1 the highest", "呼叫优先级，1最高"),
    "target": _t("what was looked for, by its key", "检测项目代码"),
    "is_positive": _t("was it found?", "是否阳性"),
    "disease": _t("notifiable disease by its key", "法定传染病代码"),
    "legal_class": _t("class by law: A, B or C", "法定类别：甲A、乙B、丙C"),
    "limit_hours": _t("hours within which it has to be reported", "法定报告时限（小时）"),
    "case_class": _t("suspected, clinical or confirmed, as written", "病例分类原值"),
    "reported": _t("day on which the card came in", "报告日期"),
    "school": _t("school", "学校"),
    "symptom": _t("why the pupil was absent", "缺勤症状"),
    "hospital": _t("organisation that made the diagnosis", "诊断机构"),
    "diagnosed_at": _t("when it was diagnosed", "诊断时间"),
    "reported_at": _t("when the card came in", "报告时间"),
    "result": _t("nucleic-acid result near it", "前后核酸结果"),
    "outcome": _t("died, in_hospital or left", "转归：died死亡 in_hospital住院 left出院"),
    "hours": _t("hours from diagnosis to card", "诊断至报告的小时数"),
    "standing": _t(
        "in_time, late, waiting, missed; repeat: needs no card; unlinked: can't be told",
        "in_time及时 late迟报 waiting待报 missed漏报 repeat重复诊断 unlinked无法判断",
    ),
}


def datasets(settings: Settings) -> tuple[Publish, ...]:
    """All of them."""
    return (
        _published(visits_of_syndromes(), _t("Visits by syndrome", "症候群就诊")),
        _published(fevers(), _t("Fevers of 38 °C and more", "发热（≥38℃）就诊")),
        _published(medicines(), _t("Watched medicines", "监测药品")),
        _tallied(sales(), _t("Sales of pharmacies", "药店销售")),
        _published(calls(), _t("120 calls", "120呼叫")),
        _published(tests(), _t("Nucleic-acid tests", "核酸检测")),
        _published(cards(), _t("Report cards", "传染病报告卡")),
        _published(absences(), _t("Pupils absent for illness", "学生因病缺勤")),
        _published(duties(settings), _t("Duties to report", "传染病报告时限"), origins=(HOSPITAL,)),
        stays(),
    )


def _tallied(tally: Tally, title: Texts) -> Publish:
    meanings = {**MEANINGS, "district": _t("district of the shop", "门店所在区县")}
    return Publish(tally.name, tally, title, {name: meanings[name] for name in tally.columns})


def _published(dataset: Dataset, title: Texts, origins: tuple[str, ...] = ()) -> Publish:
    assert isinstance(dataset.columns, tuple)
    meanings = {one.name: MEANINGS[one.name] for one in dataset.columns}
    return Publish(dataset.name, dataset, title, meanings, origins=origins)
