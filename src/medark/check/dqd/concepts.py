"""Checks that ask what a concept is: concepts are counted first, column by column, and looked up once each"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count, Counts, Row, Scan
from medark.check.dqd.rows import column

MALE, FEMALE = 8507, 8532
SEX: Final = {"Male": MALE, "Female": FEMALE}
NO_UNIT: Final = -1  # as the dashboard's lists of units have it
_ABOUT = ("isForeignKey", "fkDomain", "fkClass", "isStandardValidConcept")


def scans(checks: Sequence[Check]) -> Iterator[Scan]:
    """What concepts of each column are, which units and which sexes they come with."""
    about = [
        c
        for c in checks
        if c.kind.name in _ABOUT and (c.kind.name != "isForeignKey" or c.value == "concept.concept_id")
    ]
    if about:
        yield _looked_up(about)
    units = [check for check in checks if check.kind.name == "plausibleUnitConceptIds"]
    if units:
        yield _units(units)
    sexes: dict[tuple[str, str], list[Check]] = defaultdict(list)
    for check in checks:
        if check.kind.name.startswith("plausibleGender"):
            sexes[check.table, check.column].append(check)
    for (table, field), some in sexes.items():
        yield from _sexes(table, field, some)


def _looked_up(checks: Sequence[Check]) -> Scan:
    """Rows of each column by what their concept is: unknown, of which domain and class, standard or not."""
    places = list(dict.fromkeys((check.table, check.column) for check in checks))
    used = " union all ".join(
        f"select {n} as place, {column(field)} as concept_id, count(*) as n from {table} as t group by {column(field)}"
        for n, (table, field) in enumerate(places)
    )
    sql = f"""
select
  u.place, c.concept_id is not null as is_known, u.concept_id is null as is_missing, u.concept_id = 0 as is_zero,
  c.domain_id, c.concept_class_id,
  coalesce(c.standard_concept, '') = 'S' and c.invalid_reason is null as is_standard, sum(u.n) as n
from ({used}) as u
left join concept as c on c.concept_id = u.concept_id
group by
  u.place, c.concept_id is not null, u.concept_id is null, u.concept_id = 0, c.domain_id, c.concept_class_id,
  coalesce(c.standard_concept, '') = 'S' and c.invalid_reason is null
"""

    def take(rows: Iterable[Row]) -> Counts:
        by_place: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            by_place[places[row["place"]]].append(row)
        return Counts({check.id: _said(check, by_place[check.table, check.column]) for check in checks})

    return Scan("concepts", sql, take)


def _said(check: Check, rows: Sequence[Row]) -> Count:
    return Count(sum(int(row["n"]) for row in rows if _violates(check, row)), sum(int(row["n"]) for row in rows))


def _violates(check: Check, row: Row) -> bool:
    if row["is_missing"]:
        return False
    if check.kind.name == "isForeignKey":
        return not bool(row["is_known"])
    if row["is_zero"] or not row["is_known"]:
        return False
    if check.kind.name == "fkDomain":
        return str(row["domain_id"]) != check.value
    return str(row["concept_class_id"]) != check.value if check.kind.name == "fkClass" else not bool(row["is_standard"])


def _units(checks: Sequence[Check]) -> Scan:
    sql = f"""
select t.measurement_concept_id as concept_id, coalesce(t.unit_concept_id, {NO_UNIT}) as unit, count(*) as n
from measurement as t
where t.value_as_number is not null
group by t.measurement_concept_id, coalesce(t.unit_concept_id, {NO_UNIT})
"""

    def take(rows: Iterable[Row]) -> Counts:
        found: dict[int, dict[int, int]] = defaultdict(dict)
        for row in rows:
            found[row["concept_id"]][row["unit"]] = int(row["n"])
        return Counts({check.id: _strange(found.get(check.concept_ids[0], {}), check) for check in checks})

    return Scan("units", sql, take)


def _strange(units: Mapping[int, int], check: Check) -> Count:
    plausible = {int(unit) for unit in check.value.split()}
    return Count(sum(n for unit, n in units.items() if unit not in plausible), sum(units.values()))


def _sexes(table: str, field: str, checks: Sequence[Check]) -> Iterator[Scan]:
    """Rows of each concept by the sex of whom they are about, and of some, of each kind too."""
    plain = [check for check in checks if check.kind.name == "plausibleGender"]
    wide = [check for check in checks if check.kind.name != "plausibleGender"]
    rows = f"select {column(field)} as concept_id, t.person_id from {table} as t"
    if plain:
        yield _of_sexes(f"sexes in {table}", rows, plain)
    if wide:
        above = ", ".join(str(concept_id) for check in wide for concept_id in check.concept_ids)
        below = f"""
select a.ancestor_concept_id as concept_id, r.person_id from ({rows}) as r
join concept_ancestor as a on a.descendant_concept_id = r.concept_id and a.ancestor_concept_id in ({above})"""
        yield _of_sexes(f"sexes in {table}, with kinds", below, wide)


def _of_sexes(name: str, rows: str, checks: Sequence[Check]) -> Scan:
    sql = f"""
select r.concept_id, p.gender_concept_id as sex, count(*) as n from ({rows}) as r
join person as p on p.person_id = r.person_id
group by r.concept_id, p.gender_concept_id
"""

    def take(rows: Iterable[Row]) -> Counts:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            found[row["concept_id"]].append(row)
        return Counts(
            {check.id: _others(check, [row for n in check.concept_ids for row in found[n]]) for check in checks}
        )

    return Scan(name, sql, take)


def _others(check: Check, rows: Sequence[Row]) -> Count:
    others = sum(int(row["n"]) for row in rows if row["sex"] != SEX[check.value])
    return Count(others, sum(int(row["n"]) for row in rows))
