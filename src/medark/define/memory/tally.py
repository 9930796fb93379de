"""A tally in plain Python: the oracle of its SQL"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from typing import Any

from medark.define.definitions.tally import Tally
from medark.define.memory.pointwise import code_reader

Row = Mapping[str, Any]


def tallied(
    tally: Tally, counts: Iterable[Row], sites: Mapping[int, Row], locations: Mapping[int, Row]
) -> Iterator[dict[str, Any]]:
    """The rows of a tally over rows of event_count, and rows of care_site and location by their numbers."""
    kind_of = code_reader(tally.names)
    nowhere: Row = {}
    for row in counts:
        item = row["event_count_source_value"]
        kind = None if item is None else kind_of(item)
        if kind is None:
            continue
        site = sites.get(row["care_site_id"], nowhere)
        where: tuple[Any, ...] = (row["location_id"], site.get("location_id"))
        places = (locations.get(number, nowhere) for number in where)
        days = (row["event_count_start_date"], row["event_count_end_date"])
        first, last = (datetime.combine(day, time()) for day in days)
        yield {
            "entry_id": row["event_count_id"], "entry_start": first, "entry_end": last, tally.by: kind, "item": item,
            "quantity": row["quantity"], "unit": row["unit_source_value"],
            "place": _first(site.get("care_site_name"), site.get("care_site_source_value")),
            "district": _first(*(place.get("county") for place in places)),
        }  # fmt: skip


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)
