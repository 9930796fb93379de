"""The south hospital's dump: every line of a block a record, and PostgreSQL takes all of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from medark.synthetic.feeds import his_south
from medark.synthetic.settings import Part

SOURCE = "south/his"
SECOND = Part(2, 301, 100)
_BLOCK = re.compile(r"^COPY public\.(\w+) \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def exported(export):
    return export(his_south)


@pytest.fixture(scope="module")
def dump(exported):
    return exported.files(SOURCE)["his_0001.sql.gz"].decode()


@pytest.fixture(scope="module")
def blocks(dump):
    return {
        table: [dict(zip(columns.split(", "), line.split("\t"), strict=True)) for line in lines.splitlines()]
        for table, columns, lines in _BLOCK.findall(dump)
    }


@pytest.fixture(scope="module")
def loaded(psql, dump, export):
    """Both parts, one after the other, in one database."""
    psql(dump)
    psql(export(his_south, part=SECOND).files(SOURCE)["his_0002.sql.gz"].decode())
    return psql


def test_blocks_have_what_happened_there(exported, blocks):
    tables = {"BRJBXX": "registration", "ZDJL": "diagnosis", "YZJL": "prescription", "SSJL": "operation",
              "ZKJL": "transfer", "FYMX": "fee"}  # fmt: skip
    assert {name: len(blocks[name]) for name in tables} == {
        n: len(exported.rows(t, "south")) for n, t in tables.items()
    }
    assert len(blocks["MZJZJL"]) + len(blocks["ZYJL"]) == len(exported.rows("encounter", "south"))
    times = {(row["encounter"], row["time"]) for row in exported.rows("observation", "south")}
    assert len(blocks["HLTZ"]) == len(times)


def test_each_line_of_a_block_is_a_record_in_its_place(exported, blocks):
    ids = exported.ids("his_0001.sql.gz")
    lines = [line for block in blocks.values() for line in block]
    assert len(ids) == len(lines)
    firsts = [next(iter(line.values())) for line in lines]
    assert sum(first in record for first, record in zip(firsts, ids, strict=True)) >= len(lines) - len(blocks["DMZD"])


def test_code_tables_are_sent_once(export):
    later = export(his_south, part=SECOND).files(SOURCE)["his_0002.sql.gz"].decode()
    assert next(table for table, *_ in _BLOCK.findall(later)) == "BRJBXX"


def test_postgresql_has_every_record(exported, export, loaded):
    records = exported.records + export(his_south, part=SECOND).records
    tables = {"patient": ["BRJBXX"], "visit": ["MZJZJL", "ZYJL"], "diagnosis": ["ZDJL"], "prescription": ["YZJL"],
              "operation": ["SSJL"], "transfer": ["ZKJL"], "observation": ["HLTZ"], "fee": ["FYMX"], "drug": ["YPZD"],
              "department": ["KSZD"], "staff": ["YGZD"], "procedure": ["SSZD"], "fee_item": ["XMZD"],
              "word": ["DMZD"]}  # fmt: skip
    counted = {
        kind: sum(int(loaded(f"select count(*) from public.{table}")) for table in names)
        for kind, names in tables.items()
    }
    assert counted == Counter(str(record["kind"]) for record in records)


def test_postgresql_adds_up_what_was_charged(exported, loaded):
    charged = sum(row["amount"] for row in exported.rows("fee", "south"))
    stays = "', '".join(exported.ids("his_0001.sql.gz"))
    assert int(loaded(f"select (sum(JE) * 100)::bigint from public.FYMX where FYID in ('{stays}')")) == charged
    assert int(loaded("select count(*) from public.FYMX where abs(SL * DJ - JE) > 0.05")) == 0


@pytest.mark.parametrize(
    ("table", "column", "of", "key"),
    [
        ("MZJZJL", "BRID", "BRJBXX", "BRID"),
        ("ZYJL", "BRID", "BRJBXX", "BRID"),
        ("MZJZJL", "KSDM", "KSZD", "KSDM"),
        ("MZJZJL", "YGGH", "YGZD", "YGGH"),
        ("YZJL", "YPDM", "YPZD", "YPDM"),
        ("SSJL", "SSDM", "SSZD", "SSDM"),
        ("SSJL", "SZGH", "YGZD", "YGGH"),
        ("FYMX", "XMDM", "XMZD", "XMDM"),
        ("YZJL", "YFDM", "DMZD where LB = 'ROUTE'", "DM"),
        ("YZJL", "PCDM", "DMZD where LB = 'FREQUENCY'", "DM"),
        ("FYMX", "FYLB", "DMZD where LB = 'FEE_CLASS'", "DM"),
        ("BRJBXX", "ZYDM", "DMZD where LB = 'OCCUPATION'", "DM"),
        ("BRJBXX", "MZDM", "DMZD where LB = 'NATION'", "DM"),
        ("ZYJL", "CYFS", "DMZD where LB = 'DISCHARGE'", "DM"),
    ],
)
def test_every_code_is_in_its_table(loaded, table, column, of, key):
    lost = (
        f"select count(*) from public.{table} where {column} is null or {column} not in (select {key} from public.{of})"
    )
    assert int(loaded(lost)) == 0


def test_every_line_belongs_to_a_visit(loaded):
    visits = "select JZID from public.MZJZJL union all select JZID from public.ZYJL"
    for table in ("ZDJL", "YZJL", "SSJL", "ZKJL", "HLTZ", "FYMX"):
        assert int(loaded(f"select count(*) from public.{table} where JZID not in ({visits})")) == 0
    assert int(loaded(f"select count(*) - count(distinct JZID) from ({visits}) v")) == 0


def test_the_same_city_gives_the_same_bytes(exported, export):
    assert export(his_south).files(SOURCE) == exported.files(SOURCE)
