"""A hospital information system whose tables and columns are first letters of pinyin, with days glued to clock times"""

from __future__ import annotations

import datetime as dt

from unseen.world import Event, Person, Truth, Visit, World, measured, table

_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余"
_GIVEN = "伟芳娜敏静丽强磊军洋艳勇杰娟涛明超秀兰霞平刚桂英华玉建国文志辉鹏宇浩晨欣怡佳慧"
_WARDS = (
    "心内科",
    "神经内科",
    "呼吸科",
    "普外科",
    "骨科",
    "肾内科",
    "内分泌科",
    "急诊科",
    "儿科",
    "妇科",
    "肿瘤科",
    "康复科",
)
_ROUTES, _TIMES = ("口服", "静滴", "静推", "皮下注射"), ("qd", "bid", "tid", "q12h")


def _time(when: dt.datetime) -> str:
    return when.strftime("%Y%m%d%H:%M:%S")


def _patient(p: Person) -> str:
    return f"{600_000 + p.number * 7}"


def _visit(v: Visit) -> str:
    return f"{2_400_000 + v.number * 3}"


def _name(p: Person) -> str:
    return _FAMILY[p.family] + _GIVEN[p.given % 38] + ("" if p.number % 3 else _GIVEN[(p.given * 7 + p.number) % 38])


def _identity(p: Person) -> str:
    body = f"3205{p.number % 10:02d}{p.birth:%Y%m%d}{(p.number * 2 + (not p.is_woman)) % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * (2 ** (17 - i) % 11) for i, d in enumerate(body)) % 11]


def _flag(e: Event) -> str:
    value = measured(e)
    return "↑" if value > e.what[6] else "↓" if value < e.what[5] else ""


def pinyin_his(w: World) -> tuple[Truth, ...]:
    """Its tables."""
    stays = [v for v in w.visits if v.is_inpatient]
    seen = [v for v in w.visits if not v.is_inpatient]
    orders = [e for e in w.drugs if e.visit.is_inpatient]
    patients = {
        "BRID": ("person_key", _patient),
        "BRXM": ("id:name", _name),
        "XB": ("gender", lambda p: 2 if p.is_woman else 1),
        "CSRQ": ("birth_time", lambda p: p.birth.strftime("%Y%m%d")),
        "SFZH": ("id:NI", _identity),
        "MZ": ("race", lambda p: "汉族" if p.number % 12 else "回族"),
        "LXDH": ("id:phone", lambda p: f"139{p.number * 7919 % 10**8:08d}"),
        "JTZZ": ("id:address", lambda p: f"苏州市姑苏区人民路{p.number}号{p.given}幢{p.family}室"),
        "HYZK": ("-", lambda p: p.number % 4 + 1),
        "PY": ("-", lambda p: "ABCDEFGH"[p.family % 8] + "XYZ"[p.given % 3]),
        "JDRQ": ("created -", lambda p: _time(dt.datetime(2023, 1, 1) + dt.timedelta(hours=p.number))),
        "CZYH": ("-", lambda p: f"{p.number % 30:04d}"),
    }
    admissions = {
        "SYXH": ("visit_key row_key", _visit),
        "BRID": ("person_key", lambda v: _patient(v.person)),
        "ZYCS": ("-", lambda v: v.number % 3 + 1),
        "RYRQ": ("visit.start", lambda v: _time(v.start)),
        "CYRQ": ("visit.end", lambda v: _time(v.end)),
        "RYKS": ("care_site_key", lambda v: f"{v.department + 101}"),
        "CYKS": ("-", lambda v: f"{v.department + 101}"),
        "CWDM": ("-", lambda v: f"{v.number % 40:02d}"),
        "RYTJ": ("admitted_from", lambda v: v.number % 3 + 1),
        "LYFS": ("discharged_to", lambda v: v.number % 5 + 1),
        "ZYYS": ("provider_key", lambda v: f"{v.doctor + 1001}"),
        "ZYTS": ("-", lambda v: (v.end - v.start).days),
        "BRZT": ("-", lambda v: 3),
        "YBLX": ("cov.payer -", lambda v: v.number % 4),
    }
    outpatients = {
        "GHXH": ("visit_key row_key", _visit),
        "BRID": ("person_key", lambda v: _patient(v.person)),
        "GHRQ": ("visit.start", lambda v: _time(v.start)),
        "GHKS": ("care_site_key", lambda v: f"{v.department + 101}"),
        "GHYS": ("provider_key", lambda v: f"{v.doctor + 1001}"),
        "GHLB": ("class_text", lambda v: v.number % 4),
        "JZRQ": ("visit.start -", lambda v: _time(v.start + dt.timedelta(minutes=20))),
        "THBZ": ("void", lambda v: int(v.number % 25 == 0)),
        "GHJE": ("fee.amount -", lambda v: f"{v.number % 5 * 10 + 5:.2f}"),
    }
    diagnoses = {
        "XH": ("row_key", lambda e: e.number),
        "SYXH": ("visit_key", lambda e: _visit(e.visit)),
        "ZDDM": ("diag.code", lambda e: f"{e.what[0]}{'00' if '.' in e.what[0] else '.x00'}"),
        "ZDMC": ("diag.name", lambda e: e.what[1]),
        "ZDLX": ("diag.status", lambda e: 1 if e.place == 1 else 2),
        "ZDRQ": ("diag.time", lambda e: _time(e.at)),
        "ZDYS": ("provider_key -", lambda e: f"{e.visit.doctor + 1001}"),
    }
    given = {
        "YZXH": ("row_key", lambda e: 90_000 + e.number),
        "SYXH": ("visit_key", lambda e: _visit(e.visit)),
        "YPDM": ("drug.code", lambda e: f"Y{w.medicines.index(e.what) * 13 + 2001}"),
        "YPMC": ("drug.name", lambda e: e.what[0]),
        "YPGG": ("drug.spec", lambda e: e.what[3]),
        "YPJL": ("drug.dose", lambda e: e.what[4]),
        "JLDW": ("drug.dose_unit", lambda e: e.what[5]),
        "YPYF": ("drug.route", lambda e: _ROUTES[e.number % 4]),
        "PCDM": ("drug.freq", lambda e: _TIMES[e.number % 4]),
        "KSRQ": ("drug.start", lambda e: _time(e.at)),
        "TZRQ": ("drug.stop", lambda e: _time(min(e.at + dt.timedelta(days=3), e.visit.end))),
        "YSDM": ("provider_key", lambda e: f"{e.visit.doctor + 1001}"),
        "YZZT": ("-", lambda e: e.number % 4),
        "FZXH": ("-", lambda e: 90_000 + e.number - e.number % 2),
    }
    results = {
        "JGXH": ("row_key", lambda e: 5_000_000 + e.number),
        "TXM": ("-", lambda e: f"2024{e.visit.number:08d}"),
        "BRID": ("person_key", lambda e: _patient(e.visit.person)),
        "JZLSH": ("visit_key", lambda e: _visit(e.visit)),
        "XMDM": ("meas.code", lambda e: e.what[0]),
        "XMMC": ("meas.name", lambda e: e.what[1]),
        "JGZ": ("meas.value", measured),
        "JGDW": ("meas.unit", lambda e: e.what[4]),
        "CKXX": ("meas.low", lambda e: e.what[5]),
        "CKSX": ("meas.high", lambda e: e.what[6]),
        "GDBZ": ("meas.flag", _flag),
        "CYSJ": ("meas.time", lambda e: _time(e.at)),
        "BGRQ": ("meas.time -", lambda e: _time(e.at + dt.timedelta(hours=2))),
        "SHRY": ("-", lambda e: f"{e.number % 9:04d}"),
    }
    fees = {
        "FYXH": ("row_key", lambda e: 7_000 + e.number),
        "SYXH": ("visit_key", lambda e: _visit(e.visit)),
        "FYRQ": ("fee.time", lambda e: _time(e.at)),
        "XMMC": ("-", lambda e: e.what[0]),
        "SL": ("-", lambda e: e.place),
        "DJ": ("-", lambda e: f"{e.what[4] / 10:.2f}"),
        "JE": ("fee.amount", lambda e: f"{e.what[4] / 10 * e.place:.2f}"),
        "FYLB": ("fee.category", lambda e: e.place),
    }
    wards = {
        "KSDM": ("care_site_key", lambda n: n + 101),
        "KSMC": ("care_site_name", lambda n: _WARDS[n]),
        "PYDM": ("-", lambda n: "ABCDEFGHIJKL"[n]),
        "YXBZ": ("void -", lambda _: 1),
    }
    staff = {
        "YGDM": ("provider_key", lambda n: n + 1001),
        "YGXM": ("-", lambda n: _FAMILY[n % 40] + _GIVEN[n % 37]),
        "KSDM": ("care_site_key", lambda n: n % 12 + 101),
        "ZC": ("-", lambda n: n % 4 + 1),
    }
    return (
        table("BRJBXX", "patient", w.people, patients), table("ZYDJ", "visit", stays, admissions),
        table("MZGH", "visit", seen, outpatients), table("ZYZD", "diagnosis", w.diagnoses, diagnoses),
        table("ZYYZ", "drug", orders, given), table("JYJGMX", "lab", w.results, results),
        table("ZYFYMX", "fee", orders, fees), table("KSBM", "dept dictionary", range(12), wards),
        table("ZGBM", "staff", range(60), staff),
    )  # fmt: skip
