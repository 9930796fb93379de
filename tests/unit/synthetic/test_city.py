"""What must be true of any made-up city: lives, visits, results, money, and truth of every record."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from medark.synthetic import write
from medark.synthetic.population.identity import check_character
from medark.synthetic.settings import CitySettings, Part
from medark.synthetic.tables import TABLES

NEVER = {
    "a visit before birth": "select count(*) from encounter join person using (person) where start < birth",
    "a visit after death": 'select count(*) from encounter join death using (person) where "end" > time',
    "a visit before somebody moved in or after they left":
        "select count(*) from encounter join person using (person) where start < moved_in or start >= moved_out",
    "a visit outside the city's time":
        "select count(*) from encounter where start < '2024-01-01' or start >= '2025-01-01'",
    "a visit that ends before it starts": 'select count(*) from encounter where "end" < start',
    "two stays at once": """select count(*) from encounter as a join encounter as b using (person)
        where a.encounter < b.encounter and a.kind = 'inpatient' and b.kind = 'inpatient'
        and not coalesce(a.cancelled or b.cancelled, false) and a.start < b."end" and b.start < a."end" """,
    "a specimen outside its encounter": """select count(*) from lab_order join encounter using (encounter)
        where collected < start or collected > "end" """,
    "a report before its specimen": "select count(*) from lab_order where reported < collected",
    "a result without an order": "select count(*) from lab_result anti join lab_order using (lab_order)",
    "a result of a cancelled order":
        "select count(*) from lab_result join lab_order using (lab_order) where status = 'cancelled'",
    "an operation outside its stay":
        'select count(*) from operation as o join encounter as e using (encounter)'
        ' where o.start < e.start or o."end" > e."end"',
    "a transfer outside its stay":
        'select count(*) from transfer as o join encounter as e using (encounter)'
        ' where o.start < e.start or o."end" > e."end"',
    "an observation outside its encounter":
        'select count(*) from observation join encounter as e using (encounter) where time < start or time > "end"',
    "a dose of nothing": "select count(*) from prescription where not dose > 0 or not quantity > 0 or not days > 0",
    "a chronic disease before birth": "select count(*) from onset join person using (person) where day < birth",
    "a death before birth": "select count(*) from death join person using (person) where time < birth",
    "two deaths": "select count(*) - count(distinct person) from death",
    "a bill that is not the sum of its items": """select count(*) from
        (select encounter, sum(amount) as total from fee group by encounter) as f
        join claim using (encounter) where claim.fraud is null and claim.total <> f.total""",
    "a claim that is not the sum of its shares": "select count(*) from claim where total <> pooled + own",
    "an item that costs other than its price":
        "select count(*) from fee where abs(amount - quantity * unit_price) > 1",
    "a stay without one main diagnosis": """select count(*) from (select e.encounter,
        count(*) filter (d.rank = 1 and d.kind = 'discharge') as n
        from encounter as e left join diagnosis as d using (encounter)
        where e.kind = 'inpatient' and not coalesce(e.cancelled, false) group by e.encounter) where n <> 1""",
    "a stay without inputs of its group": """select count(*) from encounter as e anti join drg_input using (encounter)
        where e.kind = 'inpatient' and not coalesce(e.cancelled, false)""",
    "a case before its infector's": """select count(*) from infection as a join infection as b
        on b.person = a.infector and b.event = a.event where b.exposed > a.exposed""",
    "somebody at an organisation that does not know them": """select count(*) from encounter as e
        anti join registration as r on r.person = e.person and r.organisation = e.organisation""",
    "a span outside its text": """select count(*) from (select length(text) as n, unnest(spans) as s from note)
        where s.start < 0 or s."end" > n or s.start >= s."end" """,
}  # fmt: skip


def content(path: Path) -> bytes:
    """What is in a file, compressed or not."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@pytest.mark.parametrize("sql", NEVER.values(), ids=NEVER.keys())
def test_there_is_never(city, sql):
    assert city.rows(sql) == [(0,)]


def test_every_table_has_rows_or_says_why(city):
    counts = {name: city.rows(f'select count(*) from "{name}"')[0][0] for name in TABLES}
    assert [name for name, count in counts.items() if not count] == []


def test_keys_are_nobody_elses(city):
    for table in (
        "person", "encounter", "lab_order", "lab_result", "prescription", "operation", "imaging", "note", "fee",
        "claim", "pharmacy_sale", "report_card", "device_reading",
    ):  # fmt: skip
        key = TABLES[table].names[0]
        assert city.rows(f"select count(*) - count(distinct {key}) from {table}") == [(0,)], table


def test_identity_numbers_are_right_and_nobody_elses(city):
    numbers = [number for (number,) in city.rows("select identity_no from person where identity_no is not null")]
    assert len(set(numbers)) == len(numbers) >= 600
    assert all(number[17] == check_character(number[:17]) for number in numbers)


# -- records and their truth -----------------------------------------------------------------------------------------


def test_every_record_has_one_row_of_truth(city):
    """Rows of a file are counted from 0 without a gap: what is in the file is in truth, once."""
    sheets = "select source, file, if(file like '%.xlsx', kind, '') as sheet, row_no from record"  # rows of each count
    assert city.rows(
        f"select source, file from ({sheets}) group by source, file, sheet"
        " having count(*) <> count(distinct row_no) or max(row_no) + 1 <> count(*)"
    ) == []  # fmt: skip
    files = {f"{source}/{file}" for source, file in city.rows("select distinct source, file from record")}
    written = {str(path.relative_to(city.root / "raw")) for path in (city.root / "raw").rglob("*") if path.is_file()}
    again = {name for name in written - files if " (2)" in name}
    assert files <= written
    assert written - files == again, "files that truth does not know"


def test_lines_of_text_files_are_as_many_as_truth_says(city):
    counts = dict(city.rows("select source || '/' || file, count(*) from record group by 1"))
    for name, count in counts.items():
        if re.search(r"\.(jsonl|ndjson)(\.gz)?$", name):
            assert content(city.root / "raw" / name).rstrip(b"\n").count(b"\n") + 1 == count, name
        elif re.search(r"\.hl7(\.gz)?$", name):
            assert content(city.root / "raw" / name).count(b"MSH|") == count, name


def test_every_person_of_truth_is_a_person(city):
    assert city.rows("select count(*) from record anti join person using (person) where record.person is not null") == [
        (0,)
    ]


# -- dirt ------------------------------------------------------------------------------------------------------------


def test_every_kind_of_error_is_planted_and_noted(city):
    found = {kind for (kind,) in city.rows("select distinct kind from planted")}
    wanted = {kind for (kind,) in city.rows("select key from fact_dirt union select key from fact_registration_dirt")}
    assert wanted <= found | {"twin_mixed"}, "twins are rare in a small city"
    assert city.rows("select count(*) from planted where expected is null") == [(0,)]


def test_a_clean_city_has_no_error(clean_city):
    assert clean_city.rows("select count(*) from planted") == [(0,)]
    assert clean_city.rows("select count(*) from registration where dirt is not null") == [(0,)]


def test_a_file_cut_off_is_cut_and_one_sent_twice_is_there_twice(city):
    (cut,) = city.rows("select \"column\" from planted where kind = 'truncated' limit 1")[0]
    assert not content(city.root / "raw" / cut).endswith(b"\n")
    (twice,) = city.rows("select \"column\" from planted where kind = 'sent_twice' limit 1")[0]
    path = city.root / "raw" / twice
    stem, _, endings = path.name.partition(".")
    assert path.with_name(f"{stem} (2).{endings}").read_bytes() == path.read_bytes()


# -- the same again --------------------------------------------------------------------------------------------------


def fingerprint(root: Path) -> dict[str, str]:
    """What each file says: exports by their bytes, truth by its values (bytes behind missing values may differ)."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".py"]
    return {str(path.relative_to(root)): hashlib.sha256(said(path)).hexdigest() for path in files}


def said(path: Path) -> bytes:
    return repr(pq.read_table(path).to_pylist()).encode() if path.suffix == ".parquet" else path.read_bytes()


def test_the_same_settings_give_the_same_bytes_with_any_number_of_workers(tmp_path, monkeypatch):
    small = CitySettings(people=240, start=dt.date(2024, 1, 1), end=dt.date(2024, 4, 1), seed=5, pictures=2)
    halves = (Part(1, 1, 120), Part(2, 121, 120))
    monkeypatch.setattr(write, "parts", lambda settings: halves)
    for name, workers in (("one", 1), ("two", 2)):
        (tmp_path / name).mkdir()
        write.write_city(small, tmp_path / name, workers)
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")
    (tmp_path / "other").mkdir()
    write.write_city(replace(small, seed=6), tmp_path / "other")
    assert fingerprint(tmp_path / "other") != fingerprint(tmp_path / "one")
