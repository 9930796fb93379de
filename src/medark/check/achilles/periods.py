"""Observation and payer plan periods: how long, in which months and years, and of whom"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.check.achilles.counting import PEOPLE, ROWS, Counting, Made, Sum

PERIODS: Final = ("observation_period", "payer_plan_period")
KIND: Final = {"observation_period": "period_type_concept_id", "payer_plan_period": "payer_source_concept_id"}
DECILE: Final = "cast(floor(({year} - born) / 10) as bigint)"
_YEAR, _MONTH = "extract(year from {day})", "(extract(year from {day}) * 12 + extract(month from {day}) - 1)"
_START, _END = "t.{t}_start_date", "t.{t}_end_date"
_AS_WRITTEN = "cast(floor({m} / 12) as bigint) * 100 + {m} % 12 + 1"  # the number of a month as 202405
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
    yield Made("calendar_months", f"select 21600 + m as m from ({_numbers(4)}) as c where m < 6000")
    yield Made("calendar_years", f"select 1800 + m as m from ({_numbers(3)}) as c where m < 500")
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


def _covered(unit: str, when: str = "") -> str:
    calendar = "calendar_months" if unit.endswith("months") else "calendar_years"
    return f"{{t}}_{unit} as s join {calendar} as c on c.m >= s.first_no and c.m <= s.last_no{when}"


_MONTHS_STARTING = " join {t}_starting as o on o.m = c.m"
_YEARS_STARTING = " join (select distinct cast(floor(m / 12) as bigint) as m from {t}_starting) as o on o.m = c.m"
_MONTH_NAME = _AS_WRITTEN.replace("{m}", "c.m")
_MOMENT = _AS_WRITTEN.replace("{m}", "m")
_SUM = "cast(round(sum(s.n)) as bigint)"
_STEPS = "cast(floor(days / 30) as bigint)"
_UP_TO_THE_LAST_START = (
    " where c.m <= (select max(floor(o.m / 12)) from {t}_starting as o)"
    " and c.m >= (select min(floor(o.m / 12)) from {t}_starting as o)"
)


def _wrong(condition: str, told: str = "n") -> str:
    return f"cast(round(coalesce(sum(case when {condition} then {told} else 0 end), 0)) as bigint)"


KINDS: Final[Mapping[str, Counting]] = {
    "people by age at their first period": Counting("{t}_first", ("age",), ROWS),
    "people by sex and age at their first period": Counting("{t}_first", ("gender_concept_id", "age"), ROWS),
    "age at the first period": Counting("{t}_first", (), ROWS, value="age"),
    "age at the first period by sex": Counting("{t}_first", ("gender_concept_id",), ROWS, value="age"),
    "days of the first period": Counting("{t}_first", (), ROWS, value="days"),
    "days of the first period by sex": Counting("{t}_first", ("gender_concept_id",), ROWS, value="days"),
    "days of the first period by age decile": Counting(
        "{t}_first", ("cast(floor(age / 10) as bigint)",), ROWS, value="days"
    ),
    "people by length of their first period in steps of 30 days": Counting("{t}_first", (_STEPS,), ROWS),
    "people with a period all through a year": Counting(
        _covered("whole_years") + _UP_TO_THE_LAST_START, ("c.m",), _SUM
    ),
    "people with a period all through a month": Counting(
        _covered("whole_months") + _MONTHS_STARTING, (_MONTH_NAME,), _SUM
    ),
    "people by month in which a period starts": Counting("{t}_starting", (_MOMENT,), PEOPLE),
    "people by month in which a period ends": Counting("{t}_ending", (_MOMENT,), PEOPLE),
    "people by number of periods": Counting("{t}_times", ("times",), ROWS),
    "people with a period before their year of birth": Counting(
        "{t}_wrong", count=_wrong("is_known and is_early = 1")
    ),
    "people with a period that ends before it starts": Counting("{t}_wrong", count=_wrong("is_backwards = 1")),
    "people with a period on some day of a year, by sex and age decile": Counting(
        _covered("years", " and s.is_known") + _YEARS_STARTING,
        ("c.m", "gender_concept_id", DECILE.format(year="c.m")), _SUM,
    ),
    "people with a period on some day of a year": Counting(
        _covered("years", " and s.is_known") + _YEARS_STARTING, ("c.m",), _SUM
    ),
    "people with a period on some day of a month": Counting(_covered("months"), (_MONTH_NAME,), _SUM),
    "periods of unknown people": Counting("{t}_wrong", count=_wrong("not is_known", "n * times")),
    "periods by type": Counting("{t}_kinds", ("period_type_concept_id",), ROWS),
    "periods by source concept of the payer": Counting("{t}_kinds", ("payer_source_concept_id",), ROWS),
}  # fmt: skip
