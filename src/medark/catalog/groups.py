"""Tables of the lake as OMOP groups them

Source: OMOP CDM 5.4, https://ohdsi.github.io/CommonDataModel/cdm54.html, headings of the tables.
"""

from __future__ import annotations

from collections.abc import Iterable

from medark.catalog.data_map import TableEntry
from medark.model.omop import VOCABULARY_TABLES

CLINICAL, SYSTEM, ECONOMICS, DERIVED, METADATA, VOCABULARY = (
    "Clinical data", "Health system", "Health economics", "Derived", "Metadata", "Vocabulary",
)  # fmt: skip
_GROUP = {
    "location": SYSTEM, "care_site": SYSTEM, "provider": SYSTEM, "event_count": SYSTEM,
    "cost": ECONOMICS, "payer_plan_period": ECONOMICS,
    "drug_era": DERIVED, "dose_era": DERIVED, "condition_era": DERIVED, "episode": DERIVED, "episode_event": DERIVED,
    "cohort": DERIVED, "cohort_definition": DERIVED, "metadata": METADATA, "cdm_source": METADATA,
    **dict.fromkeys(VOCABULARY_TABLES, VOCABULARY),
}  # fmt: skip


def grouped(tables: Iterable[TableEntry]) -> list[tuple[str, list[TableEntry]]]:
    """Tables that have rows, by group, each group in the order given; groups without any are left out."""
    groups: dict[str, list[TableEntry]] = {g: [] for g in (CLINICAL, SYSTEM, ECONOMICS, DERIVED, METADATA, VOCABULARY)}
    for table in tables:
        if table.rows:
            groups[_GROUP.get(table.name, CLINICAL)].append(table)
    return [(name, found) for name, found in groups.items() if found]
