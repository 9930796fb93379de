"""The tables of the north hospital's system, from patients to front pages"""

from __future__ import annotations

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.tabular import csv_export, wording

_FILES = {
    "patients": "病人基本信息",
    "outpatient": "门诊就诊",
    "admissions": "住院登记",
    "diagnoses": "诊断",
    "orders": "处方医嘱",
    "operations": "手术记录",
    "transfers": "转科记录",
    "nursing": "护理体征",
    "fees": "收费明细",
    "front_page": "病案首页",
}
_SHARED = ("allergies", "blood_types", "marital", "nations", "occupations", "organisations")
_LISTS = ("department", "disease", "drug", "procedure", "fee_item", "fee_class", "observation", "word")


def write(desk: Desk) -> None:
    """One file a table and part, in GB 18030 with lines that end as on Windows."""
    desk.facts(*_SHARED, *(f"local_north_{name}" for name in _LISTS))
    desk.run(wording("his_north", "prepare"))
    for name, title in _FILES.items():
        desk.lines(csv_export(desk, title + "_{part:04d}.csv", wording("his_north", name), "gb18030"))
