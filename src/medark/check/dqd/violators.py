"""The rows that violate a check: a query over one table, for whoever wants to know which, and from where"""

from __future__ import annotations

from medark.check.checks import Check
from medark.check.dqd.ahead import limit
from medark.check.dqd.concepts import NO_UNIT, SEX
from medark.check.dqd.related import join
from medark.check.dqd.rows import column, tally_of


def violating(check: Check) -> str | None:
    """FROM and WHERE of the rows (`t`) that violate a check; None where it is not of rows: a table, or people.

    They read what `FACTS` tells of the lake's tables, too.
    """
    tally = tally_of(check)
    where = tally.where if tally else _WHERE.get(check.kind.name, _of_no_rows)(check)
    if not where:
        return None
    joined = join(tally.link) if tally and tally.link else ""
    return f"from {check.table} as t {joined} where {where}"


def _of_no_rows(check: Check) -> str:
    return ""


def _twice(check: Check) -> str:
    key = column(check.column)
    return f"{key} in (select {key} from {check.table} as t group by {key} having count(*) > 1)"


def _unknown(check: Check) -> str:
    table, _, key = check.value.partition(".")
    known = f'select 1 from {table} as k where k."{key}" = {column(check.column)}'
    return f"{column(check.column)} is not null and not exists ({known})"


def _ahead(check: Check) -> str:
    return f"{column(check.column)} > {limit(check)}"


def _unmapped(check: Check) -> str:
    return f"{column(check.value)} = 0"


def _concept(check: Check) -> str:
    field = column(check.column)
    return f"{field} <> 0 and exists (select 1 from concept as c where c.concept_id = {field} and {_bad(check)})"


def _bad(check: Check) -> str:
    if check.kind.name == "isStandardValidConcept":
        return "(coalesce(c.standard_concept, '') <> 'S' or c.invalid_reason is not null)"
    name = "domain_id" if check.kind.name == "fkDomain" else "concept_class_id"
    return f"c.{name} is distinct from '{check.value}'"


def _unit(check: Check) -> str:
    units = ", ".join(check.value.split())
    concept = f"{column(check.column)} = {check.concept_ids[0]} and t.value_as_number is not null"
    return f"{concept} and coalesce(t.unit_concept_id, {NO_UNIT}) not in ({units})"


def _sex(check: Check) -> str:
    concepts = ", ".join(map(str, check.concept_ids))
    if check.kind.name == "plausibleGenderUseDescendants":
        below = "select a.descendant_concept_id from concept_ancestor as a where a.ancestor_concept_id in"
        about = f"{column(check.column)} in ({below} ({concepts}))"
    else:
        about = f"{column(check.column)} in ({concepts})"
    other = f"p.gender_concept_id is distinct from {SEX[check.value]}"
    return f"{about} and exists (select 1 from person as p where p.person_id = t.person_id and {other})"


_WHERE = {
    "plausibleValueHigh": _ahead,
    "sourceValueCompleteness": _unmapped,
    "isPrimaryKey": _twice,
    "isForeignKey": _unknown,
    "fkDomain": _concept,
    "fkClass": _concept,
    "isStandardValidConcept": _concept,
    "plausibleUnitConceptIds": _unit,
    "plausibleGender": _sex,
    "plausibleGenderUseDescendants": _sex,
}
