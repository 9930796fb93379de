"""What cannot be true of one person across tables: by sex, by age, after death, against an allergy, outside a stay

Which codes are bound to a sex or an age: `facts/bound_codes.csv`; to which drugs an allergy is:
`facts/allergy_words.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count, Row
from medark.check.further.checks import (
    ORIGIN,
    Family,
    Found,
    Tallied,
    Tally,
    check_of,
    is_of_source,
    source_named,
)

_SEX: Final = {"M": 8507, "F": 8532}
_INPATIENT: Final = "(9201, 8717, 262)"  # Inpatient Visit, Inpatient Hospital, Emergency Room and Inpatient Visit
_ALLERGY: Final = "419199007"  # SNOMED CT: Allergy to substance
_PERSON: Final = "join person as p on p.person_id = t.person_id"
_DEATH: Final = (
    "left join (select person_id, min(death_date) as death_date from death group by person_id) as d"
    " on d.person_id = t.person_id"
)
_BORN: Final = "try_cast(cast(p.year_of_birth as varchar) || '-06-30' as date)"  # the year is what is always known


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of rows of a table: what is wrong of a row (`t`), among which rows, with what they are joined."""

    kind: str
    table: str
    column: str
    wrong: str
    among: str = "1 = 1"
    joined: str = _PERSON
    threshold: float = 0.1


@cache
def _facts(name: str) -> tuple[dict[str, str], ...]:
    text = files(__package__).joinpath("facts", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _bound(system: str, code: str, day: str, by_age: bool) -> tuple[str, str]:
    """What is wrong of a row with a bound code, and which codes are bound."""
    letters = 3 if system == "icd10" else 2
    wrong, among = [], []
    for fact in _facts("bound_codes"):
        if fact["system"] == system and bool(fact["most_age"] if by_age else fact["sex"]):
            own = f"substr({code}, 1, {letters}) between '{fact['first']}' and '{fact['last']}'"
            among.append(own)
            if by_age:
                age = f"completed_years({_BORN}, {day})"
                wrong.append(f"{own} and ({age} < {int(fact['least_age']) - 1} or {age} > {int(fact['most_age']) + 1})")
            else:
                other = _SEX["F" if fact["sex"] == "M" else "M"]
                wrong.append(f"{own} and p.gender_concept_id = {other}")
    shape = "'^[A-Z][0-9]'" if system == "icd10" else "'^[0-9][0-9][.]'"
    is_code = f"regexp_matches({code}, {shape})"
    return f"{is_code} and ({' or '.join(wrong)})", f"{is_code} and ({' or '.join(among)})"


def _bound_rules() -> Iterator[Rule]:
    for system, table, code, day in (
        ("icd10", "condition_occurrence", "condition_source_value", "condition_start_date"),
        ("icd9proc", "procedure_occurrence", "procedure_source_value", "procedure_date"),
    ):
        yield Rule("sexBound", table, code, *_bound(system, f"t.{code}", f"t.{day}", by_age=False))
        if system == "icd10":
            yield Rule("ageBound", table, code, *_bound(system, f"t.{code}", f"t.{day}", by_age=True))


def _active() -> Iterator[Rule]:
    days = (
        ("visit_occurrence", "visit_start_date"), ("measurement", "measurement_date"),
        ("drug_exposure", "drug_exposure_start_date"), ("procedure_occurrence", "procedure_date"),
    )  # fmt: skip
    for table, day in days:
        dead = "d.death_date is not null"
        later = f"t.{day} > cast(d.death_date + 1 * interval 1 day as date)"
        yield Rule("activeAfterDeath", table, day, f"{dead} and {later}", dead, _DEATH)


def _allergic() -> Rule:
    drug = "lower(concat(coalesce(t.drug_source_value, ''), ' ', coalesce(c.concept_name, '')))"
    allergen = "lower(coalesce(a.value_as_string, a.value_source_value, ''))"
    pairs = " or ".join(
        f"contains({allergen}, '{fact['allergen']}') and regexp_matches({drug}, '{fact['drug']}')"
        for fact in _facts("allergy_words")
    )
    told = f"from observation as a where a.person_id = t.person_id and a.observation_source_value = '{_ALLERGY}'"
    joined = "left join concept as c on c.concept_id = t.drug_concept_id and c.concept_id <> 0"
    among = f"t.person_id in (select a.person_id from observation as a where a.observation_source_value = '{_ALLERGY}')"
    wrong = f"exists (select 1 {told} and ({pairs}))"
    return Rule("drugOfAllergy", "drug_exposure", "drug_source_value", wrong, among, joined, 0.0)


def _outside_stay() -> Rule:
    is_operation = "regexp_matches(t.procedure_source_value, '^(0[1-9]|[1-7][0-9]|8[0-6])[.]')"
    stay = (
        "exists (select 1 from visit_occurrence as v where v.person_id = t.person_id"
        f" and v.visit_concept_id in {_INPATIENT} and t.procedure_date >= v.visit_start_date"
        " and t.procedure_date <= v.visit_end_date)"
    )
    return Rule(
        "operationWithoutStay", "procedure_occurrence", "procedure_date", f"not {stay}", is_operation, "", 5.0
    )  # fmt: skip


RULES: Final = (*_bound_rules(), *_active(), _allergic(), _outside_stay())


def _tally(rule: Rule) -> Tally:
    """Rows of a source among which a rule is asked, and those that break it; a condition that asks other tables stands
    in WHERE, where it means the same on every engine.
    """
    rows = f"from {rule.table} as t {ORIGIN} {rule.joined} where {rule.among}"
    sql = f"""
select r.source_no, sum(r.bad) as bad, count(*) - sum(r.bad) as n
from (
  select o.source_no, 0 as bad {rows}
  union all
  select o.source_no, 1 as bad {rows} and {rule.wrong}
) as r
group by r.source_no
"""
    return Tally(_named(rule), sql)


def _named(rule: Rule) -> str:
    return f"{rule.kind} in {rule.table}"


OVERLAPS: Final = Tally(
    "staysOverlap in visit_occurrence",
    f"""
select s.source_no, count(*) as n, count(case when s.began < s.ended_before then 1 end) as bad
from (
  select
    o.source_no, t.visit_start_date as began,
    max(t.visit_end_date) over (
      partition by o.source_no, t.person_id order by t.visit_start_date, t.visit_occurrence_id
      rows between unbounded preceding and 1 preceding
    ) as ended_before
  from visit_occurrence as t {ORIGIN}
  where t.visit_concept_id in {_INPATIENT}
) as s
group by s.source_no
""",
)


def _found(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    for rule in RULES:
        for row in _sorted(tallied[_named(rule)]):
            source = source_named(sources, row["source_no"])
            check = check_of(rule.kind, rule.table, rule.column, source, threshold=rule.threshold)
            yield check, Count(int(row["bad"]), int(row["n"]))
    for row in _sorted(tallied[OVERLAPS.name]):
        source = source_named(sources, row["source_no"])
        check = check_of("staysOverlap", "visit_occurrence", "visit_start_date", source, threshold=0.1)
        yield check, Count(int(row["bad"]), int(row["n"]))


def _sorted(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: str(row["source_no"]))


def _violating(check: Check, tallied: Tallied, sources: Sequence[str]) -> str:
    mine = is_of_source(check, sources)
    if check.kind.name == "staysOverlap":
        other = (
            f"select 1 from visit_occurrence as w left join origin as x on x.record_no = w.medark_record_no"
            f" where w.person_id = t.person_id and w.visit_concept_id in {_INPATIENT} and {mine.replace('o.', 'x.')}"
            " and w.visit_occurrence_id <> t.visit_occurrence_id"
            " and (w.visit_start_date < t.visit_start_date or w.visit_start_date = t.visit_start_date"
            " and w.visit_occurrence_id < t.visit_occurrence_id) and w.visit_end_date > t.visit_start_date"
        )
        stays = f"{mine} and t.visit_concept_id in {_INPATIENT}"
        return f"from visit_occurrence as t {ORIGIN} where {stays} and exists ({other})"
    rule = next((one for one in RULES if (one.kind, one.table) == (check.kind.name, check.table)), None)
    if rule is None:  # what is read from raw records
        return ""
    return f"from {rule.table} as t {ORIGIN} {rule.joined} where {mine} and {rule.among} and {rule.wrong}"


LOGIC_FAMILY: Final = Family("logic", (*map(_tally, RULES), OVERLAPS), _found, _violating)
