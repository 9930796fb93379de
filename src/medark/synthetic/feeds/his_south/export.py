"""The south hospital's dump: code tables with the first part, then patients, visits and what was done"""

from __future__ import annotations

from dataclasses import replace

from medark.synthetic.facts import rows
from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.tabular import copy_export, wording

_FILE = "his_{part:04d}.sql.gz"
_CODE_TABLES = {
    "KSZD": "departments",
    "YGZD": "staff",
    "YPZD": "drugs",
    "SSZD": "procedures",
    "XMZD": "fee_items",
    "DMZD": "words",
}
_TABLES = {
    "BRJBXX": "patients",
    "MZJZJL": "outpatient",
    "ZYJL": "admissions",
    "ZDJL": "diagnoses",
    "YZJL": "orders",
    "SSJL": "operations",
    "ZKJL": "transfers",
    "HLTZ": "nursing",
    "FYMX": "fees",
}
_SHARED = ("allergies", "blood_types", "marital", "nations", "occupations", "organisations")
_LISTS = ("department", "disease", "drug", "procedure", "fee_item", "fee_class", "observation", "word")


def write(desk: Desk) -> None:
    """One file a part: settings and tables as pg_dump begins, then COPY blocks. psql loads the parts in turn."""
    desk.facts(*_SHARED, *(f"local_south_{name}" for name in _LISTS))
    desk.run(wording("his_south", "prepare"))
    tables = (_CODE_TABLES if desk.part.number == 1 else {}) | _TABLES
    first, *others = [copy_export(desk, _FILE, table, _sql(name)) for table, name in tables.items()]
    desk.lines(replace(first, header=_schema() + first.header), *others)


def _sql(name: str) -> str:
    """A table's query; the sheet of the nurses has a column for each thing they measure."""
    sql = wording("his_south", name)
    if name != "nursing":
        return sql
    kinds = rows("local_south_observation")
    pivoted = ", ".join(f"max(value) filter (kind = '{row['key']}') as {row['code']}" for row in kinds)
    return sql.format(measured=", ".join(f"figure(b.{row['code']}) as {row['code']}" for row in kinds), pivoted=pivoted)


def _schema() -> str:
    measured = ", ".join(f"{row['code']} numeric(8,2)" for row in rows("local_south_observation"))
    return wording("his_south", "schema").replace("@MEASURED@", measured)
