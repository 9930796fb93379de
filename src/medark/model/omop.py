"""The OMOP common data model 5.4: its 39 tables, two that extend it, and what the lake adds to each row.

Source: OHDSI CommonDataModel v5.4 field list (names, types, keys); image_occurrence: OHDSI Medical Imaging
extension (Park 2024, J Imaging Inform Med, table 1). event_count is ours: what was counted at a place and is
nobody's, such as what tills sold (docs/adr/0023-counts-without-persons.md).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import groupby
from types import MappingProxyType

from medark.model.table import Column, TableSpec, Type

CDM_VERSION = "5.4"

VOCABULARY_TABLES = (
    "concept", "vocabulary", "domain", "concept_class", "concept_relationship", "relationship",
    "concept_synonym", "concept_ancestor", "source_to_concept_map", "drug_strength",
)  # fmt: skip
RESULT_TABLES = ("cohort", "cohort_definition")
DERIVED_TABLES = ("observation_period", "drug_era", "dose_era", "condition_era")
EXTENSION_TABLES = ("image_occurrence", "event_count")

# Every lake row also carries where it came from, so that any figure can be traced to raw bytes.
RECORD_NO = Column("medark_record_no", Type.BIGINT)  # the raw record in the landing store
ROW_NO = Column("medark_row_no", Type.BIGINT)  # the message, resource or line in it, from 0
PERSON = Column("medark_person_id", Type.BIGINT)  # only where OMOP has no person_id but the row is a person's
BUCKET = "person_bucket"  # the partition: person_id mod the lake's number of buckets

_TYPES = {"integer": Type.INTEGER, "float": Type.FLOAT, "date": Type.DATE, "datetime": Type.DATETIME, "text": Type.TEXT}
_PERSON_WITHOUT_COLUMN = ("cost", "fact_relationship", "note_nlp", "episode_event")
_IMAGE_COLUMNS = (
    Column("image_occurrence_id", Type.BIGINT, required=True, primary_key=True),
    Column("person_id", Type.BIGINT, required=True, references="person"),
    Column("procedure_occurrence_id", Type.BIGINT, references="procedure_occurrence"),
    Column("visit_occurrence_id", Type.BIGINT, references="visit_occurrence"),
    Column("anatomic_site_concept_id", Type.INTEGER, references="concept"),
    Column("wadors_uri", Type.TEXT),
    Column("local_path", Type.TEXT),
    Column("image_occurrence_date", Type.DATE, required=True),
    Column("image_study_uid", Type.TEXT, required=True),
    Column("image_series_uid", Type.TEXT, required=True),
    Column("modality_concept_id", Type.INTEGER, required=True, references="concept"),
)
_COUNT_COLUMNS = (
    Column("event_count_id", Type.BIGINT, required=True, primary_key=True),
    Column("event_count_concept_id", Type.INTEGER, required=True, references="concept"),
    Column("event_count_start_date", Type.DATE, required=True),
    Column("event_count_end_date", Type.DATE, required=True),  # the same day, or the last of a week or month
    Column("event_count_type_concept_id", Type.INTEGER, required=True, references="concept"),
    Column("quantity", Type.FLOAT, required=True),
    Column("unit_concept_id", Type.INTEGER, references="concept"),
    Column("care_site_id", Type.BIGINT, references="care_site"),
    Column("location_id", Type.BIGINT, references="location"),  # where it is not that of the care site
    Column("event_count_source_value", Type.TEXT, length=50),
    Column("event_count_source_concept_id", Type.INTEGER, references="concept"),
    Column("unit_source_value", Type.TEXT, length=50),
)


@cache
def tables() -> Mapping[str, TableSpec]:
    """All tables by name, in the order of the specification: 39 of OMOP, then the extensions.

    >>> len(tables()), tables()["person"].primary_key
    (41, 'person_id')
    """
    source = files("medark.model").joinpath("omop_5_4.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(source.splitlines())
    specs = [TableSpec(name, tuple(map(_column, group))) for name, group in groupby(rows, key=lambda r: r["table"])]
    specs += [TableSpec("image_occurrence", _IMAGE_COLUMNS), TableSpec("event_count", _COUNT_COLUMNS)]
    return MappingProxyType({spec.name: spec for spec in specs})


@cache
def person_column(table: str) -> str | None:
    """The column that says whose row it is, or None for rows that are nobody's (concept, care_site …).

    >>> person_column("measurement"), person_column("cost"), person_column("care_site")
    ('person_id', 'medark_person_id', None)
    """
    names = tables()[table].column_names
    if "person_id" in names:
        return "person_id"
    if table == "cohort":
        return "subject_id"
    return PERSON.name if table in _PERSON_WITHOUT_COLUMN else None


@cache
def lake_columns(table: str) -> tuple[Column, ...]:
    """The columns as stored: OMOP's, then the platform's own (`medark_*`), without the partition column."""
    own = (PERSON, RECORD_NO, ROW_NO) if person_column(table) == PERSON.name else (RECORD_NO, ROW_NO)
    return tables()[table].columns + (() if table in VOCABULARY_TABLES else own)


def _column(row: Mapping[str, str]) -> Column:
    kind = _TYPES[row["type"]]
    is_key = row["primary_key"] == "1" or row["references"] not in ("", "concept", "domain", "vocabulary")
    if kind is Type.INTEGER and (is_key or row["column"] in _KEY_COLUMNS) and row["table"] not in VOCABULARY_TABLES:
        kind = Type.BIGINT
    return Column(
        name=row["column"],
        type=kind,
        required=row["required"] == "1",
        primary_key=row["primary_key"] == "1",
        references=row["references"] or None,
        domain=row["domain"] or None,
        length=int(row["length"]) if row["length"] else None,
    )


# Keys of events whose table depends on another column, so the specification names no table for them.
_KEY_COLUMNS = frozenset({
    "cost_event_id", "payer_plan_period_id", "fact_id_1", "fact_id_2", "event_id", "note_event_id",
    "measurement_event_id", "observation_event_id", "note_id", "subject_id", "metadata_id", "episode_parent_id",
    "episode_object_id", "preceding_visit_occurrence_id", "preceding_visit_detail_id",
})  # fmt: skip
