"""What engines once disagreed on, made as small as it gets; and what chance seldom draws"""

from __future__ import annotations

import datetime as dt

from equivalence.leaves import MANY
from medark.define.definitions import Cohort, Dataset
from medark.define.definitions.variables import Variable
from medark.define.kinds import Kind
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Call,
    Column,
    Criterion,
    Every,
    Filter,
    InConcepts,
    IndexValue,
    Keep,
    Literal,
    Missing,
    Pair,
    Pick,
    PickedColumn,
    Population,
    Selected,
    Table,
    Value,
)

VISITS, DRUGS, LABS, DEATHS, DIAGNOSES = map(
    Table, ("visit_occurrence", "drug_exposure", "measurement", "death", "condition_occurrence")
)
DAY = dt.date(2024, 2, 28)
NOON = Literal(dt.datetime.combine(DAY, dt.time(12)), Kind.DATETIME)
FIRST_DAY = Call("date", (IndexValue("start"),))
ALL_DRUGS = Aggregate("count", DRUGS)
LAST_LAB = PickedColumn(Pick(LABS, (Column(LABS, "start"),), last=True), "end_date")


def _in_long_list(table: Table) -> Filter:
    """Rows whose concept is in a set too long to be written out."""
    return Filter(table, InConcepts(Column(table, "concept"), MANY))


VALUES: dict[str, Value] = {
    "a role of a row picked by a long concept list": PickedColumn(Pick(_in_long_list(DRUGS), (LAST_LAB,)), "visit"),
    "a long concept list of what is known at each row": Aggregate(
        "count", Filter(VISITS, InConcepts(AtEach(VISITS, Missing(Kind.KEY)), MANY))
    ),
    "a row as index from another day, which nobody asks for": Aggregate(
        "sum", Filter(DRUGS, AtEach(DRUGS, Aggregate("exists", LABS), start=LAST_LAB)), Literal(1, Kind.WHOLE)
    ),
    "the year of a missing time is no fraction": Call(
        "if_missing", (Call("year", (Missing(Kind.DATETIME),)), Literal(0, Kind.WHOLE))
    ),
    "the beginning of a text by a missing length": Call("beginning", (Literal("I21", Kind.TEXT), Missing(Kind.WHOLE))),
    "what is in no long concept list is not missing": Aggregate(
        "count", Filter(DRUGS, Call("not", (InConcepts(Column(DRUGS, "concept"), MANY),)))
    ),
    "a row that is another index for another entry": Aggregate(
        "count", Filter(LABS, AtEach(LABS, Call("greater", (IndexValue("start"), NOON)), start=FIRST_DAY))
    ),
    "a row as index is in the frame of one entry and not in that of another": Aggregate(
        "sum", LABS, AtEach(Filter(LABS, Call("greater", (Column(LABS, "start"), IndexValue("start")))), ALL_DRUGS)
    ),
    "pairs by days of rows whose times put them in another order": Aggregate("count", Pair(LABS, DIAGNOSES, "any", 0)),
}
POPULATIONS: dict[str, Population] = {
    "entries that end on a day of the person": Every(DEATHS, end=LAST_LAB),
    "the last of entries that start together": Selected(Every(LABS, start=Literal(DAY, Kind.DATE)), (Keep("last"),)),
    "entries that are left on the day they start": Selected(Every(VISITS), (), FIRST_DAY),
}
COHORTS = {
    "persons of whom some entries are left": Cohort(
        "late", Every(VISITS), (Criterion("late", Call("greater", (IndexValue("start"), NOON))),)
    ),
}
DATASETS = {
    **{name: Dataset(Every(VISITS), (Variable("v", value),)) for name, value in VALUES.items()},
    **{name: Dataset(population, ()) for name, population in POPULATIONS.items()},
}
