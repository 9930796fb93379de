"""The whole of the data at a glance: people by age and sex, how long they are observed, what there is by month"""

from __future__ import annotations

from typing import Any

from medark.flows.characterise import newest
from medark.flows.characterise.looking import sees_all
from medark.flows.characterise.tables import TableSummary, summaries
from medark.messages import _
from medark.model.page import Figure
from medark.serve.console.characterisation.drawn import figures, lengths, months, pyramid
from medark.serve.console.characterisation.results import ADDRESS, SEXES, Results, results
from medark.serve.console.screens import Screen, Visit


def screen(visit: Visit) -> Screen:
    """Figures of the newest characterisation, and its tables; or that there is none yet."""
    found = results(visit)
    data: dict[str, Any] = {"address": ADDRESS, "made": None, "tables": [], "drawn": [], "least": 0, "people": None}
    if found is not None:
        version = visit.workspace.lake.snapshot().version
        told = summaries(found.found)
        sees = sees_all(visit.workspace, visit.reader.user)
        least = 0 if sees else visit.workspace.settings.access.least_count
        drawn = [*_people_drawn(visit, least), months(_months(told))]
        data |= {
            "made": {"at_ms": found.found.made_ms, "version": found.found.version, "newest": version},
            "people": _people(found),
            "least": least,
            "days": _days(found),
            "tables": [_table(one) for one in told],
            "drawn": figures(drawn, ADDRESS),
        }
    return Screen(_("Characterisation"), "characterisation.html", data)


def _people(found: Results) -> int | None:
    rows = found.of("person", "people")
    return rows[0]["count_value"] if rows else None


def _days(found: Results) -> float | None:
    rows = found.of("observation_period", "days of the first period")
    return rows[0]["median_value"] if rows else None


def _table(one: TableSummary) -> dict[str, Any]:
    ends = [f"{month[:4]}-{month[4:]}" for month in one.months]
    return {
        "name": one.table, "inside": one.inside, "outside": one.outside, "concepts": one.concepts,
        "first": ends[0] if ends else "", "last": ends[-1] if ends else "",
    }  # fmt: skip


def _people_drawn(visit: Visit, least: int) -> list[Figure | None]:
    """People by age, and by how long they are observed: added up from all, and only then told in steps."""
    whole = newest(visit.workspace)
    if whole is None:
        return []
    every, year = Results(visit, whole), visit.workspace.today().year
    by_age = {
        (year - int(row["stratum_1"]), SEXES[row["stratum_2"]]): row["count_value"]
        for row in every.of("person", "living people by year of birth and sex")
        if row["stratum_1"] and row["stratum_2"] in SEXES
    }
    rows = every.of("observation_period", "people by length of their first period in steps of 30 days")
    by_days = {int(row["stratum_1"]): row["count_value"] for row in rows}
    return [pyramid(by_age, least), lengths(by_days, least)]


def _months(told: list[TableSummary]) -> dict[str, dict[str, int]]:
    return {one.table: dict(one.months) for one in told if one.months}
