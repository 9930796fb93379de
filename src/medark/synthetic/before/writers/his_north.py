"""Hospital north's system: CSV in GB 18030 with Chinese columns, dates with slashes, prescriptions in an archive"""

from __future__ import annotations

import datetime as dt

from medark.messages import N_
from medark.synthetic.before.care import Encounter, Life
from medark.synthetic.before.city import City, visit_no
from medark.synthetic.before.facts import drugs, operations, problems
from medark.synthetic.before.output import UNMAPPED, Ending, Output, archive, table
from medark.synthetic.before.places import DEPARTMENTS, NORTH
from medark.synthetic.before.writers.his import NO_PATIENT, STRANGER, Sheet, diagnoses, fees, operated, orders, patients, stays

SOURCE = "north/his"
ENCODING = "gb18030"
_KINDS = {"outpatient": "门诊", "emergency": "急诊", "inpatient": "住院"}
_SEXES = {"M": "男", "F": "女"}


def write(city: City, out: Output) -> None:
    """Patients, visits, diagnoses, operations and fees as files; prescriptions zipped; a duty roster nobody knows."""
    sheets = (_patients(city), _visits(city), _diagnoses(city), _operations(city), _fees(city))
    for sheet in sheets:
        out.raw(SOURCE, sheet.file, table(sheet.columns, sheet.finished(out, SOURCE), ENCODING))
    sheet = _prescriptions(city)
    rows = sheet.finished(out, SOURCE, "处方归档.zip")
    out.raw(SOURCE, "处方归档.zip", archive({sheet.file: table(sheet.columns, rows, ENCODING)}))
    _roster(out)


def _time(at: dt.datetime) -> str:
    return f"{at:%Y/%m/%d %H:%M:%S}"


def _patients(city: City) -> Sheet:
    sheet = Sheet("患者信息.csv", (
        "病案号", "姓名", "性别", "出生日期", "身份证号", "联系电话", "现住址", "现住区划", "死亡时间",
    ))  # fmt: skip
    for life in patients(city, NORTH):
        who = life.person
        died = _time(life.death) if life.death and any(e.died for e in life.of(NORTH)) else ""
        sheet.rows.append((
            NORTH.patient_no(who.number), who.name_zh, _SEXES[who.sex], f"{who.birth:%Y/%m/%d}", who.identity_no,
            who.phone, who.address_zh, who.district_zh, died,
        ))  # fmt: skip
    # An identity number is left out here: a wrong one would be no error of this table.
    sheet.errors = [
        (("", "无名氏甲", "男", "1961/04/05", "", "", "", "", ""), N_("a patient without a number"), NO_PATIENT),
        (
            ("B0699001", "测试病人", "女", "1750/01/01", "", "", "", "", ""),
            N_("a birth in 1750"),
            Ending("quarantined", "year of birth not plausible", "person"),
        ),
    ]
    return sheet


def _visits(city: City) -> Sheet:
    sheet = Sheet("就诊记录.csv", (
        "就诊流水号", "病案号", "就诊类型", "科室代码", "科室名称", "就诊时间", "结束时间", "离院方式", "接诊医生工号",
    ))  # fmt: skip
    for life, each in stays(city, NORTH):
        sheet.rows.append(_visit(life, each))
    number, line = NORTH.patient_no(_anybody(city)), ("住院", "0412", "内科病区")
    sheet.errors = [
        (("Z20249000001", "", *line, "2024/05/06 10:00:00", "2024/05/08 09:00:00", "医嘱离院", "3107"),
         N_("a visit without a patient"), NO_PATIENT),
        (("Z20259000002", number, *line, "2025/02/30 09:10:00", "", "", "3107"),
         N_("the 30th of February"), Ending("quarantined", "required value missing", "visit_occurrence")),
        (("Z20259000003", number, *line, "2025/03/20 09:10:00", "2025/03/02 10:00:00", "医嘱离院", "3107"),
         N_("an end before the start"), Ending("quarantined", "end before start", "visit_occurrence")),
    ]  # fmt: skip
    return sheet


def _visit(life: Life, each: Encounter) -> tuple[str, ...]:
    code, name, _ = DEPARTMENTS[each.kind]
    left = "死亡" if each.died else "医嘱离院" if each.kind == "inpatient" else ""
    return (
        visit_no(life, each), NORTH.patient_no(life.person.number), _KINDS[each.kind], code, name, _time(each.start),
        _time(each.end), left, str(3100 + each.number % 9),
    )  # fmt: skip


def _diagnoses(city: City) -> Sheet:
    sheet = Sheet("诊断信息.csv", (
        "就诊流水号", "病案号", "诊断序号", "诊断类型", "诊断编码", "诊断名称", "诊断时间",
    ))  # fmt: skip
    for life, each in stays(city, NORTH):
        for rank, key in diagnoses(each):
            found = problems()[key]
            kind = "主要诊断" if rank == 1 else "其他诊断"
            sheet.rows.append((
                visit_no(life, each), NORTH.patient_no(life.person.number), str(rank), kind, found.icd10,
                found.name_zh, _time(each.start),
            ))  # fmt: skip
    number = NORTH.patient_no(_anybody(city))
    sheet.errors = [
        (("", "B9999999", "1", "主要诊断", "I10.x00", "高血压病", "2024/07/01 08:00:00"), *STRANGER),
        (("", number, "1", "主要诊断", "J06.900", "急性上呼吸道感染", "2099/01/01 08:00:00"),
         N_("a diagnosis of 2099"), Ending("quarantined", "date in the future", "condition_occurrence")),
    ]  # fmt: skip
    return sheet


def _operations(city: City) -> Sheet:
    sheet = Sheet("手术记录.csv", ("就诊流水号", "病案号", "手术编码", "手术名称", "手术时间", "切口等级"))
    for life, each in stays(city, NORTH):
        if each.operation:
            name = operations()[each.operation]["name_zh"]
            sheet.rows.append((
                visit_no(life, each), NORTH.patient_no(life.person.number), each.operation, name,
                _time(operated(each)), "Ⅱ",
            ))  # fmt: skip
    return sheet


def _fees(city: City) -> Sheet:
    sheet = Sheet("费用明细.csv", ("就诊流水号", "病案号", "费用序号", "费用类别", "金额", "结算时间"))
    for life, each in stays(city, NORTH):
        for number, kind, _, yuan in fees(each):
            sheet.rows.append((
                visit_no(life, each), NORTH.patient_no(life.person.number), str(number), kind, f"{yuan}.00",
                _time(each.end),
            ))  # fmt: skip
    return sheet


def _prescriptions(city: City) -> Sheet:
    sheet = Sheet("处方明细.csv", (
        "就诊流水号", "病案号", "处方序号", "药品编码", "药品名称", "规格", "用药途径", "单次剂量", "剂量单位",
        "开立时间", "用药天数",
    ))  # fmt: skip
    for life, each in stays(city, NORTH):
        for number, key, days in orders(each):
            drug = drugs()[key]
            sheet.rows.append((
                visit_no(life, each), NORTH.patient_no(life.person.number), str(number), drug.code, drug.name_zh,
                drug.strength, drug.route_zh, str(drug.dose), drug.unit, _time(each.start), str(days),
            ))  # fmt: skip
    drug = drugs()["amlodipine"]
    sheet.errors = [(
        ("", NORTH.patient_no(_anybody(city)), "9", drug.code, drug.name_zh, drug.strength, drug.route_zh, "5", "mg",
         "1899/12/31 00:00:00", "30"),
        N_("a prescription of 1899"), Ending("quarantined", "date before birth", "drug_exposure"),
    )]  # fmt: skip
    return sheet


def _roster(out: Output) -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=n) for n in range(60)]
    rows = [(name, f"{day:%Y/%m/%d}", "夜班" if n % 3 else "白班", str(2 + n % 4)) for n, day in enumerate(days)
            for _, name, _ in DEPARTMENTS.values()]  # fmt: skip
    out.raw(SOURCE, "排班表.csv", table(("排班科室", "排班日期", "班次", "在岗人数"), rows, ENCODING))
    out.plant(SOURCE, "排班表.csv", 0, N_("a table of unknown shape"), UNMAPPED)


def _anybody(city: City) -> int:
    return next(life.person.number for life in patients(city, NORTH) if life.of(NORTH))
