"""Checks that ask what a concept is: concepts are counted first, column by column, and looked up once each"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from medark.check.checks import Check
from medark.check.counting import FILE_NO, Count, Counts, Piece, Row, Scan
from medark.check.dqd.related import PERSON
from medark.check.dqd.rows import column, is_reference, needs_number

MALE, FEMALE = 8507, 8532
SEX: Final = {"Male": MALE, "Female": FEMALE}
NO_UNIT: Final = -1  # as the dashboard's lists of units have it
TOLD: Final = (  # of each concept
    "c.domain_id, c.concept_class_id,"
    " coalesce(coalesce(c.standard_concept, '') = 'S' and c.invalid_reason is null, false) as is_standard"
)
_UNITS: Final = "units"
_ZERO: Final = ("standardConceptRecordCompleteness", "sourceConceptRecordCompleteness")
_ABOUT: Final = ("isForeignKey", "fkDomain", "fkClass", "isStandardValidConcept")


def counted_by_concept(checks: Sequence[Check]) -> set[str]:
    """The ids of a table's checks of how often there is no concept whose rows are counted by concept in any case."""
    fields = {check.column for check in _about(checks)}
    is_there = {False: lambda check: check.column in fields, True: lambda check: bool(_of_units(check.table, checks))}
    return {check.id for check in checks if check.kind.name in _ZERO and is_there[needs_number(check)](check)}


def _about(checks: Sequence[Check]) -> list[Check]:
    return [check for check in checks if check.kind.name in _ABOUT and not is_reference(check)]


def _of_units(table: str, checks: Sequence[Check]) -> list[Check]:
    if table != "measurement":
        return []
    return [check for check in checks if check.kind.name == "plausibleUnitConceptIds"]


def scans(table: str, checks: Sequence[Check]) -> Iterator[Scan]:
    """What concepts of a table's columns are, which units and which sexes they come with."""
    units, zero = _of_units(table, checks), counted_by_concept(checks)
    if units:
        yield _units([*units, *(check for check in checks if check.id in zero and needs_number(check))])
    about = _about(checks)
    if about:
        about += [check for check in checks if check.id in zero and not needs_number(check)]
        yield _looked_up(table, about, _OF_UNITS if units else {})
    sexes: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        if check.kind.name.startswith("plausibleGender"):
            sexes[check.column].append(check)
    for field, some in sexes.items():
        yield from _sexes(table, field, some)


def _looked_up(table: str, checks: Sequence[Check], finer: Mapping[str, tuple[str, str, str]]) -> Scan:
    """Rows of each column by concept, and what the vocabulary says of each; `finer`: what another scan says already."""
    fields = list(dict.fromkeys(check.column for check in checks))
    counted = _by_concept(table, fields, "")
    sql = f"""
select u.place, u.concept_id, c.concept_id is not null as is_known, {TOLD}, u.n from ({counted}) as u
left join concept as c on c.concept_id = u.concept_id
"""

    def take(rows: Iterable[Row]) -> Counts:
        by_field: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            by_field[fields[row["place"]]].append(row)
        return Counts({check.id: _said(check, by_field[check.column]) for check in checks})

    pieces = tuple(
        Piece(
            field, _of_concept(table, n, field, f", t.{FILE_NO}"), {"place": n, "concept_id": None},
            value="concept_id", of=finer.get(field),
        )
        for n, field in enumerate(fields)
    )  # fmt: skip
    by_file = _by_concept(table, fields, f", t.{FILE_NO}")
    return Scan(f"concepts of {table}", sql, take, "rows", table, by_file=by_file, of_concepts=True, pieces=pieces)


def _by_concept(table: str, fields: Sequence[str], part: str) -> str:
    return " union all ".join(_of_concept(table, n, field, part) for n, field in enumerate(fields))


def _of_concept(table: str, place: int, field: str, part: str) -> str:
    what = f"{place} as place, {column(field)} as concept_id, count(*) as n{part}"
    return f"select {what} from {table} as t group by {column(field)}{part}"


def _said(check: Check, rows: Sequence[Row]) -> Count:
    return Count(sum(int(row["n"]) for row in rows if _violates(check, row)), sum(int(row["n"]) for row in rows))


def _violates(check: Check, row: Row) -> bool:
    if row["concept_id"] is None:
        return False
    if check.kind.name in _ZERO:
        return bool(row["concept_id"] == 0)
    if check.kind.name == "isForeignKey":
        return not bool(row["is_known"])
    if row["concept_id"] == 0 or not row["is_known"]:
        return False
    if check.kind.name == "fkDomain":
        return str(row["domain_id"]) != check.value
    return str(row["concept_class_id"]) != check.value if check.kind.name == "fkClass" else not bool(row["is_standard"])


def _units(checks: Sequence[Check]) -> Scan:
    def sql(part: str) -> str:
        by = f"t.measurement_concept_id, t.unit_concept_id{part}"
        what = f"t.measurement_concept_id as concept_id, t.unit_concept_id as unit{part}"
        return f"select {what}, count(*) as n0, count(t.value_as_number) as n1 from measurement as t group by {by}"

    def take(rows: Iterable[Row]) -> Counts:
        found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for row in rows:
            found[row["concept_id"]][NO_UNIT if row["unit"] is None else row["unit"]] += int(row["n1"])
        return Counts({check.id: _of_units_found(found, check) for check in checks})

    return Scan(_UNITS, sql(""), take, "rows", "measurement", by_file=sql(f", t.{FILE_NO}"))


def _of_units_found(found: Mapping[int, Mapping[int, int]], check: Check) -> Count:
    if check.kind.name in _ZERO:
        every = [(unit, n) for units in found.values() for unit, n in units.items()]
        return Count(sum(n for unit, n in every if unit == 0), sum(n for _, n in every))
    return _strange(found.get(check.concept_ids[0], {}), check)


def _strange(units: Mapping[int, int], check: Check) -> Count:
    plausible = {int(unit) for unit in check.value.split()}
    return Count(sum(n for unit, n in units.items() if unit not in plausible), sum(units.values()))


_OF_UNITS: Final = {  # what rows by concept and unit say of either
    "measurement_concept_id": (_UNITS, "concept_id", "n0"),
    "unit_concept_id": (_UNITS, "unit", "n0"),
}


def _sexes(table: str, field: str, checks: Sequence[Check]) -> Iterator[Scan]:
    """Rows of each concept by the sex of whom they are about, and of some, of each kind too."""
    plain = [check for check in checks if check.kind.name == "plausibleGender"]
    wide = [check for check in checks if check.kind.name != "plausibleGender"]
    concept = column(field)
    if plain:
        wanted = ", ".join(str(concept_id) for concept_id in sorted({n for check in plain for n in check.concept_ids}))
        yield _of_sexes(f"sexes in {table}", table, concept, f"where {concept} in ({wanted})", plain)
    if wide:
        above = ", ".join(str(concept_id) for check in wide for concept_id in check.concept_ids)
        join = (
            f"join concept_ancestor as a on a.descendant_concept_id = {concept} and a.ancestor_concept_id in ({above})"
        )
        yield _of_sexes(f"sexes in {table}, with kinds", table, "a.ancestor_concept_id", join, wide)


def _of_sexes(name: str, table: str, concept: str, which: str, checks: Sequence[Check]) -> Scan:
    joined, where = ("", which) if which.startswith("where") else (which, "")

    def sql(part: str) -> str:
        return f"""
select {concept} as concept_id, p.sex, count(*) as n{part} from {table} as t
join person_facts as p on p.id = t.person_id {joined} {where}
group by {concept}, p.sex{part}
"""

    def take(rows: Iterable[Row]) -> Counts:
        found: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            found[row["concept_id"]].append(row)
        return Counts(
            {check.id: _others(check, [row for n in check.concept_ids for row in found[n]]) for check in checks}
        )

    by_file = sql(f", t.{FILE_NO}")
    return Scan(name, sql(""), take, "rows", table, by_file=by_file, links=(PERSON,), of_links={PERSON: by_file})


def _others(check: Check, rows: Sequence[Row]) -> Count:
    others = sum(int(row["n"]) for row in rows if row["sex"] != SEX[check.value])
    return Count(others, sum(int(row["n"]) for row in rows))
