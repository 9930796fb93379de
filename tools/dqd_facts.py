"""The checks of OHDSI's DataQualityDashboard as facts of ours: `python tools/dqd_facts.py omop_specs.zip`

Writes src/medark/check/dqd/facts/instances.csv from the dashboard's tables for CDM 5.4: which check is of which table,
field and concept, with what it compares and the published threshold. No text of theirs is taken.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

FACTS = Path(__file__).parents[1] / "src" / "medark" / "check" / "dqd" / "facts" / "instances.csv"
INSIDE = "dqd/inst/csv/OMOP_CDMv5.4_{}_Level.csv"
COLUMNS = ("check", "table", "field", "concept_id", "value", "threshold")
Given = Mapping[str, str]

# Of a check that is on where the dashboard's column of its name says Yes: what it compares with.
SAID_YES: dict[str, tuple[str, ...]] = {
    "isRequired": (),
    "isPrimaryKey": (),
    "isForeignKey": ("fkTableName", "fkFieldName"),
    "isStandardValidConcept": (),
    "measureValueCompleteness": (),
    "standardConceptRecordCompleteness": (),
    "sourceConceptRecordCompleteness": (),
    "sourceValueCompleteness": ("standardConceptFieldName",),
    "plausibleTemporalAfter": ("plausibleTemporalAfterTableName", "plausibleTemporalAfterFieldName"),
    "plausibleDuringLife": (),
    "withinVisitDates": (),
    "plausibleAfterBirth": (),
    "plausibleBeforeDeath": (),
    "plausibleStartBeforeEnd": ("plausibleStartBeforeEndFieldName",),
}
TOMORROW = {"DATEADD(dd,1,GETDATE())": "tomorrow", "YEAR(GETDATE())+1": "next year"}


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as archive:
        given = {level: _rows(archive, level) for level in ("Table", "Field", "Concept")}
    found = [*_of_tables(given["Table"]), *_of_fields(given["Field"]), *_of_concepts(given["Concept"])]
    with FACTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(found)
    sys.stdout.write(f"{len(found)} checks\n")


def _rows(archive: zipfile.ZipFile, level: str) -> list[Given]:
    return list(csv.DictReader(io.StringIO(archive.read(INSIDE.format(level)).decode("utf-8-sig"))))


def _of_tables(rows: list[Given]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        table = row["cdmTableName"].lower()
        yield "cdmTable", table, "", "", "", "0"
        for check in (
            "measurePersonCompleteness",
            "measureConditionEraCompleteness",
            "measureObservationPeriodOverlap",
        ):
            if row[check] == "Yes":
                yield check, table, "", "", "", row[f"{check}Threshold"]


def _of_fields(rows: list[Given]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        place = (row["cdmTableName"].lower(), row["cdmFieldName"].lower(), "")
        yield "cdmField", *place, "", "0"
        if row["cdmDatatype"] == "integer":
            yield "cdmDatatype", *place, "integer", row["cdmDatatypeThreshold"]
        for check, compared in SAID_YES.items():
            if row[check] == "Yes":
                yield check, *place, ".".join(row[name].lower() for name in compared), row[f"{check}Threshold"]
        for check in ("fkDomain", "fkClass"):
            if row["isForeignKey"] == "Yes" and row[check]:
                yield check, *place, row[check], row[f"{check}Threshold"]
        for check in ("plausibleValueLow", "plausibleValueHigh"):
            if row[check]:
                yield check, *place, _limit(row[check]), row[f"{check}Threshold"]


def _of_concepts(rows: list[Given]) -> Iterator[tuple[str, ...]]:
    for row in rows:
        place = (row["cdmTableName"].lower(), row["cdmFieldName"].lower(), row["conceptId"])
        for check in ("plausibleGender", "plausibleGenderUseDescendants"):
            if row[check]:
                yield check, *place, row[check], row[f"{check}Threshold"]
        if row["plausibleUnitConceptIdsThreshold"]:
            units = row["plausibleUnitConceptIds"].replace(",", " ")
            yield "plausibleUnitConceptIds", *place, units, row["plausibleUnitConceptIdsThreshold"]


def _limit(text: str) -> str:
    """A number as it is, a day as 1950-01-01, or a word for one that moves."""
    day = text.strip("'")
    is_day = text.startswith("'") and len(day) == 8
    return TOMORROW.get(text) or (f"{day[:4]}-{day[4:6]}-{day[6:]}" if is_day else text)


if __name__ == "__main__":
    main()
