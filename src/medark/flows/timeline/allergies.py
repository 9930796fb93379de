"""Allergies of one person: what was noted that they must not get, each substance once"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa

from medark.flows.gate.parts import kept
from medark.flows.timeline.names import Names
from medark.flows.timeline.nouns import Allergy
from medark.flows.timeline.rows import Rows
from medark.flows.workspace import Workspace

# What of an observation says that it is an allergy, and of which kind. Source: SNOMED CT, 418038007 and descendants.
KINDS: Final[Mapping[str, str]] = {
    "419199007": "", "418038007": "", "420134006": "", "416098002": "medication", "419511003": "medication",
    "414285001": "food", "418471000": "food", "426232007": "environment",
}  # fmt: skip
# How bad it is. Source: HL7 v2, table 0128; FHIR R4, AllergyIntolerance.criticality, reaction.severity.
_SEVERITIES: Final = {
    "SV": "severe", "MO": "moderate", "MI": "mild", "high": "severe", "low": "mild", "severe": "severe",
    "moderate": "moderate", "mild": "mild",
}  # fmt: skip
_ORDER: Final = ("severe", "moderate", "mild", "")
TOLD_BY: Final = "observation_source_value"
_COLUMNS: Final = (
    "observation_id", "observation_concept_id", "observation_source_concept_id", TOLD_BY, "observation_date",
    "value_as_concept_id", "value_as_string", "value_source_value", "qualifier_source_value",
)  # fmt: skip


def allergies(workspace: Workspace, observations: pa.Table, names: Names, language: str) -> tuple[Allergy, ...]:
    """Those among somebody's observations: the severe ones first, then by name."""
    rows = Rows(observations)
    numbers, words = rows.texts(TOLD_BY)
    told = np.isin(numbers, [number for number, word in enumerate(words) if word in KINDS])
    concepts = _concepts(workspace)
    for column in _COLUMNS[1:3]:
        told |= rows.is_in(column, frozenset(concepts))
    found = rows.of(np.flatnonzero(told), *_COLUMNS)
    return tuple(sorted(_each_once(found, concepts, names, language), key=_place))


def _each_once(
    found: list[dict[str, Any]], concepts: Mapping[int, str], names: Names, language: str
) -> Iterator[Allergy]:
    """By what it is called: the worst that was said of it, and when it was first."""
    named = names.of({row["value_as_concept_id"] or 0 for row in found})
    same: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        called = named[row["value_as_concept_id"] or 0].in_(language)
        name = called or row["value_as_string"] or row["value_source_value"] or ""
        same.setdefault(name.strip().casefold(), []).append({**row, "name": name.strip()})
    for rows in same.values():
        severities = {_SEVERITIES.get((row["qualifier_source_value"] or "").strip(), "") for row in rows}
        kinds = {_kind(row, concepts) for row in rows} - {""}
        days: list[dt.date] = [row["observation_date"] for row in rows if row["observation_date"]]
        yield Allergy(
            rows[0]["name"], min(kinds, default=""), min(severities, key=_ORDER.index), min(days, default=None),
            len(rows),
        )  # fmt: skip


def _kind(row: Mapping[str, Any], concepts: Mapping[int, str]) -> str:
    codes = (concepts.get(row[column] or 0, "") for column in _COLUMNS[1:3])
    return next(filter(None, (KINDS.get(code, "") for code in (row[TOLD_BY] or "", *codes))), "")


def _place(one: Allergy) -> tuple[int, str]:
    return _ORDER.index(one.severity), one.name


def _concepts(workspace: Workspace) -> Mapping[int, str]:
    """The concepts of the codes, if the vocabulary has them."""
    found: Mapping[int, str] = kept(
        workspace, "concepts of allergies", workspace.vocabulary.digest, lambda: _looked_up(workspace)
    )
    return found


def _looked_up(workspace: Workspace) -> Mapping[int, str]:
    there = workspace.vocabulary.lookup("SNOMED", list(KINDS))
    return {one.source_concept_id: code for code, one in there.items() if one.source_concept_id}
