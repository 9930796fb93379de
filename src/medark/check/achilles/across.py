"""What reaches over tables: who is in which of them, what came after a death, and what drugs and procedures cost"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from medark.check.achilles.counting import Counting, Made, Sum
from medark.check.achilles.terms import ROWS, AllOf, Is, RowsOf, rows_when

# In the order of Achilles' string of ones and zeros.
DOMAINS: Final = {
    "condition_occurrence": "has_condition", "drug_exposure": "has_drug", "device_exposure": "has_device",
    "measurement": "has_measurement", "death": "has_death", "procedure_occurrence": "has_procedure",
    "observation_period": "has_period",
}  # fmt: skip
TABLES: Final = {**DOMAINS, "visit_occurrence": "has_visit"}
LAST: Final = {
    "condition": ("condition_occurrence", "condition_start_date"),
    "drug": ("drug_exposure", "drug_exposure_start_date"),
    "visit": ("visit_occurrence", "visit_start_date"),
    "procedure": ("procedure_occurrence", "procedure_date"),
    "observation": ("observation", "observation_date"),
}
_AMOUNTS: Final = (
    "paid_patient_copay", "paid_patient_coinsurance", "paid_patient_deductible", "paid_by_payer", "paid_by_primary",
    "paid_by_patient", "total_paid", "paid_ingredient_cost", "paid_dispensing_fee", "total_cost",
)  # fmt: skip
_COSTS: Final = {
    "drug": ("Drug", "drug_exposure", "drug_concept_id"),
    "procedure": ("Procedure", "procedure_occurrence", "procedure_concept_id"),
}


def overlaps() -> Iterator[Sum]:
    """How many people are in which tables: a row for each combination."""
    each = " union all ".join(
        f"select {', '.join(f'{int(name == own)} as {name}' for name in TABLES.values())}, person_id from {table} as t"
        for table, own in TABLES.items()
    )
    most = ", ".join(f"max({name}) as {name}" for name in TABLES.values())
    grouped = ", ".join(TABLES.values())
    yield Sum(
        "people_in", f"select {grouped}, count(*) as n from"
        f" (select person_id, {most} from ({each}) as e group by person_id) as p group by {grouped}",
        tuple(TABLES.values()),
    )  # fmt: skip


def choices() -> Iterator[Made]:
    """Every choice of tables."""
    bit = "(select 0 as b union all select 1) as {name}"
    bits = ", ".join(f"{name}.b as {name}" for name in DOMAINS.values())
    yield Made("choices", f"select {bits} from " + " cross join ".join(bit.format(name=n) for n in DOMAINS.values()))


def ends() -> Iterator[Sum]:
    """Days from each death to the last record of its person, by table; negative before it."""
    for name, (table, day) in LAST.items():
        days = "date_diff('day', d.death_date, l.last_day)"
        yield Sum(
            f"after_{name}", f"select {days} as days, count(*) as n from death as d join"
            f" (select t.person_id, max(t.{day}) as last_day from {table} as t join"
            " (select distinct person_id from death) as w on w.person_id = t.person_id group by t.person_id) as l"
            f" on l.person_id = d.person_id group by {days}",
            ("days",),
        )  # fmt: skip


def costs() -> Iterator[Made]:
    """The amounts of drugs and procedures, with their concepts."""
    amounts = ", ".join(f"c.{amount}" for amount in _AMOUNTS)
    for name, (domain, table, concept) in _COSTS.items():
        yield Made(
            f"costs_of_{name}s", f"select e.{concept} as concept_id, {amounts} from cost as c join {table} as e"
            f" on e.{table}_id = c.cost_event_id where c.cost_domain_id = '{domain}'",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """For every choice of tables, but for none, who is in all of them: `tables`, a one or a zero for each, and `n`."""

    of: str = "people_in"
    columns: tuple[str, ...] = tuple(DOMAINS.values())

    @property
    def sql(self) -> str:
        bits = " || ".join(f"cast(c.{name} as varchar)" for name in self.columns)
        subsets = " and ".join(f"p.{name} >= c.{name}" for name in self.columns)
        some = " + ".join(f"c.{name}" for name in self.columns)
        return f"select {bits} as tables, p.n from {self.of} as p join choices as c on {subsets} where {some} > 0"


def _in(*columns: str) -> Counting:
    """People who are in all of some tables."""
    return Counting("people_in", count=rows_when(AllOf(tuple(Is(one, 1) for one in columns))))


OVERLAPS: Final[Mapping[str, Counting]] = {
    "people with a condition and a drug": _in("has_condition", "has_drug"),
    "people with a condition and a procedure": _in("has_condition", "has_procedure"),
    "people with a measurement, a condition and a drug": _in("has_measurement", "has_condition", "has_drug"),
    "people with a visit": _in("has_visit"),
    "people by tables that they are in": Counting(Chosen(), ("tables",), ROWS, RowsOf("person")),
}  # fmt: skip
ENDS: Final[Mapping[str, Counting]] = {
    f"days from death to the last {name}": Counting(f"after_{name}", (), "n", value="days", is_counted=True)
    for name in LAST
}
COSTS: Final[Mapping[str, Counting]] = {
    **{
        f"{amount} by {name} concept": Counting(
            f"costs_of_{name}s where {amount} is not null", ("concept_id",), value=amount
        )
        for name in _COSTS
        for amount in _AMOUNTS
    },
    "costs by revenue code": Counting(
        "cost as t where t.revenue_code_concept_id is not null and t.cost_domain_id = 'Procedure'",
        ("t.revenue_code_concept_id",),
    ),
}  # fmt: skip
