"""Contacts of cases: who was in the same ward or clinic at the same time, and how that was found"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from medark.sdk import Block, DataTable, Heading, Label, Meetings, TableColumn, Text, View

from .channels import CHANNELS, Channel
from .stays import NAME as STAYS
from .words import PLACE, told

BEFORE: Final = 2  # days before onset that a case is taken to be infectious: WHO contact tracing 2020, ours for others
AFTER: Final = 14
APART: Final = 3  # days between absences from one school: ours
_SCHOOLS: Final = "absences"


def meetings_of(channel: Channel) -> dict[str, Meetings]:
    """Whom the cases of a channel met: in wards and clinics, and among those who were absent from the same school."""
    return {
        f"met_{channel.dataset}": Meetings(channel.cases, STAYS, "place", ("kind",), BEFORE, AFTER),
        f"school_{channel.dataset}": Meetings(channel.cases, _SCHOOLS, "school", ("symptom",), BEFORE, AFTER, APART),
    }


def contacts(view: View) -> Iterator[Block]:
    """The contacts of the cases of a page, of each channel that its query asks for."""
    asked = [one.dataset for one in CHANNELS if one.cases.is_asked(view.query)]
    if not asked:
        return
    found = [row for name in asked for row in (*view[f"met_{name}"], *view[f"school_{name}"])]
    yield Heading(view.say("Contacts", "密切接触者"))
    yield Text(view.say(
        f"Who was in one ward or clinic with a case at the same time, {BEFORE} days before its onset to {AFTER} after, "
        f"or absent from the same school within {APART} days. Homes are not told to the platform: ask for them.",
        f"发病前 {BEFORE} 天至发病后 {AFTER} 天内与病例同处一病区或诊室者，以及 {APART} 天内同校缺勤者。"
        "平台不掌握家庭信息，请流调补充。",
    ))  # fmt: skip
    yield _table(view, found)


def _table(view: View, found: list[Any]) -> DataTable:
    say = view.say
    columns = (
        TableColumn("person_id", say("contact", "接触者"), "person"),
        TableColumn("case", say("of the case", "病例"), "person"),
        TableColumn("how", say("how it was found", "发现依据")),
        TableColumn("first", say("from", "开始"), "date"),
        TableColumn("last", say("until", "结束"), "date"),
        TableColumn("place", say("place", "场所")),
    )
    rows = tuple(
        (row["person_id"], row["case"], Label(told(view, row.get("kind", "school"), PLACE)), row["first"], row["last"],
         str(row["school"] if "school" in row else row["place"]))
        for row in sorted(found, key=lambda row: str(row["first"]), reverse=True)
    )  # fmt: skip
    return DataTable(columns, rows)
