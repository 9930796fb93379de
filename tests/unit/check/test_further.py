"""Checks beyond the dashboard: hand-made rows, what each kind must find among them, and the same on Spark."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.further import FAMILIES, FAMILY_OF, KINDS, Tally, found, people, tallies, timeliness
from medark.check.further.front_page import at_odds, names, wrong_fees
from medark.check.further.histogram import BINS, jensen_shannon, kolmogorov_smirnov, quantile
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns, tables
from medark.sql.linter import checked
from medark.sql.query import parse
from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark

SOURCES = ("north/lis", "south/lis")
NORTH, SOUTH = 1, 2  # record numbers, of one record each; 3: the newest delivery of the north
ORIGIN = pa.table({
    "record_no": pa.array([1, 2, 3], pa.int64()), "source_no": pa.array([0, 1, 0], pa.int32()),
    "delivery": pa.array([0, 0, 1], pa.int32()), "arrived": pa.array([None, None, dt.date(2024, 6, 1)], pa.date32()),
})  # fmt: skip
IDENTIFIER = pa.schema([
    ("people", pa.string()), ("key_no", pa.int64()), ("person_id", pa.int64()), ("kind", pa.string()),
    ("value", pa.string()),
])  # fmt: skip
DRIFT = ("unlikeBefore", "unlikeElsewhere", "mixUnlikeBefore")  # distances, told as a share of the rows
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


class Lake:
    """Rows as they are made up, each with a key of its own and the place that it came from."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.register: list[dict[str, Any]] = []

    def add(self, table: str, record: int = NORTH, times: int = 1, **told: Any) -> None:
        for _ in range(times):
            number = len(self.rows[table]) + 1
            key = {f"{table}_id": number} if table not in told and table != "death" else {}
            self.rows[table].append({**key, "medark_record_no": record, "medark_row_no": number, **told})

    def person(self, number: int, year: int = 1980, sex: int = 8507, **told: Any) -> None:
        self.rows["person"].append({"person_id": number, "year_of_birth": year, "gender_concept_id": sex, **told})

    def known(self, key: int, people_: str = "north", **identifiers: str) -> None:
        held = {"key": "", **{{"ni": "NI"}.get(kind, kind): value for kind, value in identifiers.items()}}
        self.register += [
            {"people": people_, "key_no": key, "person_id": key, "kind": kind, "value": value}
            for kind, value in held.items()
        ]  # fmt: skip

    def number(self, value: float | None, record: int = NORTH, **told: Any) -> None:
        written = told.pop("written", None if value is None else f"{value:.2f}")
        self.add(
            "measurement", record, **{
                "person_id": 1, "measurement_concept_id": 3004501, "measurement_date": dt.date(2024, 1, 1),
                "value_as_number": value, "value_source_value": written, "unit_source_value": "mmol/L",
                "measurement_source_value": "GLU", "unit_concept_id": 8753, **told,
            },
        )  # fmt: skip


def bind(session: Session, lake: Lake) -> None:
    for table in tables():
        schema = arrow_schema(lake_columns(table))
        session.bind_arrow(table, pa.Table.from_pylist(lake.rows[table], schema=schema))
    session.bind_arrow("origin", ORIGIN)
    session.bind_arrow("identifier", pa.Table.from_pylist(lake.register, schema=IDENTIFIER))


def asked(session: Session, sql: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = session.query(render(parse(sql), session.dialect)).to_pylist()
    return rows


def tallied(session: Session, lake: Lake) -> dict[str, list[dict[str, Any]]]:
    bind(session, lake)
    return {tally.name: asked(session, tally.sql) for tally in (*tallies(), people.REGISTER)}


def judged(session: Session, lake: Lake) -> dict[str, tuple[Check, Count]]:
    """Every check with its count, by kind, source and what else sets it apart; rows that violate are as many."""
    rows = tallied(session, lake)
    told = [*found(rows, SOURCES), *people.found(rows)]
    for check, count in told:
        family = FAMILIES.get(check.family)
        where = family.violating(check, rows, SOURCES) if family else ""
        if where and check.kind.name not in ("monthUnlikeOthers", "levelChanged", "toldTwice", *DRIFT):
            ((n,),) = (row.values() for row in asked(session, f"select count(*) as n {where}"))
            assert n == count.violating, check.id
        if check.family == "people":
            assert len(asked(session, people.violating_people(check))) == count.violating, check.id
    return {one.id: (one, count) for one, count in told}


def count(counted: Mapping[str, tuple[Check, Count]], kind: str, source: str = SOURCES[0], table: str = "") -> Count:
    (one,) = (
        n for check, n in counted.values()
        if check.kind.name == kind and check.source == source and table in ("", check.table)
    )  # fmt: skip
    return one


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), threads=1).session() as opened:
        yield opened


def test_every_query_is_portable_and_every_kind_is_of_a_family() -> None:
    for tally in (*tallies(), people.REGISTER):
        checked(tally.sql)
    assert FAMILY_OF.keys() == KINDS.keys() and FAMILIES.keys() <= set(FAMILY_OF.values())


def test_numbers_are_held_against_all_others_of_their_test(session: Session) -> None:
    lake = Lake()
    for n in range(100):  # 4.50 to 5.49: the usual
        lake.number(4.5 + n / 100)
    lake.number(510.0, written="510")  # its point was lost
    lake.number(90.0)  # mg/dL beside mmol/L: 90 × 0.0555 = 5.0
    lake.number(None, written="溶血")
    lake.add("concept", concept_id=3004501, concept_code="14749-6", vocabulary_id="LOINC")
    told = judged(session, lake)
    assert count(told, "numberMissing") == Count(1, 103)
    assert count(told, "valueOutlying") == Count(2, 102)
    assert count(told, "pointLost") == Count(1, 102)
    assert count(told, "unitMistaken") == Count(1, 102)


def test_numbers_are_held_against_units_that_differ_by_an_offset(session: Session) -> None:
    lake, of_temperature = Lake(), {"measurement_concept_id": 3020891, "unit_source_value": "℃"}
    for n in range(100):
        lake.number(36.0 + n / 100, **of_temperature)
    lake.number(98.2, **of_temperature)  # degrees Fahrenheit
    lake.number(41.5, **of_temperature)  # a fever is none
    lake.add("concept", concept_id=3020891, concept_code="8310-5", vocabulary_id="LOINC")
    assert count(judged(session, lake), "unitMistaken") == Count(1, 102)


def test_what_is_few_is_held_against_all_sources_and_of_nothing_is_said_nothing(session: Session) -> None:
    lake = Lake()
    for n in range(100):
        lake.number(4.5 + n / 100)
    for value in (5.0, 500.0):  # of two numbers alone nothing could be said
        lake.number(value, SOUTH)
    lake.number(9.0, SOUTH, measurement_concept_id=0, measurement_source_value="OWN")  # nobody else has this code
    told = judged(session, lake)
    assert count(told, "valueOutlying", "south/lis") == Count(1, 2)


def test_codes_are_strange_by_their_shape_or_their_category(session: Session) -> None:
    lake = Lake()
    for code, times in (
        ("I10.x00x002", 300),
        ("E11.900", 200),
        ("9999", 2),
        ("U99.900", 1),
        ("J06.900", 1),
        ("E14.900", 1),
    ):
        lake.add("condition_occurrence", times=times, person_id=1, condition_source_value=code)
    for code in ("I10", "E11.9", "J06.9"):
        lake.add("concept", concept_code=code, vocabulary_id="ICD10CM", domain_id="Condition")
    assert count(judged(session, lake), "codeUnknown") == Count(3, 505), "9999 twice by shape, U99 by category"


def test_empty_and_unusual_months_are_told(session: Session) -> None:
    lake = Lake()
    rows = {1: 40, 2: 40, 3: 42, 4: 0, 5: 39, 6: 400, 7: 41, 8: 40, 9: 38, 10: 41}
    for month, times in rows.items():
        lake.add("note", times=times, person_id=1, note_date=dt.date(2024, month, 5))
    told = judged(session, lake)
    assert count(told, "monthWithoutRows") == Count(1, 8), "the first and the last month are not judged"
    assert count(told, "monthUnlikeOthers") == Count(1, 8)


def test_of_days_that_were_moved_no_month_is_missed(session: Session) -> None:
    """As in demonstrations: each person's days lie in years of their own."""
    lake = Lake()
    for n in range(12):
        for month in (1, 2, 3):
            lake.add("note", times=40, person_id=n + 1, note_date=dt.date(2100 + 3 * n, month, 5))
    told = judged(session, lake)
    assert not any(check.family == "density" for check, _ in told.values()), "most months are empty"


def test_a_delivery_and_a_place_may_be_unlike_others(session: Session) -> None:
    lake = Lake()
    for n in range(200):
        lake.number(5 + n / 100)  # before: 5 to 7
        lake.number(50 + n / 10, 3)  # the newest delivery: 50 to 70
        lake.number(5 + n / 100, SOUTH)
        lake.add("drug_exposure", person_id=1, drug_source_value="A" if n % 2 else "B")
        lake.add("drug_exposure", 3, person_id=1, drug_source_value="C")
    told = judged(session, lake)
    assert count(told, "unlikeBefore") == Count(200, 200)
    assert count(told, "unlikeElsewhere") == Count(200, 400), "half of the north's is above all of the south's"
    assert count(told, "mixUnlikeBefore", table="drug_exposure") == Count(200, 200)
    rows = tallied(session, lake)
    for check, one in told.values():
        if check.kind.name in DRIFT and one.violating and check.source == SOURCES[0]:
            where = FAMILIES["drift"].violating(check, rows, SOURCES)
            (found,) = asked(session, f"select count(*) as n, min(t.medark_record_no) as record_no {where}")
            assert found == {"n": 200, "record_no": 3}, "those of the newest delivery"


def test_what_comes_long_after_it_happened_is_late_but_for_a_first_delivery(session: Session) -> None:
    lake = Lake()
    for days in (*range(10, 20), *range(10, 20), 300):
        lake.add("note", 3, person_id=1, note_date=dt.date(2024, 6, 1) - dt.timedelta(days=days))
        lake.add("note", NORTH, person_id=1, note_date=dt.date(2024, 6, 1) - dt.timedelta(days=30 * days))
    assert count(judged(session, lake), "arrivedLate") == Count(1, 21)


def test_alike_distributions_are_not_told_apart() -> None:
    one, same = dict.fromkeys(range(20), 10), dict.fromkeys(range(20), 20)
    assert kolmogorov_smirnov(one, same) == jensen_shannon({"a": 1}, {"a": 9}) == 0
    assert quantile({0: 1, BINS: 1}, 1.0) == 1 + 1 / BINS


def test_the_same_told_again_is_told_with_both_rows(session: Session) -> None:
    lake = Lake()
    for value in (5.1, 5.2, 5.2, 5.2):
        lake.number(value)
    lake.number(5.1, SOUTH)
    told, rows = judged(session, lake), tallied(session, lake)
    assert count(told, "toldTwice", table="measurement") == Count(2, 4)
    (check,) = (c for c, n in told.values() if c.kind.name == "toldTwice" and n.violating)
    where = FAMILIES["duplicates"].violating(check, rows, SOURCES)
    assert len(asked(session, f"select t.measurement_id {where}")) == 3


def test_what_cannot_be_true_of_one_person_is_told(session: Session) -> None:
    lake = Lake()
    lake.person(1, 1980, 8507)
    lake.person(2, 2020, 8532)
    day = dt.date(2024, 5, 10)
    for person, code in ((1, "O80.9"), (2, "O80.9"), (2, "N80.9"), (1, "C61"), (1, "P07.3"), (2, "P07.3")):
        lake.add("condition_occurrence", person_id=person, condition_source_value=code, condition_start_date=day)
    lake.add("death", person_id=1, death_date=dt.date(2024, 5, 8))
    for later in (1, 2):  # the day after is paperwork
        lake.number(5.0, measurement_date=dt.date(2024, 5, 8 + later))
    lake.add("observation", person_id=1, observation_source_value="419199007", value_as_string="青霉素类")
    for drug in ("阿莫西林胶囊", "布洛芬缓释胶囊"):
        lake.add("drug_exposure", person_id=1, drug_source_value=drug, drug_exposure_start_date=dt.date(2024, 5, 1))
    stay = {"visit_concept_id": 9201, "visit_end_date": dt.date(2024, 5, 5)}
    for first in (1, 3):  # the second begins within the first
        lake.add("visit_occurrence", person_id=1, visit_start_date=dt.date(2024, 5, first), **stay)
    for operated in (4, 9):
        lake.add("procedure_occurrence", person_id=1, procedure_source_value="47.09",
                 procedure_date=dt.date(2024, 5, operated))  # fmt: skip
    told = judged(session, lake)
    assert count(told, "sexBound", table="condition_occurrence") == Count(1, 4), "childbirth of a man"
    assert count(told, "ageBound") == Count(2, 4), "childbirth at 4 years, perinatal at 44"
    assert count(told, "activeAfterDeath", table="measurement") == Count(1, 2)
    assert count(told, "drugOfAllergy") == Count(1, 2)
    assert count(told, "staysOverlap") == Count(1, 2)
    assert count(told, "operationWithoutStay") == Count(1, 2)


GOOD = "11010519491231002X"  # the example of GB 11643-1999, annex A


def test_the_register_of_people_is_held_against_its_identity_numbers(session: Session) -> None:
    lake = Lake()
    born = {"year": 1949, "month_of_birth": 12, "day_of_birth": 31, "sex": 8532}
    for number in range(1, 9):
        lake.person(number, **born)
    lake.person(9, 1950, 8507, month_of_birth=1, day_of_birth=1)
    lake.known(1, ni=GOOD, name="王小红", phone="12000000001")
    lake.known(2, ni=GOOD, name="王晓红", phone="12000000001")  # the same again, a letter off
    lake.known(3, name="王小红", phone="12000000001")  # and without papers
    lake.known(4, ni="110105194912310021", name="赵一")  # its check character is wrong
    lake.known(5, ni="110105491231002", name="王小红", phone="12000000009")  # of 15 digits: the same person
    lake.known(6)
    lake.known(9, ni="110105194912310038", name="钱二", phone="12000000009")  # a brother's phone
    told = judged(session, lake)
    assert count(told, "identityMissing", "north") == Count(2, 7)
    assert count(told, "identityImpossible", "north") == Count(1, 5)
    assert count(told, "identityOld", "north") == Count(1, 4)
    assert count(told, "nameAtOdds", "north") == Count(1, 4), "two say one name, one another"
    assert count(told, "registeredTwice", "north") == Count(4, 7)
    assert count(told, "phoneShared", "north") == Count(1, 5), "of whom it is known that another phone is their own"


def test_births_and_sexes_that_the_number_denies(session: Session) -> None:
    lake = Lake()
    lake.person(1, 1949, 8532, month_of_birth=12, day_of_birth=31)
    lake.person(2, 1949, 8507, month_of_birth=12, day_of_birth=13)
    lake.person(3, 1953, 8532)  # the age alone was told, and it is three years off
    for number in (1, 2, 3):
        lake.known(number, people_=f"place{number}", ni=GOOD, name="王小红")
    told = judged(session, lake)
    assert [count(told, "birthAtOdds", f"place{n}").violating for n in (1, 2, 3)] == [0, 1, 1]
    assert [count(told, "sexAtOdds", f"place{n}").violating for n in (1, 2, 3)] == [0, 1, 0]


def test_spark_counts_the_same(spark: Spark, session: Session) -> None:
    lake = Lake()
    lake.person(1, 1949, 8532, month_of_birth=12, day_of_birth=31)
    lake.person(2, 2010, 8507)
    for n in range(8):
        lake.number(1.5 * n - 1, record=1 + n % 3, written=str(n))
        lake.add("condition_occurrence", person_id=1 + n % 2, condition_source_value="O80.900",
                 condition_start_date=dt.date(2024, 1 + n % 4, 3))  # fmt: skip
    lake.add("death", person_id=1, death_date=dt.date(2023, 5, 8))
    lake.add("visit_occurrence", times=2, person_id=1, visit_concept_id=9201, visit_start_date=dt.date(2024, 1, 1),
             visit_end_date=dt.date(2024, 1, 2))  # fmt: skip
    lake.add("procedure_occurrence", person_id=1, procedure_source_value="47.09", procedure_date=dt.date(2024, 1, 1))
    lake.add("observation", person_id=1, observation_source_value="419199007", value_as_string="青霉素类")
    lake.add("drug_exposure", person_id=1, drug_source_value="阿莫西林", drug_exposure_start_date=dt.date(2024, 1, 1))
    lake.add("concept", concept_id=3004501, concept_code="14749-6", vocabulary_id="LOINC")
    lake.known(1, ni=GOOD, name="王小红", phone="12000000001")
    lake.known(2, ni="110105491231002", name="王晓红", phone="12000000001")
    with spark.session() as other:
        bind(session, lake)
        bind(other, lake)
        rows = 0
        for tally in _one_of_each_shape():
            here, there = (sorted(map(_plain, asked(one, tally.sql))) for one in (session, other))
            assert here == there, tally.name
            rows += len(here)
    assert rows > 10


def _one_of_each_shape() -> list[Tally]:
    """The first and the last tally of each family: a session of Spark takes a second or more for one."""
    ends = (family.tallies[place] for family in FAMILIES.values() for place in (0, -1))
    return [*{tally.name: tally for tally in ends}.values(), people.REGISTER]


def _plain(row: Mapping[str, Any]) -> str:
    """A row as text; whole numbers are of different widths."""
    numbers = (int, float, Decimal)
    return str([(name, int(value) if isinstance(value, numbers) else str(value)) for name, value in row.items()])


# -- how soon --------------------------------------------------------------------------------------------------------


def test_reports_are_late_beyond_what_is_usual_of_their_order() -> None:
    one = timeliness.Told()
    for minutes in [*range(60, 120), 900, -30]:
        one.take("cbc", minutes, results=2, empty=minutes == 61)
    one.take("rare", 90_000, 1, 0)  # nothing is known of what is usual
    one.files, one.cut, one.utf8, one.other = 3, 1, 1, 40
    told = {check.kind.name: n for check, n in timeliness.found({"north/lis": one})}
    assert told["reportedBefore"] == Count(1, 63)
    assert told["reportedLate"] == Count(1, 61)
    assert told["resultEmpty"] == Count(1, 125)
    assert told["cutShort"] == Count(1, 3)
    assert told["encodingMixed"] == Count(1, 41)


def test_a_feed_is_silent_after_twice_its_longest_pause() -> None:
    day = 86_400.0
    every_day = [day * n for n in range(20)]
    ((_, quiet),) = timeliness.silent("north/lis", every_day, day * 20.5)
    ((check, silent),) = timeliness.silent("north/lis", every_day, day * 29)
    assert quiet.violating == 0 and silent == Count(8, 10) and check.kind.category == "timeliness"
    assert not list(timeliness.silent("north/lis", every_day[:5], day * 99)), "of a few deliveries nothing is usual"


# -- front pages -----------------------------------------------------------------------------------------------------


def test_front_pages_add_up_and_count_their_days(session: Session) -> None:
    sums = ["YLFUF", "ZLCZF", "HLF", "QTFY", "BLZDF", "SYSZDF", "YXXZDF", "LCZDXMF", "FSSZLXMF", "SSZLF", "XYF"]
    page = {"ZFY": "110.00", **dict.fromkeys(sums, "10.00"), "KJYWF": "4.00", "RYSJ": "2024-05-01 08:00:00",
            "CYSJ": "2024-05-03 10:00:00", "SJZYTS": "2"}  # fmt: skip
    wrong = [
        {**page, "ZFY": "111.00"}, {**page, "KJYWF": "12.00"}, {**page, "CYSJ": "2023-05-03 10:00:00"},
        {**page, "SJZYTS": "3"},
    ]  # fmt: skip
    session.bind_arrow("page", pa.Table.from_pylist([page, *wrong]))
    assert names(page.keys()) and not names({"ZFY", "HLF"}) and not names({"项目", "金额"})
    sql = f"select ({wrong_fees(page)}) as fees, ({at_odds(page)}) as odds from page"
    told = [(row["fees"], row["odds"]) for row in asked(session, sql)]
    assert told == [(False, False), (True, False), (True, False), (False, True), (False, True)]
