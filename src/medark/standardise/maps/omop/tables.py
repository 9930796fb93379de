"""Which OMOP table a file is, by its column names, in version 5.3 or 5.4"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from medark.model.omop import tables

# What 5.4 calls otherwise. Source: OHDSI CommonDataModel, field lists of v5.3 and v5.4.
RENAMED: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "visit_occurrence": {
        "admitting_source_concept_id": "admitted_from_concept_id",
        "admitting_source_value": "admitted_from_source_value",
        "discharge_to_concept_id": "discharged_to_concept_id",
        "discharge_to_source_value": "discharged_to_source_value",
    },
    "visit_detail": {
        "admitting_source_concept_id": "admitted_from_concept_id",
        "admitting_source_value": "admitted_from_source_value",
        "discharge_to_concept_id": "discharged_to_concept_id",
        "discharge_to_source_value": "discharged_to_source_value",
        "visit_detail_parent_id": "parent_visit_detail_id",
    },
})  # fmt: skip
# Required in 5.4, unknown in 5.3.
NEW_REQUIRED = frozenset({("cdm_source", "cdm_version_concept_id"), ("metadata", "metadata_id")})
_UNKNOWN_SHARE = 0.25


def omop_table(columns: Iterable[str]) -> str | None:
    """The OMOP table with these columns, or None. Case and order do not count.

    >>> omop_table(["PERSON_ID", "DEATH_DATE", "DEATH_TYPE_CONCEPT_ID", "CAUSE_CONCEPT_ID"])
    'death'
    >>> omop_table(["subject_id", "hadm_id"]) is None
    True
    """
    names = frozenset(plain(column) for column in columns)
    fits = {table: len(names & known) - len(names - known) for table, known in _known().items() if _is(table, names)}
    return max(fits, key=lambda table: fits[table]) if fits else None


def plain(column: str) -> str:
    """A column's name as compared: lower case, without the quotes that the specification puts on `offset`."""
    return column.strip().strip('"').lower()


def given_name(table: str, column: str, columns: Iterable[str]) -> str | None:
    """What `column` of 5.4 is called among `columns`, or None if it is not there."""
    old = {new: old for old, new in RENAMED.get(table, {}).items()}.get(column)
    found = {plain(name): name for name in columns}
    return found.get(plain(column)) or (found.get(old) if old else None)


def _is(table: str, names: frozenset[str]) -> bool:
    renamed = {RENAMED.get(table, {}).get(name, name) for name in names}
    return _required()[table] <= renamed and len(names - _known()[table]) <= _UNKNOWN_SHARE * len(names)


@cache
def _known() -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset(map(plain, spec.column_names)) | RENAMED.get(name, {}).keys()
        for name, spec in tables().items()
        if name != "image_occurrence"
    }


@cache
def _required() -> Mapping[str, frozenset[str]]:
    return {
        name: frozenset(
            plain(c.name) for c in tables()[name].columns if c.required and (name, c.name) not in NEW_REQUIRED
        )
        for name in _known()
    }
