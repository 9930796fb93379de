"""From staging tables to the lake's: every step, lookup and check that a wave runs, run over relations of lineage"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from medark.check.gate import checks
from medark.model.lineage import NOTHING, How, at_least, together
from medark.model.omop import RECORD_NO, ROW_NO, VOCABULARY_TABLES, lake_columns, tables
from medark.model.staging import PLACE, STAGING
from medark.sql.lineage import relation_of
from medark.sql.lineage.relation import EMPTY, Cell, Relation, empty, static, stored
from medark.sql.query import parse
from medark.standardise import domains, lookups
from medark.standardise.lookups.data import UNIT_DECISION
from medark.standardise.notes import rows as note_rows
from medark.standardise.step import Step

LAKE: Final = "lake_"
STAGED: Final = "staged_"
Relations = Mapping[str, Relation]
# What no query says: of which columns the engine's own relations have one row each. Tests hold them against real ones.
ONE_ROW_EACH: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "ucum": (("concept_code",),),
    "value_map": (("set_name", "value"),),
    "domain_number": (("domain",), ("concept_id",)),
    "person_link": (("person_key",),),
    "chosen_answer": (("value_key",),),
    "event_visit": (("visit_key",),),
}
PLACE_COLUMNS: Final = tuple(column.name for column in PLACE)
_PLACE: Final = Cell(filled=True)
_MENTION: Final = (
    *note_rows.SCHEMA.names, "section_concept_id", "note_nlp_concept_id", "note_nlp_source_concept_id", "nlp_system",
    "read_at",
)  # fmt: skip
OWN: Final = frozenset({"medark_record_no", "medark_row_no", "medark_person_id"})


def to_lake(staged: Relations, lake: Relations) -> dict[str, Relation]:
    """The tables of the lake that a delivery gives rows of, by name.

    `staged`: staging tables by name, those left out empty; `lake`: what the lake held before, by table, as `lake_of`.
    """
    there: dict[str, Relation] = {name: static(*keys) for name, keys in ONE_ROW_EACH.items()}
    there |= {f"{STAGED}{name}": _staged(staged.get(name), spec.column_names) for name, spec in STAGING.items()}
    there |= {f"{LAKE}{name}": one for name, one in lake.items()}
    there |= {
        "known_product": empty(STAGING["product"].column_names),
        "person_link": _links(there["staged_person_link"]),
        "unit_decision": empty(UNIT_DECISION.names),  # exceptions that people made: the rule is what lineage tells
    }
    for step in (*lookups.STEPS, *domains.STEPS):
        there[step.name] = _made(step, there)
    return _accepted([step.table for step in domains.STEPS if step.table], there)


def derived() -> dict[str, Relation]:
    """The tables that are derived from the lake's, by name; note_nlp too, which is read off its notes."""
    there = {f"{LAKE}{name}": one for name, one in lake_of(tables()).items()}
    there["note_mention"] = _read_off(there[f"{LAKE}note"])
    found = {}
    for step in (*domains.DERIVED, *domains.READ):
        there[step.name] = _made(step, there)
        if step.table:
            found[step.table] = there[step.name]
    return found


def _read_off(notes: Relation) -> Relation:
    """What a program finds in notes: which mentions there are, and all that is said of each, is decided by the text."""
    text = notes.columns["note_text"].influences
    cell = Cell(at_least(text, How.VALUE), filled=True)
    cells = dict.fromkeys(_MENTION, cell) | {"note_id": notes.columns["note_id"]}
    return Relation(cells, at_least(text, How.ROWS), frozenset({frozenset({"note_id", "start"})}))


def lake_of(names: object) -> dict[str, Relation]:
    """Tables of the lake as they lie: each column decided by itself."""
    return {name: _lake_table(name) for name in names if name not in VOCABULARY_TABLES}  # type: ignore[attr-defined]


def no_lake() -> dict[str, Relation]:
    """The same of a lake in which nothing is."""
    return {name: empty(one.columns) for name, one in lake_of(tables()).items()}


@cache
def _lake_table(name: str) -> Relation:
    key = tables()[name].primary_key or ("person_id" if name == "death" else None)
    return stored(f"{LAKE}{name}", (column.name for column in lake_columns(name)), *([(key,)] if key else []))


def _staged(given: Relation | None, columns: Sequence[str]) -> Relation:
    """A staging table. Where a row lies in its record is decided by nothing that a source says."""
    if given is None or given.is_empty:
        return empty(columns)
    cells = {name: _PLACE if name in PLACE_COLUMNS else given.columns.get(name, EMPTY) for name in columns}
    return Relation(cells, given.rows, frozenset({frozenset(PLACE_COLUMNS)}))


def _links(said: Relation) -> Relation:
    """Which key survives: worked out of every link that was said (`lookups.person_links`)."""
    if said.is_empty:
        return empty(lookups.PERSON_LINK.names)
    told = together([said.columns["person_key"].influences, said.columns["survivor_key"].influences, said.rows])
    cell = Cell(at_least(told, How.KEY))
    return Relation(
        dict.fromkeys(lookups.PERSON_LINK.names, cell), at_least(told, How.ROWS), frozenset({frozenset({"person_key"})})
    )


def _made(step: Step, there: Relations) -> Relation:
    made = relation_of(step.query, there)
    keys = list(ONE_ROW_EACH.get(step.name, ()))
    if step.table and step in domains.STEPS and (key := tables()[step.table].primary_key):
        keys.append((key, RECORD_NO.name, ROW_NO.name, "part_no"))  # one word on a row in each place that speaks of it
    extra = frozenset(frozenset(key) for key in keys)
    return Relation(made.columns, made.rows, made.unique | extra, made.is_empty, made.others)


def _accepted(given: list[str], there: dict[str, Relation]) -> dict[str, Relation]:
    """What passes the gate."""
    present = [table for table in given if not there[f"{table}_rows"].is_empty]
    found = {}
    for check in checks(present, events_told=True):
        there[check.name] = relation_of(parse(check.sql), there)
        if check.table:
            names = ", ".join(column.name for column in lake_columns(check.table))
            accepted = parse(f"SELECT {names} FROM {check.name} WHERE reason IS NULL")
            found[check.table] = relation_of(accepted, there)
    return found


__all__ = ["NOTHING", "OWN", "derived", "lake_of", "no_lake", "to_lake"]
