"""Who is in the care of an organisation: people with a visit there that is not long over; in SQL and in plain Python"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from typing import Any, Final

from medark.govern.rows import Relation

VISITS: Final = "visit_occurrence"
VISIT_COLUMNS: Final = ("medark_record_no", "visit_start_date", "visit_end_date")


def in_care_sql(names: Mapping[str, str]) -> str:
    """person_id of those in care. Parameters: today, since. A visit without an end is taken as one of a day."""
    return (
        f"SELECT DISTINCT v.person_id FROM {names[VISITS]} AS v"
        f" WHERE EXISTS (SELECT 1 FROM {names[Relation.OWN_RECORD]} AS f WHERE f.record_no = v.medark_record_no)"
        " AND v.visit_start_date <= :today AND coalesce(v.visit_end_date, v.visit_start_date) >= :since"
    )


def is_in_care(
    visits: Iterable[Mapping[str, Any]], own_records: Container[int], today: dt.date, since: dt.date
) -> bool:
    """The same of one person, by their visits."""
    return any(
        visit["medark_record_no"] in own_records
        and visit["visit_start_date"] <= today
        and (visit["visit_end_date"] or visit["visit_start_date"]) >= since
        for visit in visits
    )


def since(today: dt.date, care_days: int) -> dt.date:
    """The first day on which a visit must not have been over."""
    return today - dt.timedelta(days=care_days)
