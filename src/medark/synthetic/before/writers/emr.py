"""Both hospitals' notes of stays: a text file a document, a header of keys, then Chinese or English prose"""

from __future__ import annotations

import datetime as dt

from medark.messages import N_
from medark.synthetic.before.care import Encounter, Life
from medark.synthetic.before.city import City, visit_no
from medark.synthetic.before.facts import drugs, operations, problems, tests
from medark.synthetic.before.output import Ending, Output
from medark.synthetic.before.places import NORTH, SOUTH, Organisation
from medark.synthetic.before.results import Result, flag, reported
from medark.synthetic.before.writers.his import stays

KINDS = ("admission", "discharge")
_NOBODY = {
    "north": "病历号:\n类型: 病程记录\n\n今日查房，病情平稳，继续目前治疗，明日复查血常规。\n",
    "south": "type: Progress note\n\nSeen on the morning round. Stable, treatment goes on as it is.\n",
}
_SCAN = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
_TITLES = {"admission": ("入院记录", "Admission note"), "discharge": ("出院小结", "Discharge summary")}


def write(city: City, out: Output) -> None:
    """An admission note and a discharge summary for each stay; one about nobody, and a scan no reader knows."""
    for organisation, encoding in ((NORTH, "gb18030"), (SOUTH, "utf-8")):
        source = f"{organisation.name}/emr"
        for life, encounter in stays(city, organisation):
            if encounter.kind == "inpatient":
                for kind in KINDS:
                    text = _document(organisation, life, encounter, kind)
                    out.raw(source, f"{visit_no(life, encounter)}-{kind}.txt", text.encode(encoding))
        out.raw(source, "unfiled.txt", _NOBODY[organisation.name].encode(encoding))
        out.plant(source, "unfiled.txt", 0, N_("a note about nobody"), Ending("quarantined", N_("no patient named")))
    out.raw(
        "south/emr",
        "consent-scan.pdf",
        _SCAN,
    )
    out.plant("south/emr", "consent-scan.pdf", 0, N_("a scanned page"), Ending("not_understood", "no known format"))


def note_no(life: Life, encounter: Encounter, kind: str) -> str:
    """The document's number."""
    return f"N{visit_no(life, encounter)}{kind[0].upper()}"


def noted(encounter: Encounter, kind: str) -> dt.datetime:
    """When it was written: in the first hours, or at discharge."""
    return encounter.start + dt.timedelta(hours=3) if kind == "admission" else encounter.end


def _document(organisation: Organisation, life: Life, encounter: Encounter, kind: str) -> str:
    chinese = organisation is NORTH
    header, body = (_header_zh, _body_zh) if chinese else (_header_en, _body_en)
    return f"{header(life, encounter, kind)}\n{body(life, encounter, kind)}\n"


def _header_zh(life: Life, encounter: Encounter, kind: str) -> str:
    who = life.person
    return (
        f"病案号: {NORTH.patient_no(who.number)}\n住院号: {visit_no(life, encounter)}\n"
        f"文书号: {note_no(life, encounter, kind)}\n姓名: {who.name_zh}\n性别: {'男' if who.sex == 'M' else '女'}\n"
        f"日期: {noted(encounter, kind):%Y年%m月%d日 %H时%M分}\n类型: {_TITLES[kind][0]}\n语言: zh\n"
    )


def _header_en(life: Life, encounter: Encounter, kind: str) -> str:
    who = life.person
    return (
        f"patient_id: {SOUTH.patient_no(who.number)}\nvisit_id: {visit_no(life, encounter)}\n"
        f"note_id: {note_no(life, encounter, kind)}\nname: {who.family_en} {who.given_en}\n"
        f"sex: {who.sex}\ndate: {noted(encounter, kind):%Y-%m-%d %H:%M}\ntype: {_TITLES[kind][1]}\nlanguage: en\n"
    )


def _body_zh(life: Life, encounter: Encounter, kind: str) -> str:
    first, *others = (problems()[key] for key in encounter.problems)
    age, sex = life.person.age_on(encounter.start.date()), "男" if life.person.sex == "M" else "女"
    found = "，".join(_said_zh(life, result) for result in _of(encounter, kind))
    past = "、".join(problem.name_zh for problem in others) or "无特殊"
    if kind == "admission":
        return (
            f"患者{sex}性，{age}岁。因“{first.name_zh}”入院。既往史：{past}。\n"
            f"辅助检查：{found or '未做'}。\n初步诊断：{first.name_zh}。否认药物过敏史。"
        )
    given = "、".join(drugs()[key].name_zh for key in encounter.drugs) or "对症支持"
    done = f"行{operations()[encounter.operation]['name_zh']}。" if encounter.operation else ""
    end = "患者经抢救无效死亡。" if encounter.died else "病情好转，准予出院，门诊随访。"
    return f"入院诊断：{first.name_zh}。{done}住院期间予{given}治疗。\n出院前复查：{found or '未做'}。\n{end}"


def _body_en(life: Life, encounter: Encounter, kind: str) -> str:
    first, *others = (problems()[key] for key in encounter.problems)
    age, sex = life.person.age_on(encounter.start.date()), "man" if life.person.sex == "M" else "woman"
    found = ", ".join(_said_en(result) for result in _of(encounter, kind)) or "not done"
    past = "; ".join(problem.name_en.lower() for problem in others) or "unremarkable"
    if kind == "admission":
        return (
            f"A {age}-year-old {sex} admitted with {first.name_en.lower()}. Past history: {past}.\n"
            f"Laboratory: {found}.\nNo known drug allergies."
        )
    given = ", ".join(drugs()[key].name_en for key in encounter.drugs) or "supportive care"
    done = f" {operations()[encounter.operation]['name_en']} was performed." if encounter.operation else ""
    end = "The patient died in hospital." if encounter.died else "Discharged home in good condition."
    return f"Diagnosis: {first.name_en.lower()}.{done} Treated with {given}.\nBefore discharge: {found}.\n{end}"


def _of(encounter: Encounter, kind: str) -> list[Result]:
    times = sorted({result.time for result in encounter.results})
    wanted = times[:1] if kind == "admission" else times[-1:]
    return [result for result in encounter.results if result.time in wanted]


def _said_zh(life: Life, result: Result) -> str:
    test = tests()[result.test]
    arrow = {"H": "↑", "L": "↓", "N": ""}[flag(test, life.person.sex, result.value)]
    return f"{test.name_zh} {reported(test, result.value, conventional=False)} {test.unit}{arrow}"


def _said_en(result: Result) -> str:
    test = tests()[result.test]
    return f"{test.name_en.lower()} {reported(test, result.value, conventional=True)} {test.unit_conventional}"
