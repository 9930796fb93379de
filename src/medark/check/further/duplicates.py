"""The same told again under another key: rows of one source alike in everything but their number"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.further.checks import ORIGIN, Family, Found, Tallied, Tally, check_of, is_of_source, source_named

_THRESHOLD: Final = 0.5  # per cent
# What makes two rows the same thing told twice, beside the person.
ALIKE: Final[Mapping[str, tuple[str, ...]]] = {
    "visit_occurrence": ("visit_concept_id", "visit_start_date", "visit_start_datetime", "visit_end_datetime"),
    "condition_occurrence": (
        "condition_concept_id", "condition_source_value", "condition_start_date", "condition_start_datetime",
        "condition_type_concept_id", "condition_status_concept_id", "visit_occurrence_id",
    ),
    "drug_exposure": (
        "drug_concept_id", "drug_source_value", "drug_exposure_start_date", "drug_exposure_start_datetime",
        "drug_type_concept_id", "quantity", "sig", "visit_occurrence_id",
    ),
    "procedure_occurrence": (
        "procedure_concept_id", "procedure_source_value", "procedure_date", "procedure_datetime",
        "procedure_type_concept_id", "modifier_source_value",
    ),
    "measurement": (
        "measurement_concept_id", "measurement_source_value", "measurement_date", "measurement_datetime",
        "value_as_number", "value_source_value", "unit_source_value",
    ),
}  # fmt: skip


def _same(table: str, alias: str) -> str:
    return ", ".join(f"{alias}.{column}" for column in ("person_id", *ALIKE[table]))


TWICE: Final = tuple(
    Tally(
        f"told twice in {table}",
        f"""
select s.source_no, sum(s.n) as n, sum(s.n - 1) as again
from (
  select o.source_no, count(*) as n from {table} as t {ORIGIN} group by o.source_no, {_same(table, "t")}
) as s
group by s.source_no
""",
    )
    for table in ALIKE
)


def _found(tallied: Tallied, sources: Sequence[str]) -> Iterator[Found]:
    for table in ALIKE:
        for row in sorted(tallied[f"told twice in {table}"], key=lambda one: str(one["source_no"])):
            check = check_of("toldTwice", table, source=source_named(sources, row["source_no"]), threshold=_THRESHOLD)
            yield check, Count(int(row["again"]), int(row["n"]))


def _violating(check: Check, tallied: Tallied, sources: Sequence[str]) -> str:
    """Every row of those that are there more than once."""
    mine = is_of_source(check, sources)
    same = f"select {_same(check.table, 't')} from {check.table} as t {ORIGIN} where {mine}"
    twice = f"{same} group by {_same(check.table, 't')} having count(*) > 1"
    alike = " and ".join(f"t.{c} is not distinct from w.{c}" for c in ("person_id", *ALIKE[check.table]))
    return f"from {check.table} as t {ORIGIN} join ({twice}) as w on {alike} where {mine}"


DUPLICATE_FAMILY: Final = Family("duplicates", TWICE, _found, _violating)
