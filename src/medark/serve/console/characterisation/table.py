"""One table: its records by month, the concepts that most people have, and numbers by their percentiles"""

from __future__ import annotations

from typing import Any, Final

from medark.check.achilles import analyses
from medark.errors import NotFoundError
from medark.flows.characterise.tables import summaries
from medark.messages import _, spoken
from medark.serve.console.characterisation.drawn import by_month, figures, ranked
from medark.serve.console.characterisation.results import ADDRESS, Results, must_be_there, ordered
from medark.serve.console.screens import Screen, Visit

_DRAWN: Final = 15  # concepts in the figure
_LISTED: Final = 40
AMOUNTS: Final = (
    "numbers by concept and unit",
    "days of supply by concept",
    "quantity by concept",
    "refills by concept",
    "days from start to end by concept",
)


def screen(visit: Visit) -> Screen:
    """A table's figures and concepts. NotFoundError for a table without events."""
    found, table = must_be_there(visit), visit.path["table"]
    one = next((one for one in summaries(found.found) if one.table == table), None)
    if one is None:
        raise NotFoundError("no records of this table are characterised", fix="open the list of tables")
    concepts = _concepts(found, table)
    drawn = figures(
        [
            by_month(one.months, _("Records by month"), _("records")),
            ranked(
                [(each["name"], each["people"]) for each in concepts[:_DRAWN]],
                _("Concepts that most people have"),
                _("people"),
            ),
        ],
        ADDRESS,
    )
    data = {
        "address": ADDRESS, "table": table, "inside": one.inside, "outside": one.outside, "count": one.concepts,
        "drawn": drawn, "concepts": concepts[:_LISTED], "amounts": _amounts(found, table),
    }  # fmt: skip
    return Screen(f"{_('Characterisation')} · {table}", "characterisation_table.html", data)


def _concepts(found: Results, table: str) -> list[dict[str, Any]]:
    people = ordered(found.of(table, "people by concept"))
    records = {row["stratum_1"]: row["count_value"] for row in found.of(table, "records by concept")}
    called = found.called(row["stratum_1"] for row in people[:_LISTED])
    return [
        {
            "id": row["stratum_1"], "people": row["count_value"], "records": records.get(row["stratum_1"]),
            "name": _name(called, row["stratum_1"]),
        }
        for row in people[:_LISTED]
    ]  # fmt: skip


def _name(called: Any, concept_id: str | None) -> str:
    return _("mapped to nothing") if concept_id in (None, "0") else str(called[concept_id])


def _amounts(found: Results, table: str) -> list[dict[str, Any]]:
    """Distributions of the concepts that have most numbers."""
    told = []
    for counts in AMOUNTS:
        rows = ordered(found.of(table, counts))[:_LISTED]
        called = found.called(one for row in rows for one in (row["stratum_1"], row["stratum_2"]))
        lines = [
            {
                "id": row["stratum_1"], "name": _name(called, row["stratum_1"]),
                "unit": called.get(row["stratum_2"], "") if row["stratum_2"] not in (None, "0") else "",
                "count": row["count_value"],
                "values": [row[f"{name}_value"] for name in ("p10", "p25", "median", "p75", "p90")],
            }
            for row in rows
        ]  # fmt: skip
        if lines:
            told.append({"title": counted(table, counts), "rows": lines})
    return told


def counted(table: str, counts: str) -> str:
    """What an analysis of a table counts, in the reader's language."""
    one = next(one for one in analyses() if (one.table, one.counts) == (table, counts))
    return one.in_(spoken()).partition(": ")[2]
