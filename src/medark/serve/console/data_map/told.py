"""How things of the map are told: addresses, titles in the reader's language, counts that are not too small"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from medark.catalog.meanings import of_column, of_table
from medark.flows.data_map import AppReads
from medark.govern.small_counts import is_small
from medark.model.account import UnitAccount
from medark.model.omop import lake_columns
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Visit

MAP: Final = f"{PREFIX}/map"
OWNER: Final = "owner"


def table_address(table: str, column: str = "") -> str:
    """The page of a table, at one of its columns."""
    return f"{MAP}/table/{quote(table)}" + (f"#{quote(column)}" if column else "")


def source_address(source: str) -> str:
    """The page of a source; a name of one word is both its organisation's and its own.

    >>> source_address("north/lis"), source_address("mimic3")
    ('/console/map/source/north/lis', '/console/map/source/mimic3/mimic3')
    """
    organisation, _, system = source.partition("/")
    return f"{MAP}/source/{quote(organisation)}/{quote(system or organisation)}"


def dataset_address(app: str, name: str) -> str:
    """The page of a published dataset."""
    return f"{PREFIX}/datasets/{quote(app)}/{quote(name)}"


def app_address(app: AppReads, visit: Visit) -> str:
    """The page of an application, for who may see it; else where what it publishes is."""
    if OWNER in visit.reader.roles:
        return f"{PREFIX}/apps/{quote(app.name)}"
    return dataset_address(app.name, app.datasets[0].name) if app.datasets else ""


def in_language(told: Mapping[str, str], language: str) -> str:
    """A title in the reader's language, or in English."""
    return told.get(language) or told.get("en", "")


def column_told(place: str, language: str) -> dict[str, str]:
    """A column of the lake ("table.column") as a link with what it means."""
    table, _, column = place.partition(".")
    meaning = of_column(table, column).told(language)
    return {"name": place, "address": table_address(table, column), "meaning": meaning}


def table_told(table: str, language: str) -> dict[str, str]:
    """A table of the lake as a link with what it holds."""
    return {"name": table, "address": table_address(table), "meaning": of_table(table).told(language)}


def is_of_concepts(table: str, column: str) -> bool:
    """Does a column of the lake hold numbers of concepts?"""
    return any(one.name == column and one.references == "concept" for one in lake_columns(table))


def count_of(count: int | None, visit: Visit) -> int | None:
    """A count of rows about people; None in the place of a small one."""
    return None if is_small(count, visit.workspace.settings.access.least_count) else count


def part_of(part: int | None, whole: int, visit: Visit) -> int | None:
    """A part of a count; None too where what is left of the whole is small, for that would tell of few."""
    if part is None or count_of(part, visit) is None or count_of(whole - part, visit) is None:
        return None
    return part


def units_told(units: UnitAccount) -> dict[str, Any]:
    """How units ended, with shares for a bar."""
    ends = ("loaded", "quarantined", "not_understood", "excluded")
    return {
        "units": units.units,
        **{name: getattr(units, name) for name in ends},
        "adds_up": units.adds_up,
        "share": units.loaded / units.units if units.units else None,
        "bar": bar([getattr(units, name) for name in ends]),
    }


def bar(parts: list[int]) -> list[dict[str, float]]:
    """Parts of a whole as pieces of a bar of 100: where each begins, and how wide it is.

    >>> bar([3, 0, 1])
    [{'at': 0, 'wide': 75.0}, {'at': 75.0, 'wide': 0.0}, {'at': 75.0, 'wide': 25.0}]
    """
    whole, at = sum(parts) or 1, 0.0
    pieces = []
    for part in parts:
        wide = round(100 * part / whole, 2)
        pieces.append({"at": at if at else 0, "wide": wide})
        at = round(at + wide, 2)
    return pieces
