"""Observation and payer plan periods: how long, in which months and years, and of whom"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from medark.check.achilles.counting import Counting, Made, Sum
from medark.check.achilles.terms import PEOPLE, ROWS, AsMonth, Condition, Holds, Is, Steps, rows_when


@dataclass(frozen=True, slots=True)
class Calendar:
    """The months or years that people may be covered in: a relation of their numbers `m`."""

    name: str
    first: int
    many: int


PERIODS: Final = ("observation_period", "payer_plan_period")
KIND: Final = {"observation_period": "period_type_concept_id", "payer_plan_period": "payer_source_concept_id"}
CALENDARS: Final = {1: Calendar("calendar_months", 21600, 6000), 12: Calendar("calendar_years", 1800, 500)}
DECILE: Final = "cast(floor(({year} - born) / 10) as bigint)"
_YEAR, _MONTH = "extract(year from {day})", "(extract(year from {day}) * 12 + extract(month from {day}) - 1)"
_START, _END = "t.{t}_start_date", "t.{t}_end_date"
_DIGIT = "(" + " union all ".join(f"select {n} as d" for n in range(10)) + ")"


def spans_in_days(table: str = "observation_period") -> str:
    """Each person's periods, those that overlap as one: a record lies in one of them or in none. The columns:
    person_id, first_no, last_no.
    """
    return f"""
select person_id, min(start_no) as first_no, max(end_no) as last_no
from (
  select person_id, start_no, end_no, sum(case when start_no <= ended_before then 0 else 1 end) over (
    partition by person_id order by start_no, period_id rows between unbounded preceding and current row) as span_no
  from (
    select t.person_id, t.{table}_id as period_id, t.{table}_start_date as start_no, t.{table}_end_date as end_no,
      max(t.{table}_end_date) over (
        partition by t.person_id order by t.{table}_start_date, t.{table}_id
        rows between unbounded preceding and 1 preceding
      ) as ended_before
    from {table} as t where t.{table}_start_date <= t.{table}_end_date
  ) as q
) as r
group by person_id, span_no
"""


def made(table: str) -> Iterator[Made]:
    """The months and years that people may be covered in, and the days that they are: with what is told of them."""
    for one in CALENDARS.values():
        numbers = _numbers(len(str(one.many)))
        yield Made(one.name, f"select {one.first} + m as m from ({numbers}) as c where m < {one.many}")
    told = "p.gender_concept_id, p.year_of_birth as born, p.person_id is not null as is_known"
    yield Made(
        f"{table}_covered", f"select s.person_id, s.first_no, s.last_no, {told} from ({spans_in_days(table)}) as s"
        " left join person as p on p.person_id = s.person_id",
    )  # fmt: skip


def sums(table: str) -> Iterator[Sum]:
    """The first period of each person, in how many spans of months and years people are covered, and what is wrong."""
    start, end = _START.replace("{t}", table), _END.replace("{t}", table)
    told = "gender_concept_id, year - born as age, days"
    yield _counted(f"{table}_first", f"(select {told} from ({_first(table, start, end)}) as f) as f", _OF_FIRST)
    of_month, of_year = "extract(day from {day})", "extract(month from {day}) * 100 + extract(day from {day})"
    for unit, number, in_unit in (("months", _MONTH, of_month), ("years", _YEAR, of_year)):
        yield _counted(f"{table}_{unit}", f"({_touched(table, number)}) as s", _OF_SPANS)
        yield _counted(f"{table}_whole_{unit}", f"({_whole(table, number, in_unit)}) as s", _OF_SPANS)
    yield from _of_all(table, start, end)


def _of_all(table: str, start: str, end: str) -> Iterator[Sum]:
    """Of all periods: when they start and end, how many a person has, whose they are, and of what kind."""
    for name, day in (("starting", start), ("ending", end)):
        month = _MONTH.replace("{day}", day)
        sql = f"select {month} as m, count(distinct t.person_id) as people from {table} as t group by {month}"
        yield Sum(f"{table}_{name}", sql, ("m",), ("people",))
    own = f"(select person_id, count(*) as times from {table} group by person_id) as t"
    yield _counted(f"{table}_times", own, ("times",))
    early = f"max(case when extract(year from {start}) < p.year_of_birth then 1 else 0 end)"
    told = f"max(case when {end} < {start} then 1 else 0 end) as is_backwards, {early} as is_early"
    known = "p.person_id is not null"
    of = (
        f"(select t.person_id, {known} as is_known, count(*) as times, {told} from {table} as t"
        f" left join person as p on p.person_id = t.person_id group by t.person_id, {known}) as t"
    )
    yield _counted(f"{table}_wrong", of, ("is_known", "is_backwards", "is_early", "times"))
    yield _counted(f"{table}_kinds", f"{table} as t", (KIND[table],))


_OF_FIRST: Final = ("gender_concept_id", "age", "days")
_OF_SPANS: Final = ("first_no", "last_no", "gender_concept_id", "born", "is_known")


def _counted(name: str, of: str, keys: tuple[str, ...]) -> Sum:
    told = ", ".join(keys)
    return Sum(name, f"select {told}, count(*) as n from {of} group by {told}", keys)


def _first(table: str, start: str, end: str) -> str:
    return f"""
select f.person_id, extract(year from f.start_day) as year, date_diff('day', f.start_day, f.end_day) as days,
  p.gender_concept_id, p.year_of_birth as born
from (
  select t.person_id, {start} as start_day, {end} as end_day,
    row_number() over (partition by t.person_id order by {start}, t.{table}_id) as place
  from {table} as t
) as f
join person as p on p.person_id = f.person_id
where f.place = 1
"""


def _touched(table: str, number: str) -> str:
    """From the first to the last month or year that a span touches; spans of a person that touch the same as one."""
    first, last = number.replace("{day}", "c.first_no"), number.replace("{day}", "c.last_no")
    return f"""
select min(start_no) as first_no, max(end_no) as last_no, gender_concept_id, born, is_known from (
  select q.*, sum(case when start_no <= ended_before then 0 else 1 end) over (
    partition by person_id order by day_no rows between unbounded preceding and current row) as span_no
  from (
    select c.person_id, c.gender_concept_id, c.born, c.is_known, c.first_no as day_no, {first} as start_no,
      {last} as end_no, lag({last}) over (partition by c.person_id order by c.first_no) as ended_before
    from {table}_covered as c
  ) as q
) as r group by person_id, span_no, gender_concept_id, born, is_known
"""


def _whole(table: str, number: str, in_unit: str) -> str:
    """From the first to the last month or year that each span covers wholly, if any."""
    first, last = number.replace("{day}", "d.first_no"), number.replace("{day}", "d.next_no")
    return f"""
select start_no as first_no, end_no as last_no, gender_concept_id, born, is_known from (
  select {last} - 1 as end_no, gender_concept_id, born, is_known,
    {first} + case when {in_unit.replace("{day}", "d.first_no")} in (1, 101) then 0 else 1 end as start_no
  from (select c.*, cast(c.last_no + interval 1 day as date) as next_no from {table}_covered as c) as d
) as w where start_no <= end_no
"""


def _numbers(digits: int) -> str:
    """The whole numbers of so many digits."""
    value = " + ".join(f"d{n}.d * {10**n}" for n in range(digits))
    return f"select {value} as m from " + " cross join ".join(f"{_DIGIT} as d{n}" for n in range(digits))


@dataclass(frozen=True, slots=True)
class Covered:
    """In how many spans of a sum each month or year lies, by all else that is told of them: `m`, the `told`, `n`.

    `of_known`: only spans of people who are known. `starting`: only those in which somebody's period starts;
    `until_the_last`: also those between the first and the last of these.
    """

    spans: str
    unit: int  # months
    told: tuple[str, ...] = ()
    of_known: bool = False
    starting: bool = False
    until_the_last: bool = False

    @property
    def sql(self) -> str:
        told, known = "".join(f", s.{name}" for name in self.told), " and s.is_known" if self.of_known else ""
        sql = f"select c.m{told}, s.n from {{t}}_{self.spans} as s join {CALENDARS[self.unit].name} as c"
        sql += f" on c.m >= s.first_no and c.m <= s.last_no{known}"
        number = "o.m" if self.unit == 1 else f"cast(floor(o.m / {self.unit}) as bigint)"
        if self.until_the_last:
            ends = [f"(select {end}({number}) from {{t}}_starting as o)" for end in ("min", "max")]
            return f"{sql} where c.m >= {ends[0]} and c.m <= {ends[1]}"
        if self.starting:
            return f"{sql} join (select distinct {number} as m from {{t}}_starting as o) as o on o.m = c.m"
        return sql


_FIRST: Final = "{t}_first"
_MONTH_NAME: Final = AsMonth("m")
_IN_YEARS: Final = Covered("years", 12, of_known=True, starting=True)


def _wrong(condition: Condition, times: str = "") -> Counting:
    return Counting("{t}_wrong", count=rows_when(condition, times))


KINDS: Final[Mapping[str, Counting]] = {
    "people by age at their first period": Counting(_FIRST, ("age",), ROWS),
    "people by sex and age at their first period": Counting(_FIRST, ("gender_concept_id", "age"), ROWS),
    "age at the first period": Counting(_FIRST, (), ROWS, value="age"),
    "age at the first period by sex": Counting(_FIRST, ("gender_concept_id",), ROWS, value="age"),
    "days of the first period": Counting(_FIRST, (), ROWS, value="days"),
    "days of the first period by sex": Counting(_FIRST, ("gender_concept_id",), ROWS, value="days"),
    "days of the first period by age decile": Counting(_FIRST, (Steps("age", 10),), ROWS, value="days"),
    "people by length of their first period in steps of 30 days": Counting(_FIRST, (Steps("days", 30),), ROWS),
    "people with a period all through a year": Counting(
        Covered("whole_years", 12, starting=True, until_the_last=True), ("m",), ROWS
    ),
    "people with a period all through a month": Counting(
        Covered("whole_months", 1, starting=True), (_MONTH_NAME,), ROWS
    ),
    "people by month in which a period starts": Counting("{t}_starting", (_MONTH_NAME,), PEOPLE),
    "people by month in which a period ends": Counting("{t}_ending", (_MONTH_NAME,), PEOPLE),
    "people by number of periods": Counting("{t}_times", ("times",), ROWS),
    "people with a period before their year of birth": _wrong(Holds("is_known") & Is("is_early", 1)),
    "people with a period that ends before it starts": _wrong(Is("is_backwards", 1)),
    "people with a period on some day of a year, by sex and age decile": Counting(
        replace(_IN_YEARS, told=("gender_concept_id", "born")),
        ("m", "gender_concept_id", Steps("m", 10, since="born")), ROWS,
    ),
    "people with a period on some day of a year": Counting(_IN_YEARS, ("m",), ROWS),
    "people with a period on some day of a month": Counting(Covered("months", 1), (_MONTH_NAME,), ROWS),
    "periods of unknown people": _wrong(~Holds("is_known"), "times"),
    "periods by type": Counting("{t}_kinds", ("period_type_concept_id",), ROWS),
    "periods by source concept of the payer": Counting("{t}_kinds", ("payer_source_concept_id",), ROWS),
}  # fmt: skip
