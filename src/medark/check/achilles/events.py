"""Events: people and records by concept, month, year, sex and age; types, units, values, and what is invalid

Each table is read once, with what its rows refer to; from these rows a few sums are made, and from them all analyses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.check.achilles.counting import Counting, Made, Sum
from medark.check.achilles.event_tables import OF_NUMBERS, Events
from medark.check.achilles.terms import ROWS, Always

Alike = Mapping[str, int | None]  # of columns in which all rows say the same, what that is
INSIDE: Final = "s.person_id is not null"
_SPANNED = "left join spans as s on s.person_id = t.person_id and t.{day} >= s.first_no and t.{day} <= s.last_no"
_OF_VISITS: Final = ("condition_occurrence", "procedure_occurrence", "drug_exposure", "observation", "measurement",
                     "device_exposure")  # fmt: skip


_JUDGING: Final = "value_concept_id"  # whether there is any value is said of it and others
_NONE: Final[Alike] = {}

# Tables that records refer to, their keys, and the sum of references to visits of other people, or to none.
REFERRED_TO: Final = {
    "visit_occurrence": ("visit_occurrence_id", "other_visit"),
    "visit_detail": ("visit_detail_id", "other_visit_detail"),
}  # fmt: skip
# By the names of `Events.refers`: the table, its key, and what is told under it.
KEYS: Final = {
    "provider": ("provider", "provider_id", "specialty_concept_id"),
    "visit": ("visit_occurrence", "visit_occurrence_id", "visit_concept_id"),
    "visit_detail": ("visit_detail", "visit_detail_id", "visit_detail_concept_id"),
    "care_site": ("care_site", "care_site_id", "place_of_service_concept_id"),
}  # fmt: skip
OTHERS_AS: Final = 1 << 24  # they are told apart so far: which visit it is, is not kept


def rows(events: Events) -> Made:
    """The records of a table, with all that sums are made of: whose, what, when, whether in an observation period."""
    columns, joins = told_of_records(events)
    when = {"person_id": "t.person_id", "day": f"t.{events.day}"}
    amounts = {name: f"case when {INSIDE} then {told} end" for name, told in events.amounts.items()}
    others = {name: _OTHER[name] for _, name in _others(events)}
    cells = ", ".join(f"{told} as {name}" for name, told in {**when, **columns, **amounts, **others}.items())
    sql = f"select {cells} from {events.table} as t {' '.join(joins.values())}"
    return Made(f"{events.table}_rows", sql, is_view=True)


def plain_rows(events: Events, of: str = "", *more: str, alike: Alike = _NONE) -> str:
    """A query of the records of a table as they are: `rows` without what is looked up elsewhere, but with its keys, and
    without what follows from other columns (`OF_NUMBERS`).

    `of`: the relation that has them, otherwise the table's own; `more`: further columns of it; `alike`: columns in
    which all rows of the table say the same, which are left out (`left_out`).
    """
    told = {name: cell for name, cell in _plain_cells(events).items() if name not in left_out(events, alike)}
    told |= {name: f"t.{name}" for name in more}
    return f"select {', '.join(f'{cell} as {name}' for name, cell in told.items())} from {of or events.table} as t"


def plain_columns(events: Events) -> tuple[str, ...]:
    """The columns of `plain_rows`."""
    return (*_plain_cells(events),)


def left_out(events: Events, alike: Alike) -> Mapping[str, str]:
    """What `plain_rows` leaves out of a table in whose columns `alike` all rows are: the column, by the name of what it
    tells. A value by which other columns are judged stays, NULL does not.
    """
    kept = ("person_id", "day", "concept_id", "number")
    cells = {name: cell.removeprefix("t.") for name, cell in _plain_cells(events).items() if name not in kept}
    is_told = {*events.told} - {_JUDGING}
    return {
        name: column for name, column in cells.items() if column in alike and (alike[column] is None or name in is_told)
    }


def _plain_cells(events: Events) -> dict[str, str]:
    told = {"person_id": "t.person_id", "day": f"t.{events.day}", "concept_id": f"t.{events.concept}", **events.told}
    if events.end:
        told["is_backwards"] = f"t.{events.end} < t.{events.day}"
    told |= {**events.amounts, **{key: f"t.{key}" for key in (KEYS[name][1] for name in events.refers)}}
    return {name: cell for name, cell in told.items() if name not in of_numbers(events)}


def of_numbers(events: Events) -> frozenset[str]:
    """What is told of a table's records that follows from their number, its bounds and its value's concept."""
    if "number" not in events.amounts:
        return frozenset()
    told = {**events.told, **events.amounts}
    return frozenset(name for name in OF_NUMBERS if name in told and "value_as_string" not in told[name])


def sums(events: Events) -> Iterator[Sum]:
    """Of the records of a table: by all that is told of them at once, how often which amount is there, and what has a
    source value but no concept.
    """
    t = events.table
    if events.told or events.refers or events.end:
        yield grouped(f"{t}_cells", f"{t}_rows", tuple(told_of_records(events)[0]))
    for name, columns in events.distributed.items():
        yield grouped(f"{t}_{name}", f"{t}_rows", ("concept_id", *columns), (*columns,), is_inside=True)
    for _, name in _others(events):
        yield grouped(f"{t}_{name}", f"{t}_rows", (name,), (name,))
    if events.unmapped:
        yield sum_of_unmapped(t, events.unmapped)


def sum_of_unmapped(table: str, pairs: Mapping[str, str]) -> Sum:
    """Records of a table by source value where its concept is 0."""
    return Sum(f"{table}_unmapped", _unmapped(table, pairs), ("source_column", "source_value"))


def grouped(name: str, of: str, keys: tuple[str, ...], needs: tuple[str, ...] = (), is_inside: bool = False) -> Sum:
    """How many rows there are of each combination of some of their columns."""
    told = ", ".join(keys)
    where = f" where {' and '.join(f'{one} is not null' for one in needs)}" if needs else ""
    return Sum(
        name,
        f"select {told}, count(*) as n from {of}{where} group by {told}",
        keys,
        of=of,
        needs=needs,
        is_inside=is_inside,
    )


def told_of_records(events: Events) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What is told of a record, by its name, and what it is joined with for that, by its letter."""
    columns = {"is_inside": f"case when {INSIDE} then 1 else 0 end", "concept_id": f"t.{events.concept}", **events.told}
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


def _others(events: Events) -> list[tuple[str, str]]:
    """The tables of visits that records refer to, and the column that tells of visits that are not their person's."""
    named = {"visit": "visit_occurrence", "visit_detail": "visit_detail"}
    return [(named[one], REFERRED_TO[named[one]][1]) for one in events.refers if one in named]


def always(events: Events) -> str:
    """The sums that are made whatever is asked: what tells whose counts change with a visit."""
    return "".join(f" {events.table}_{name}" for _, name in _others(events))


def _other(letter: str, key: str) -> str:
    strange = f"{letter}.person_id is null or {letter}.person_id <> t.person_id"
    return f"case when t.{key} is not null and ({strange}) then t.{key} % {OTHERS_AS} end"


_OTHER: Final = {
    "other_visit": _other("v", "visit_occurrence_id"),
    "other_visit_detail": _other("d", "visit_detail_id"),
}


def _unmapped(table: str, pairs: Mapping[str, str]) -> str:
    """Records by source value where its concept is 0."""
    return " union all ".join(
        f"select '{source}' as source_column, t.{source} as source_value, count(*) as n from {table} as t"
        f" where t.{concept} = 0 group by t.{source}"
        for source, concept in pairs.items()
    )


def unmapped(table: str) -> Counting:
    """The same under its number."""
    return Counting(f"{table}_unmapped", (Always(table), "source_column", "source_value"), ROWS)


def unmapped_of(table: str, pairs: Mapping[str, str]) -> Iterator[Counting]:
    """Rows of a table that is none of events by source value where its concept is 0."""
    for source, concept in pairs.items():
        yield Counting(f"{table} as t where t.{concept} = 0", (Always(table), Always(source), f"t.{source}"))


def by_visit(events: Events) -> Iterator[tuple[int, Counting]]:
    """Records of a table by the concept of their visit, and of their visit detail: under the visits' own numbers."""
    for number, name, column in ((226, "visit", "of_visit"), (1326, "visit_detail", "of_visit_detail")):
        if name in events.refers and events.table in _OF_VISITS:
            yield number, Counting(f"{events.table}_cells", (column, Always(events.table)), ROWS)
