"""The analyses of OHDSI's Achilles as facts of ours: `python tools/achilles_facts.py omop_specs.zip`

Writes src/medark/check/achilles/facts/analyses.csv: its numbers, strata and defaults as Achilles lists them, and in our
own words what each counts, of which table. What is not counted here is left out: pairs of concepts (424, 624, …).
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

FACTS = Path(__file__).parents[1] / "src" / "medark" / "check" / "achilles" / "facts" / "analyses.csv"
INSIDE = "achilles/inst/csv/achilles/achilles_analysis_details.csv"
STRATA = tuple(f"stratum_{n}" for n in range(1, 6))
COLUMNS = ("analysis_id", "table", "counts", "is_distribution", "is_default", *STRATA)
Given = Mapping[str, str]

# Tables of events, by the hundreds of their numbers.
EVENTS = {
    200: "visit_occurrence", 400: "condition_occurrence", 500: "death", 600: "procedure_occurrence",
    700: "drug_exposure", 800: "observation", 900: "drug_era", 1000: "condition_era", 1300: "visit_detail",
    1800: "measurement", 2100: "device_exposure", 2200: "note",
}  # fmt: skip
VISITS, ERAS, VALUES = (200, 1300), (900, 1000), (800, 1800)
ANY = {
    0: "people by concept", 1: "records by concept", 2: "people by concept and month", 3: "concepts of a person",
    4: "people by concept, year, sex and age decile", 5: "records by concept and type",
    6: "age at the first record by concept and sex", 9: "records of unknown people",
    10: "records outside observation periods", 11: "records that end before they start",
    12: "records with an unknown provider", 13: "records with an unknown visit", 20: "records by month",
    25: "records by source concept", 30: "records inside observation periods",
    31: "share of people with records outside observation periods",
    32: "share of records outside observation periods", 91: "people with at least so many records by concept",
}  # fmt: skip
OF_VISITS = {
    7: "records of unknown people", 9: "records with an unknown care site",
    12: "people by year, sex and age decile", 13: "days from start to end by concept", 21: "people by year",
    26: "records of each table by visit concept",
}  # fmt: skip
OF_ERAS = {7: "days from start to end by concept", 8: "records of unknown people"}
OF_VALUES = {
    7: "records by concept and unit", 14: "records without a value", 15: "numbers by concept and unit",
    22: "records by concept and value", 23: "records by concept and qualifier", 26: "records by value",
    27: "records by unit",
}  # fmt: skip
OWN = {
    0: ("cdm_source", "name and version of the data"),
    1: ("person", "people"), 2: ("person", "people by sex"), 3: ("person", "people by year of birth"),
    4: ("person", "people by race"), 5: ("person", "people by ethnicity"),
    7: ("person", "people with an unknown provider"), 8: ("person", "people with an unknown location"),
    9: ("person", "people with an unknown care site"), 10: ("person", "people by year of birth and sex"),
    11: ("person", "living people by year of birth and sex"), 12: ("person", "people by race and ethnicity"),
    101: ("observation_period", "people by age at their first period"),
    102: ("observation_period", "people by sex and age at their first period"),
    103: ("observation_period", "age at the first period"),
    104: ("observation_period", "age at the first period by sex"),
    105: ("observation_period", "days of the first period"),
    106: ("observation_period", "days of the first period by sex"),
    107: ("observation_period", "days of the first period by age decile"),
    108: ("observation_period", "people by length of their first period in steps of 30 days"),
    109: ("observation_period", "people with a period all through a year"),
    110: ("observation_period", "people with a period all through a month"),
    111: ("observation_period", "people by month in which a period starts"),
    112: ("observation_period", "people by month in which a period ends"),
    113: ("observation_period", "people by number of periods"),
    114: ("observation_period", "people with a period before their year of birth"),
    115: ("observation_period", "people with a period that ends before it starts"),
    116: ("observation_period", "people with a period on some day of a year, by sex and age decile"),
    117: ("observation_period", "people with a period on some day of a month"),
    118: ("observation_period", "periods of unknown people"), 119: ("observation_period", "periods by type"),
    300: ("provider", "providers"), 301: ("provider", "providers by specialty"),
    303: ("visit_occurrence", "records by specialty of the provider and concept"),
    325: ("provider", "providers by source concept of their specialty"),
    414: ("condition_occurrence", "records by status"), 415: ("condition_occurrence", "records by type"),
    416: ("condition_occurrence", "records by status and type"),
    502: ("death", "people by month"), 504: ("death", "people by year, sex and age decile"),
    505: ("death", "records by type"), 506: ("death", "age at the first record by sex"),
    511: ("death", "days from death to the last condition"), 512: ("death", "days from death to the last drug"),
    513: ("death", "days from death to the last visit"), 514: ("death", "days from death to the last procedure"),
    515: ("death", "days from death to the last observation"),
    715: ("drug_exposure", "days of supply by concept"), 716: ("drug_exposure", "refills by concept"),
    717: ("drug_exposure", "quantity by concept"),
    1100: ("person", "people by first three digits of their postal code"), 1101: ("person", "people by state"),
    1102: ("care_site", "care sites by first three digits of their postal code"),
    1103: ("care_site", "care sites by state"), 1200: ("person", "people by place of service"),
    1201: ("visit_occurrence", "records by place of service"), 1202: ("care_site", "care sites by place of service"),
    1203: ("visit_occurrence", "records by where they were discharged to"),
    1406: ("payer_plan_period", "days of the first period by sex"),
    1407: ("payer_plan_period", "days of the first period by age decile"),
    1408: ("payer_plan_period", "people by length of their first period in steps of 30 days"),
    1409: ("payer_plan_period", "people with a period on some day of a year"),
    1410: ("payer_plan_period", "people with a period all through a month"),
    1411: ("payer_plan_period", "people by month in which a period starts"),
    1412: ("payer_plan_period", "people by month in which a period ends"),
    1413: ("payer_plan_period", "people by number of periods"),
    1414: ("payer_plan_period", "people with a period before their year of birth"),
    1415: ("payer_plan_period", "people with a period that ends before it starts"),
    1425: ("payer_plan_period", "periods by source concept of the payer"),
    1610: ("cost", "costs by revenue code"),
    1811: ("measurement", "records with a number and a concept as value"),
    1816: ("measurement", "lower bounds by concept and unit"),
    1817: ("measurement", "upper bounds by concept and unit"),
    1818: ("measurement", "records below, within and above range by concept and unit"),
    1819: ("measurement", "records with a value by concept"),
    1821: ("measurement", "records without a number"),
    1833: ("measurement", "share of records without a value by concept"),
    1900: ("", "records by source value that is mapped to nothing"),
    2000: ("person", "people with a condition and a drug"), 2001: ("person", "people with a condition and a procedure"),
    2002: ("person", "people with a measurement, a condition and a drug"), 2003: ("person", "people with a visit"),
    2004: ("person", "people by tables that they are in"),
}  # fmt: skip
# Strata that Achilles' list does not name.
UNNAMED = {
    815: ("observation_concept_id", "unit_concept_id"), 0: ("source name", "CDM version", "release date"),
    1815: ("measurement_concept_id", "unit_concept_id"), 1816: ("measurement_concept_id", "unit_concept_id"),
    1817: ("measurement_concept_id", "unit_concept_id"),
    1818: ("measurement_concept_id", "unit_concept_id", "below, within or above range"),
}  # fmt: skip
COSTS = {1500: "drug", 1600: "procedure"}


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as archive:
        given = list(csv.DictReader(io.StringIO(archive.read(INSIDE).decode("utf-8-sig"))))
    found = sorted(_counted(given), key=lambda row: int(row[0]))
    with FACTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(found)
    sys.stdout.write(f"{len(found)} analyses\n")


def _counted(given: list[Given]) -> Iterator[tuple[str, ...]]:
    for row in given:
        number = int(row["ANALYSIS_ID"])
        known = OWN.get(number) or _of_costs(number, row["DISTRIBUTED_FIELD"]) or _of_events(number)
        if known is not None:
            is_distribution = "1" if row["DISTRIBUTION"] == "1" else "0"
            listed = [row[name.upper() + "_NAME"] for name in STRATA]
            strata = [*UNNAMED.get(number, ()), *listed][: len(STRATA)] if not any(listed) else listed
            yield str(number), *known, is_distribution, row["IS_DEFAULT"], *strata


def _of_costs(number: int, amount: str) -> tuple[str, str] | None:
    event = COSTS.get(number - number % 100)
    return ("cost", f"{amount} by {event} concept") if event and amount else None


def _of_events(number: int) -> tuple[str, str] | None:
    first = number - number % 100
    own: dict[int, str] = {}
    for families, kinds in ((VISITS, OF_VISITS), (ERAS, OF_ERAS), (VALUES, OF_VALUES)):
        own |= kinds if first in families else {}
    kind = {**ANY, **own}.get(number % 100)
    return (EVENTS[first], kind) if first in EVENTS and kind else None


if __name__ == "__main__":
    main()
