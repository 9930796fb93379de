"""What of a record a reader's grants open: the columns that are read, and what is left out, with the reason"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from medark.flows.gate import decide
from medark.flows.gate.reading import NARROWED, PROTECTED
from medark.flows.timeline.allergies import TOLD_BY
from medark.flows.timeline.nouns import KINDS, Hidden
from medark.flows.workspace import Workspace
from medark.govern.authorise import TOO_SENSITIVE
from medark.govern.protected import MOST
from medark.model.access import Reader, Rows, TableView

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("person_id", "gender_concept_id", "year_of_birth", "month_of_birth", "day_of_birth",
               "medark_record_no"),
    "death": ("person_id", "death_date"),
    "visit_occurrence": ("visit_occurrence_id", "visit_concept_id", "visit_start_date", "visit_start_datetime",
                         "visit_end_date", "visit_end_datetime", "medark_record_no"),
    "measurement": ("measurement_id", "measurement_concept_id", "measurement_date", "measurement_datetime",
                    "value_as_number", "value_as_concept_id", "unit_concept_id", "unit_source_value", "range_low",
                    "range_high", "measurement_source_value", "measurement_source_concept_id", "value_source_value"),
    "condition_occurrence": ("condition_occurrence_id", "condition_concept_id", "condition_start_date",
                             "condition_start_datetime", "condition_end_date", "condition_source_value",
                             "condition_source_concept_id", "condition_status_concept_id"),
    "drug_exposure": ("drug_exposure_id", "drug_concept_id", "drug_exposure_start_date",
                      "drug_exposure_start_datetime", "drug_exposure_end_date", "drug_source_value",
                      "drug_source_concept_id", "sig", "route_concept_id"),
    "procedure_occurrence": ("procedure_occurrence_id", "procedure_concept_id", "procedure_date",
                             "procedure_datetime", "procedure_source_value", "procedure_source_concept_id",
                             "medark_record_no"),
    "image_occurrence": ("image_occurrence_id", "image_occurrence_date", "modality_concept_id",
                         "anatomic_site_concept_id", "image_study_uid", "medark_record_no"),
    "note": ("note_id", "note_date", "note_datetime", "note_title", "note_text", "note_class_concept_id",
             "note_type_concept_id", "medark_record_no"),
    "device_exposure": ("device_exposure_id", "device_concept_id", "device_exposure_start_date",
                        "device_exposure_start_datetime", "device_exposure_end_date", "device_source_value",
                        "device_source_concept_id"),
    "observation": ("observation_id", "observation_concept_id", "observation_date", "observation_datetime",
                    "observation_source_value", "observation_source_concept_id", "value_as_string",
                    "value_as_number", "value_as_concept_id", "value_source_value", "qualifier_source_value"),
}  # fmt: skip
# What a reader misses when it is not there; of the rest nobody would say that something is hidden.
_MISSED: Final = {"note": "note_text", "death": "death_date", "measurement": "value_as_number"}


@dataclass(frozen=True, slots=True)
class Opened:
    """What is read of each table, and what is not. `may_break_glass`: would breaking the glass open anything more?
    `sees_allergies`: are what allergies are known by among it, and not behind a mask?
    """

    reads: Mapping[str, frozenset[str]]
    hidden: tuple[Hidden, ...]
    may_break_glass: bool
    sees_allergies: bool = False


def opened(workspace: Workspace, reader: Reader, kinds: Collection[str] = tuple(KINDS)) -> Opened:
    """What a reader's grants open of what a timeline needs. Nothing at all: `reads` is all, for the gate to refuse."""
    wanted = ("person", "death", *(table for kind, tables in KINDS.items() if kind in kinds for table in tables))
    whole = decide(workspace, reader, dict.fromkeys(wanted))
    lacking = {lack.table: lack.why for lack in whole.lacking}
    views = whole.views
    if lacking and (rest := [table for table in wanted if table not in lacking]):
        views = decide(workspace, reader, dict.fromkeys(rest)).views
    if not views or "person" in lacking:
        return Opened({table: frozenset(NEEDED[table]) for table in wanted}, (), may_break_glass=False)
    reads = {table: frozenset(NEEDED[table]) & view.columns.keys() for table, view in views.items()}
    return Opened(
        {table: columns for table, columns in reads.items() if columns},
        tuple(dict.fromkeys(_hidden(views, lacking))),
        may_break_glass=any(Rows.CARE in view.rows for view in views.values()),
        sees_allergies="observation" in views and views["observation"].columns.get(TOLD_BY, TOLD_BY) is None,
    )


def _hidden(views: Mapping[str, TableView], lacking: Mapping[str, str]) -> Iterator[Hidden]:
    kind_of = {table: kind for kind, tables in KINDS.items() for table in tables} | {"death": "death"}
    yield from (Hidden(kind_of[table], why) for table, why in lacking.items())
    for table, column in _MISSED.items():
        if table in views and column not in views[table].columns:
            yield Hidden(kind_of[table], TOO_SENSITIVE)
    kinds = {rows for view in views.values() for rows in view.rows}
    if Rows.ORGANISATION in kinds:
        yield Hidden("", NARROWED[Rows.ORGANISATION])
    if any(view.level < MOST for view in views.values()):
        yield Hidden("", PROTECTED)
