"""One concept of a table: people by month, their age at the first record, and its numbers by unit"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medark.errors import NotFoundError
from medark.messages import _
from medark.serve.console.characterisation.drawn import boxes, by_month, figures
from medark.serve.console.characterisation.results import ADDRESS, SEXES, Results, must_be_there, ordered
from medark.serve.console.characterisation.table import AMOUNTS, counted
from medark.serve.console.screens import Screen, Visit

_AGE = "age at the first record by concept and sex"
_MOST = 6  # units
_RANGES = "records below, within and above range by concept and unit"


def screen(visit: Visit) -> Screen:
    """A concept's figures. NotFoundError for one that is not there, or that few people have."""
    found, table, concept = must_be_there(visit), visit.path["table"], visit.path["concept"]
    people = found.of(table, "people by concept", concept)
    if not people:
        raise NotFoundError("nothing is told of this concept", fix="open the table's page")
    records = found.of(table, "records by concept", concept)
    months = {row["stratum_2"]: row["count_value"] for row in found.of(table, "people by concept and month", concept)}
    drawn = [by_month(months, _("People by month"), _("people")), _ages(found, table, concept)]
    drawn += [one for counts in AMOUNTS for one in _numbers(found, table, concept, counts)]
    name = found.called([concept])[concept] if concept != "0" else _("mapped to nothing")
    data = {
        "address": ADDRESS, "table": table, "concept": concept, "people": people[0]["count_value"],
        "records": records[0]["count_value"] if records else None, "drawn": figures(drawn, ADDRESS),
        "ranges": _in_range(found, table, concept),
    }  # fmt: skip
    return Screen(name, "characterisation_concept.html", data)


def _ages(found: Results, table: str, concept: str) -> Any:
    sexes = {"male": _("men"), "female": _("women")}
    rows = [
        (sexes[SEXES[row["stratum_2"]]], row)
        for row in found.of(table, _AGE, concept)
        if row["stratum_2"] in SEXES
    ]  # fmt: skip
    return boxes(rows, _("Age at the first record"), _("years"))


def _numbers(found: Results, table: str, concept: str, counts: str) -> list[Any]:
    """A figure a unit."""
    rows = found.of(table, counts, concept)
    units = found.called(row["stratum_2"] for row in rows if row["stratum_2"] not in (None, "0"))
    return [
        boxes(
            [("", row)], counted(table, counts).partition("（")[0].partition(" by ")[0], _unit(units, row["stratum_2"])
        )
        for row in ordered(rows)[:_MOST]
    ]


def _unit(units: Mapping[str, str], concept_id: str | None) -> str:
    if concept_id is None:
        return ""
    return units.get(concept_id) or _("without a unit")


def _in_range(found: Results, table: str, concept: str) -> list[dict[str, Any]]:
    """Records below, within and above their own range, by unit."""
    words = {"Below Range Low": "below", "Within Range": "within", "Above Range High": "above"}
    rows = found.of(table, _RANGES, concept)
    units = found.called(row["stratum_2"] for row in rows)
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = told.setdefault(row["stratum_2"], {"unit": units[row["stratum_2"]], "below": 0, "within": 0, "above": 0})
        if row["stratum_3"] in words:
            line[words[row["stratum_3"]]] += row["count_value"]
    return list(told.values())
