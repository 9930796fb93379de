"""Raw OMOP rows, all text, to the columns the lake stores: types, 5.4 names, and whose row it is"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from medark.errors import MappingError
from medark.model.omop import PERSON, RECORD_NO, ROW_NO, lake_columns, tables
from medark.model.table import Column, Type
from medark.standardise.maps.omop.tables import given_name, plain

Present = Mapping[str, Collection[str]]  # other OMOP tables at hand as raw_<table>: their columns

_V5_4 = 756265  # concept "OMOP CDM Version 5.4.0"; Source: Athena, vocabulary CDM
# Table of the row that a cost or a relationship is about -> the words for its domain in cost_domain_id, and its
# concept in domain_concept_id_*. Source: OMOP vocabulary Domain.
_DOMAINS = {
    "visit_occurrence": ("Visit", 8),
    "condition_occurrence": ("Condition", 19),
    "drug_exposure": ("Drug", 13),
    "procedure_occurrence": ("Procedure", 10),
    "device_exposure": ("Device", 17),
    "measurement": ("Measurement", 21),
    "observation": ("Observation", 27),
    "specimen": ("Specimen", 36),
    "note": ("Note", 5085),
}
_WHOLE_TAIL = "[.]0*$"  # 17.0, as tools that know only doubles write a key


def upgrade_sql(table: str, columns: Collection[str], present: Present | None = None) -> str:
    """A portable query from raw_<table> (`columns`, all text, with record_no and row_no) to `lake_columns(table)`.

    Columns that 5.4 added are NULL. What cannot be read as its type is NULL too, and `unreadable_sql` tells of it.
    Rows that are a person's without a person_id (cost, note_nlp …) get theirs from tables that are `present`.
    """
    _of_omop(table)
    cells = [f"{_cell(table, column, columns)} AS {_name(column.name)}" for column in lake_columns(table)]
    owner = _owner(table, columns, present or {})
    return f"SELECT {', '.join(cells)} FROM raw_{table} AS line{owner}"


def unreadable_sql(table: str, columns: Collection[str]) -> str:
    """Rows with a value that is not of its column's type, as unit_issue rows (quarantined, the column named)."""
    _of_omop(table)
    whens = []
    for column in tables()[table].columns:
        name = given_name(table, column.name, columns)
        if name is not None and column.type is not Type.TEXT:
            text = _text(name)
            whens.append((f"{text} IS NOT NULL AND {_typed(text, column.type)} IS NULL", column.name))
    case = " ".join(f"WHEN {when} THEN '{plain(name)}'" for when, name in whens)
    place = f"CASE {case} END" if case else "CAST(NULL AS VARCHAR)"
    return (
        "SELECT record_no, row_no, 0 AS part_no, 'quarantined' AS outcome, 'not of its column''s type' AS reason, place"
        f" FROM (SELECT record_no, row_no, {place} AS place FROM raw_{table} AS line) AS judged WHERE place IS NOT NULL"
    )


def _of_omop(table: str) -> None:
    if table not in tables():
        raise MappingError(f"{table} is no OMOP table", fix="see what omop_table says")


def _cell(table: str, column: Column, columns: Collection[str]) -> str:
    if column == RECORD_NO:
        return "line.record_no"
    if column == ROW_NO:
        return "line.row_no"
    if column == PERSON:
        return "owner.person_id"
    name = given_name(table, column.name, columns)
    if name is not None:
        return _typed(_text(name), column.type)
    if (table, column.name) == ("cdm_source", "cdm_version_concept_id"):
        return f"CAST({_V5_4} AS INTEGER)"
    if (table, column.name) == ("metadata", "metadata_id"):
        return "line.record_no * 4294967296 + line.row_no"
    return f"CAST(NULL AS {column.type})"


def _typed(text: str, kind: Type) -> str:
    if kind in (Type.INTEGER, Type.BIGINT):
        return f"TRY_CAST(REGEXP_REPLACE({text}, '{_WHOLE_TAIL}', '') AS {kind})"
    if kind is Type.FLOAT:
        return f"FINITE_NUMBER({text})"
    if kind is Type.DATE:
        return f"CAST(IN_ZONE({text}, 'UTC', 'UTC') AS DATE)"
    return f"IN_ZONE({text}, 'UTC', 'UTC')" if kind is Type.DATETIME else text


def _owner(table: str, columns: Collection[str], present: Present) -> str:
    """A join that gives owner.person_id for tables whose rows are a person's without saying whose."""
    if PERSON not in lake_columns(table):
        return ""
    key, known = {
        "cost": ("cost_event_id", _by_domain(present, word=0)),
        "fact_relationship": ("fact_id_1", _by_domain(present, word=1)),
        "note_nlp": ("note_id", _people("note", present)),
        "episode_event": ("episode_id", _people("episode", present)),
    }[table]
    domain = {"cost": "cost_domain_id", "fact_relationship": "domain_concept_id_1"}.get(table)
    name = given_name(table, key, columns)
    if name is None or not known:
        return " LEFT JOIN (SELECT CAST(NULL AS BIGINT) AS person_id WHERE FALSE) AS owner ON TRUE"
    matches = f"owner.id = {_typed(_text(name), Type.BIGINT)}"
    if domain is not None and (said := given_name(table, domain, columns)) is not None:
        matches += f" AND owner.domain = {_text(said)}"
    return f" LEFT JOIN ({known}) AS owner ON {matches}"


def _by_domain(present: Present, *, word: int) -> str:
    parts = []
    for table, names in _DOMAINS.items():
        rows = _people(table, present)
        if rows:
            parts.append(f"SELECT '{names[word]}' AS domain, id, person_id FROM ({rows}) AS {table}_people")
    if word == 1 and "person" in present:
        parts.append(f"SELECT '56' AS domain, id, person_id FROM ({_people('person', present)}) AS person_people")
    return " UNION ALL ".join(parts)


def _people(table: str, present: Present) -> str:
    """(id, person_id) of a table at hand, one row an id."""
    columns = present.get(table, ())
    key, person = (given_name(table, name, columns) for name in (tables()[table].primary_key or "", "person_id"))
    if key is None or person is None:
        return ""
    cells = f"{_typed(_text(key), Type.BIGINT)} AS id, {_typed(_text(person), Type.BIGINT)} AS person_id"
    return f"SELECT id, MAX(person_id) AS person_id FROM (SELECT {cells} FROM raw_{table} AS line) AS keyed GROUP BY id"


def _text(name: str) -> str:
    return f"NULLIF(line.{_name(name)}, '')"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
