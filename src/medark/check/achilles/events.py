"""Events: people and records by concept, month, year, sex and age; types, units, values, and what is invalid

Each table is read in up to four passes over its own columns: who had what in which month (from which all that counts
people is made), records by what is told of them, the numbers in them, and source values that are mapped to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.check.achilles.counting import ROWS, Counting, Made
from medark.check.achilles.event_tables import Events
from medark.check.achilles.periods import DECILE

_SPANNED = "left join spans as s on s.person_id = t.person_id and t.{day} >= s.first_no and t.{day} <= s.last_no"
_INSIDE = "case when s.person_id is null then 0 else 1 end"
_MONTH = "extract(year from t.{day}) * 100 + extract(month from t.{day})"
_OF_VISITS: Final = ("condition_occurrence", "procedure_occurrence", "drug_exposure", "observation", "measurement",
                     "device_exposure")  # fmt: skip


def made(events: Events) -> Iterator[Made]:
    """What the analyses of a table are counted from."""
    t = events.table
    yield Made(f"{t}_months", _months(events))
    yield Made(f"{t}_years", _YEARS.replace("{t}", t))
    yield Made(f"{t}_firsts", _FIRSTS.replace("{t}", t))
    yield Made(f"{t}_people", _EVERYBODY.replace("{t}", t))
    if events.told or events.refers or events.end:
        yield Made(f"{t}_cells", _cells(events))
    if events.amounts:
        yield Made(f"{t}_amounts", _amounts(events))


def _months(events: Events) -> str:
    """Who had what in which month: person_id, concept_id, month, n. Outside observation periods a month is below 0."""
    signed = f"case when s.person_id is null then -1 else 1 end * ({_MONTH.format(day=events.day)})"
    columns = {
        "person_id": "t.person_id",
        "concept_id": f"t.{events.concept}",
        "month": f"cast({signed} as integer)",  # one key less to group by than month and side
    }
    return _grouped(events, columns, _SPANNED.format(day=events.day))


_YEARS = """
select y.person_id, y.concept_id, y.year, y.n, p.gender_concept_id, p.year_of_birth as born
from (
  select person_id, concept_id, cast(floor(month / 100) as integer) as year, cast(round(sum(n)) as bigint) as n
  from {t}_months where month > 0
  group by person_id, concept_id, cast(floor(month / 100) as integer)
) as y
left join person as p on p.person_id = y.person_id
"""
_FIRSTS = """
select person_id, concept_id, min(year) as first_year, cast(round(sum(n)) as bigint) as n,
  max(gender_concept_id) as gender_concept_id, max(born) as born
from {t}_years group by person_id, concept_id
"""
_EVERYBODY = """
select m.person_id, m.inside, m.outside, p.person_id is not null as is_known
from (
  select person_id, cast(round(sum(case when month > 0 then n else 0 end)) as bigint) as inside,
    cast(round(sum(case when month > 0 then 0 else n end)) as bigint) as outside
  from {t}_months group by person_id
) as m
left join person as p on p.person_id = m.person_id
"""


def _cells(events: Events) -> str:
    """Records by all that is told of them at once: a row for each combination that there is, and how many."""
    columns, joins = told_of_records(events)
    return _grouped(events, columns, " ".join(joins.values()))


def told_of_records(events: Events) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What is told of a record, by its name, and what it is joined with for that, by its letter."""
    columns = {"is_inside": _INSIDE, "concept_id": f"t.{events.concept}", **events.told}
    if events.end:
        columns["is_backwards"] = f"t.{events.end} < t.{events.day}"
    joins = {"s": _SPANNED.format(day=events.day)}
    for name in events.refers:
        letter, join, more = _REFERRED[name]
        joins[letter] = join
        columns |= more
    return columns, joins


_REFERRED: Final[Mapping[str, tuple[str, str, Mapping[str, str]]]] = {
    "provider": (
        "r",
        "left join provider as r on r.provider_id = t.provider_id",
        {
            "provider_lost": "t.provider_id is not null and r.provider_id is null",
            "has_provider": "r.provider_id is not null", "specialty": "r.specialty_concept_id",
        },
    ),
    "visit": (
        "v",
        "left join visit_occurrence as v on v.visit_occurrence_id = t.visit_occurrence_id",
        {
            "visit_lost": "t.visit_occurrence_id is not null and v.visit_occurrence_id is null",
            "of_visit": "coalesce(v.visit_concept_id, 0)",
        },
    ),
    "visit_detail": (
        "d",
        "left join visit_detail as d on d.visit_detail_id = t.visit_detail_id",
        {"of_visit_detail": "coalesce(d.visit_detail_concept_id, 0)"},
    ),
    "care_site": (
        "c",
        "left join care_site as c on c.care_site_id = t.care_site_id",
        {
            "care_site_lost": "t.care_site_id is not null and c.care_site_id is null",
            "place_of_service": "c.place_of_service_concept_id",
        },
    ),
}  # fmt: skip


def _amounts(events: Events) -> str:
    """How often which numbers are there, in records inside observation periods."""
    columns = {"concept_id": f"t.{events.concept}", **{name: f"t.{name}" for name in events.amounts_by}}
    inside = _SPANNED.removeprefix("left ").format(day=events.day)
    where = f" where {events.amounts_where}" if events.amounts_where else ""
    return _grouped(events, {**columns, **events.amounts}, inside + where)


def _grouped(events: Events, columns: Mapping[str, str], joined: str) -> str:
    cells = ", ".join(f"{told} as {name}" for name, told in columns.items())
    return f"select {cells}, count(*) as n from {events.table} as t {joined} group by {', '.join(columns.values())}"


def unmapped(table: str, pairs: Mapping[str, str]) -> Iterator[Counting]:
    """Records by source value where its concept is 0."""
    for source, concept in pairs.items():
        yield Counting(f"{table} as t where t.{concept} = 0", (f"'{table}'", f"'{source}'", f"t.{source}"))


def by_visit(events: Events) -> Iterator[tuple[int, Counting]]:
    """Records of a table by the concept of their visit, and of their visit detail: under the visits' own numbers."""
    for number, name, column in ((226, "visit", "of_visit"), (1326, "visit_detail", "of_visit_detail")):
        if name in events.refers and events.table in _OF_VISITS:
            yield number, Counting(f"{events.table}_cells", (column, f"'{events.table}'"), ROWS)


_YEAR_DECILE = DECILE.format(year="year")
_MONTHS, _CELLS, _OF_PEOPLE = "{t}_months where month > 0", "{t}_cells where is_inside = 1", "{t}_people"
_ALL = "{t}_cells where "


def _total(column: str) -> str:
    return f"cast(round(coalesce(sum({column}), 0)) as bigint)"


def _when(condition: str, told: str = "n") -> str:
    return _total(f"case when {condition} then {told} else 0 end")


_BORN = "born is not null"
_IN_YEAR = "(select distinct person_id, year, gender_concept_id, born from {t}_years where born is not null) as y"
_RANGE = (
    "case when number < low then 'Below Range Low' when number <= high then 'Within Range'"
    " when number > high then 'Above Range High' else 'Other' end"
)
_BOUNDED = "{t}_amounts where low is not null and high is not null"
_NO_VALUE = "not has_number and coalesce(value_concept_id, 0) = 0"

KINDS: Final[Mapping[str, Counting]] = {
    "people by concept": Counting("{t}_firsts", ("concept_id",)),
    "records by concept": Counting("{t}_firsts", ("concept_id",), ROWS),
    "people by concept and month": Counting(_MONTHS, ("concept_id", "month")),
    "people by month": Counting(
        "(select distinct person_id, month from {t}_months where month > 0) as m", ("month",)
    ),
    "concepts of a person": Counting(
        "(select count(concept_id) as times from {t}_firsts group by person_id) as f", value="times"
    ),
    "people by concept, year, sex and age decile": Counting(
        "{t}_years where born is not null", ("concept_id", "year", "gender_concept_id", _YEAR_DECILE)
    ),
    "people by year, sex and age decile": Counting(_IN_YEAR, ("year", "gender_concept_id", _YEAR_DECILE)),
    "people by year": Counting("(select distinct person_id, year from {t}_years) as y", ("year",)),
    "records by concept and type": Counting(_CELLS, ("concept_id", "type_concept_id"), ROWS),
    "age at the first record by concept and sex": Counting(
        "{t}_firsts where born is not null", ("concept_id", "gender_concept_id"), value="first_year - born"
    ),
    "age at the first record by sex": Counting(
        "(select gender_concept_id, born, min(first_year) as first_year from {t}_firsts where born is not null"
        " group by person_id, gender_concept_id, born) as f", ("gender_concept_id",), value="first_year - born",
    ),
    "records of unknown people": Counting(_OF_PEOPLE, count=_when("not is_known", "inside + outside")),
    "records outside observation periods": Counting(_OF_PEOPLE, count=_total("outside")),
    "records inside observation periods": Counting(_OF_PEOPLE, count=_total("inside")),
    "share of people with records outside observation periods": Counting(
        _OF_PEOPLE, count="count(*)", part=_when("outside > 0", "1")
    ),
    "share of records outside observation periods": Counting(
        _OF_PEOPLE, count=_total("inside + outside"), part=_total("outside")
    ),
    "records that end before they start": Counting("{t}_cells", count=_when("is_backwards")),
    "records with an unknown provider": Counting("{t}_cells", count=_when("provider_lost")),
    "records with an unknown visit": Counting("{t}_cells", count=_when("visit_lost")),
    "records with an unknown care site": Counting("{t}_cells", count=_when("care_site_lost")),
    "records by month": Counting(_MONTHS, ("month",), ROWS),
    "records by source concept": Counting(_CELLS, ("source_concept_id",), ROWS),
    "records by type": Counting(_CELLS, ("type_concept_id",), ROWS),
    "records by status": Counting(_CELLS, ("status_concept_id",), ROWS),
    "records by status and type": Counting(_CELLS, ("status_concept_id", "type_concept_id"), ROWS),
    "people with at least so many records by concept": Counting("{t}_firsts", ("concept_id", "n"), part="max(n)"),
    "days from start to end by concept": Counting("{t}_amounts", ("concept_id",), ROWS, value="days"),
    "days of supply by concept": Counting(
        "{t}_amounts where supply is not null", ("concept_id",), ROWS, value="supply"
    ),
    "refills by concept": Counting("{t}_amounts where refills is not null", ("concept_id",), ROWS, value="refills"),
    "quantity by concept": Counting("{t}_amounts where quantity is not null", ("concept_id",), ROWS, value="quantity"),
    "records by concept and unit": Counting(_CELLS, ("concept_id", "unit_concept_id"), ROWS),
    "records by concept and value": Counting(_CELLS, ("concept_id", "value_concept_id"), ROWS),
    "records by concept and qualifier": Counting(_CELLS, ("concept_id", "qualifier_concept_id"), ROWS),
    "records by value": Counting(_CELLS, ("value_concept_id",), ROWS),
    "records by unit": Counting(_CELLS, ("unit_concept_id",), ROWS),
    "records without a value": Counting(_CELLS, count=_when("not has_value")),
    "records without a number": Counting(_CELLS, count=_when("not has_number")),
    "records with a number and a concept as value": Counting(
        _CELLS, count=_when("has_number and value_concept_id <> 0")
    ),
    "records with a value by concept": Counting(
        _CELLS + " and (has_number or value_concept_id <> 0)", ("concept_id",), ROWS
    ),
    "share of records without a value by concept": Counting(
        _CELLS, ("concept_id",), ROWS, _when(_NO_VALUE)
    ),
    "numbers by concept and unit": Counting(
        "{t}_amounts", ("concept_id", "unit_concept_id"), ROWS, value="number"
    ),
    "lower bounds by concept and unit": Counting(_BOUNDED, ("concept_id", "unit_concept_id"), ROWS, value="low"),
    "upper bounds by concept and unit": Counting(_BOUNDED, ("concept_id", "unit_concept_id"), ROWS, value="high"),
    "records below, within and above range by concept and unit": Counting(
        _BOUNDED, ("concept_id", "unit_concept_id", _RANGE), ROWS
    ),
    "records by specialty of the provider and concept": Counting(
        _ALL + "has_provider", ("specialty", "concept_id"), ROWS
    ),
    "records by place of service": Counting(
        _ALL + "place_of_service is not null", ("place_of_service",), ROWS
    ),
    "records by where they were discharged to": Counting(_ALL + "discharged_to <> 0", ("discharged_to",), ROWS),
}  # fmt: skip
