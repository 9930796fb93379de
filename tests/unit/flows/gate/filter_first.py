"""The gate in the plainest words: who may read which columns of which rows, worked out row by row, with no SQL

It shares nothing with the gate but the nouns, the sensitivity of columns and what a mask shows of one value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from medark.govern.levels import sensitivity
from medark.govern.masks import MASKS
from medark.model.access import Grant, Holder, Purpose, Reader, Refusal, Rows
from medark.model.omop import lake_columns, person_column
from medark.model.table import Type
from medark.model.user import BreakGlass, User

Row = dict[str, Any]
NARROW = {Rows.ALL: 0, Rows.CARE: 1, Rows.ORGANISATION: 2}
ABOUT = {
    "condition_occurrence": ["condition_concept_id", "condition_source_concept_id", "condition_source_value"],
    "condition_era": ["condition_concept_id"],
    "drug_exposure": ["drug_concept_id", "drug_source_concept_id"],
    "measurement": ["measurement_concept_id", "measurement_source_concept_id", "value_as_concept_id"],
    "observation": ["observation_concept_id", "observation_source_concept_id", "value_as_concept_id",
                    "observation_source_value", "value_source_value"],
    "death": ["cause_concept_id", "cause_source_concept_id", "cause_source_value"],
    "procedure_occurrence": ["procedure_concept_id", "procedure_source_concept_id", "procedure_source_value"],
}  # fmt: skip
# Words as they came: the column, and the concept that says it better if there is one.
SAID = {
    "condition_occurrence": [("condition_source_value", "condition_concept_id")],
    "drug_exposure": [("drug_source_value", "drug_concept_id")],
    "measurement": [
        ("measurement_source_value", "measurement_concept_id"), ("value_source_value", "value_as_concept_id")],
    "observation": [
        ("observation_source_value", "observation_concept_id"), ("value_source_value", "value_as_concept_id")],
    "death": [("cause_source_value", "cause_concept_id")],
    "procedure_occurrence": [("procedure_source_value", "procedure_concept_id")],
    "note": [("note_title", ""), ("note_source_value", "")],
}  # fmt: skip
ANYWHERE = {"抗HIV": 5, "HBsAg": 4}
WORDS = {
    "drug": ANYWHERE | {"阿立哌唑片 5mg": 5, "Isoniazid 100 MG": 4},
    "test": ANYWHERE | {"精神科门诊": 5},
    "title": ANYWHERE | {"精神科门诊": 5, "Psychiatry": 5},
    "place": ANYWHERE | {"精神科门诊": 5, "Psychiatry": 5},
}


@dataclass
class World:
    """Everything that a decision can depend on."""

    lake: Mapping[str, Sequence[Row]]
    organisation_of: Mapping[int, str]  # of each record
    level_of_concept: Mapping[int, int]
    level_of_code: Mapping[str, int]  # categories and subcategories of ICD-10, no dot
    today: dt.date
    now_ms: int
    user: User
    grants: list[Grant] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    glass: list[BreakGlass] = field(default_factory=list)


@dataclass(frozen=True)
class Sight:
    """What somebody sees of a table: columns with a mask or None, whose rows, how sensitive they may be."""

    columns: Mapping[str, str | None]
    rows: frozenset[Rows]
    level: int


def sights(world: World, reader: Reader, asked: Mapping[str, frozenset[str] | None]) -> dict[str, Sight] | None:
    """What is seen of each table; None where something that is asked for is opened by no grant."""
    if world.user.name != reader.user or world.user.disabled:
        return None
    found = {}
    for table, columns in asked.items():
        sight = best(world, reader, table, columns, lambda grant: holds(world, reader, grant))
        if reader.app and sight is not None:
            of_app = best(
                world, reader, table, columns,
                lambda grant: grant.holder_kind is Holder.APP and grant.holder == reader.app,
            )  # fmt: skip
            sight = of_app and narrower(sight, of_app)
        if sight is None or not sight.columns:
            return None
        found[table] = sight
    return found


def holds(world: World, reader: Reader, grant: Grant) -> bool:
    if grant.holder_kind is Holder.USER:
        return grant.holder == reader.user
    return grant.holder_kind is Holder.ROLE and grant.holder in reader.roles and grant.holder in world.user.roles


def best(
    world: World, reader: Reader, table: str, asked: frozenset[str] | None, mine: Callable[[Grant], bool]
) -> Sight | None:
    """By the grant that opens the most people's rows, of those that open all that is asked of the table."""
    candidates = []
    for grant in world.grants:
        begun = grant.starts_ms <= world.now_ms
        over = grant.ends_ms is not None and grant.ends_ms <= world.now_ms
        revoked = grant.revoked_ms is not None and grant.revoked_ms <= world.now_ms
        if not begun or over or revoked or grant.purpose is not reader.purpose or not mine(grant):
            continue
        if table not in grant.tables and "*" not in grant.tables:
            continue
        named = grant.tables[table] if table in grant.tables else grant.tables["*"]
        columns = {}
        for column in lake_columns(table):
            mask = grant.masks.get(f"{table}.{column.name}")
            if (named is None or column.name in named) and (
                mask or sensitivity(table, column.name).level <= grant.level
            ):
                columns[column.name] = mask
        if columns and (asked is None or asked <= set(columns)):
            order = (NARROW[grant.rows], -grant.level, len(grant.masks), grant.number)
            candidates.append((order, Sight(columns, frozenset({grant.rows}), grant.level)))
    return min(candidates, key=lambda one: one[0])[1] if candidates else None


def narrower(one: Sight, other: Sight) -> Sight:
    columns = {}
    for name, mask in one.columns.items():
        if name in other.columns:
            theirs = other.columns[name]
            columns[name] = "nothing" if mask and theirs and mask != theirs else mask or theirs
    return Sight(columns, one.rows | other.rows, min(one.level, other.level))


def seen(world: World, reader: Reader, table: str, sight: Sight) -> list[Row]:
    """The rows of a table that are seen, with the columns that are seen."""
    return [
        {name: shown(world, table, name, row, sight) for name in sight.columns}
        for row in world.lake[table]
        if is_seen(world, reader, table, row, sight)
    ]


def is_seen(world: World, reader: Reader, table: str, row: Row, sight: Sight) -> bool:
    if table == "location":
        living = [p for p in world.lake["person"] if p["location_id"] == row["location_id"]]
        return not living or any(is_seen(world, reader, "person", one, sight) for one in living)
    column = person_column(table)
    if column is None:
        return True
    whose = row[column]
    if has_refused(world, reader, whose):
        return False
    if Rows.ORGANISATION in sight.rows and not is_own(world, row["medark_record_no"]):
        return False
    if Rows.CARE in sight.rows and not in_care(world, reader, whose):
        return False
    if is_child(world, whose) and min(5, sensitivity(table, column).level + 1) > sight.level:
        return False
    return protection(world, table, row, sight.level) <= sight.level


def shown(world: World, table: str, column: str, row: Row, sight: Sight) -> Any:
    value, mask = row[column], sight.columns[column]
    if mask is not None:
        masked = None if value is None else MASKS[mask].plain(value)
        kind = next(c.type for c in lake_columns(table) if c.name == column)
        return (
            dt.datetime(masked.year, masked.month, masked.day)
            if masked is not None and kind is Type.DATETIME
            else masked
        )
    person = person_column(table)
    if person and is_child(world, row[person]) and min(5, sensitivity(table, column).level + 1) > sight.level:
        return None
    return value


def has_refused(world: World, reader: Reader, person_id: int) -> bool:
    return any(
        one.person_id == person_id
        and one.starts_ms <= world.now_ms
        and (one.ends_ms is None or world.now_ms < one.ends_ms)
        and (one.purpose is None or one.purpose is reader.purpose)
        and (one.organisation is None or one.organisation == world.user.organisation)
        for one in world.refusals
    )


def is_own(world: World, record_no: int | None) -> bool:
    return bool(world.user.organisation) and world.organisation_of.get(record_no or 0) == world.user.organisation


def in_care(world: World, reader: Reader, person_id: int) -> bool:
    for one in world.glass:
        if one.person_id == person_id and one.user == reader.user and one.at_ms <= world.now_ms < one.ends_ms:
            return reader.purpose is Purpose.CARE or visited(world, person_id)
    return visited(world, person_id)


def visited(world: World, person_id: int) -> bool:
    for visit in world.lake["visit_occurrence"]:
        if visit["person_id"] == person_id and is_own(world, visit["medark_record_no"]):
            last = visit["visit_end_date"] or visit["visit_start_date"]
            if visit["visit_start_date"] <= world.today and (world.today - last).days <= 365:
                return True
    return False


def is_child(world: World, person_id: int) -> bool:
    for one in world.lake["person"]:
        if one["person_id"] == person_id:
            month = 12 if one["month_of_birth"] is None else one["month_of_birth"]
            day = 31 if one["day_of_birth"] is None else one["day_of_birth"]
            fourteenth = (one["year_of_birth"] + 14, month, day)
            return fourteenth > (world.today.year, world.today.month, world.today.day)
    return False


def protection(world: World, table: str, row: Row, level: int) -> int:
    """How sensitive what a row says somebody has is; 0 for what nobody protects."""
    found = 0
    for column in ABOUT.get(table, ()):
        value = row[column]
        if isinstance(value, int):
            found = max(found, world.level_of_concept.get(value, 0))
        elif value is not None:
            code = value.strip().upper().replace(".", "")
            found = max(found, world.level_of_code.get(code[:3], 0), world.level_of_code.get(code[:4], 0))
    for column, concept in SAID.get(table, ()):
        if not concept or not row[concept]:
            words = WORDS[{"drug_exposure": "drug", "note": "title"}.get(table, "test")]
            found = max(found, words.get(row[column] or "", 0))
    if table in ("visit_occurrence", "visit_detail"):
        found = max(found, of_place(world, "care_site", row["care_site_id"]))
    if table in ("visit_occurrence", "visit_detail", "note"):
        found = max(found, of_place(world, "provider", row["provider_id"]))
    if table == "condition_era":
        for other in world.lake["condition_occurrence"]:
            same = ("person_id", "condition_concept_id")
            if all(other[name] == row[name] for name in same):
                found = max(found, protection(world, "condition_occurrence", other, level))
    return found


def of_place(world: World, table: str, key: int | None) -> int:
    """How sensitive it is to have been at a department, or with a professional."""
    texts, concepts = {
        "care_site": (
            ["care_site_name", "care_site_source_value", "place_of_service_source_value"],
            ["place_of_service_concept_id"],
        ),
        "provider": (["specialty_source_value"], ["specialty_concept_id", "specialty_source_concept_id"]),
    }[table]
    found = [0]
    for one in world.lake[table]:
        if one[f"{table}_id"] == key:
            found += [WORDS["place"].get(one[text] or "", 0) for text in texts]
            found += [world.level_of_concept.get(one[concept], 0) for concept in concepts]
    return max(found)
