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


def meetings_of(channel: Channel) -> Meetings:
    """Whom the cases of a channel met."""
    return Meetings(channel.cases, STAYS, "place", ("kind",), BEFORE, AFTER)


def contacts(view: View) -> Iterator[Block]:
    """The contacts of the cases of a page, of each channel that its query asks for."""
    found = [row for one in CHANNELS if one.cases.is_asked(view.query) for row in view[f"met_{one.dataset}"]]
    yield Heading(view.say("Contacts", "密切接触者"))
    yield Text(view.say(
        f"Who was in one ward or clinic with a case at the same time, {BEFORE} days before its onset to {AFTER} after. "
        "Homes and classes are not told to the platform: ask for them.",
        f"发病前 {BEFORE} 天至发病后 {AFTER} 天内与病例同处一病区或诊室者。平台不掌握家庭与班级信息，请流调补充。",
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
        TableColumn("place", say("care site", "场所编号")),
    )
    rows = tuple(
        (row["person_id"], row["case"], Label(told(view, row["kind"], PLACE)), row["first"], row["last"],
         str(row["place"]))
        for row in found
    )  # fmt: skip
    return DataTable(columns, rows)
