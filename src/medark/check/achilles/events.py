"""Events: people and records by concept, month, year, sex and age; types, units, values, and what is invalid

Each table is read in up to four passes over its own columns: who had what in which month (from which all that counts
people is made), records by what is told of them, the numbers in them, and source values that are mapped to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.check.achilles.counting import ROWS, Counting, Made
from medark.check.achilles.event_tables import Events

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
