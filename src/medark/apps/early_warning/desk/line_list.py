"""The line list: the cases behind a series, one a line"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from medark.sdk import Block, DataTable, Heading, Label, View

from .channels import CHANNELS, PERSON, Channel, Column
from .series import Named
from .words import FINDING, FINDING_MARK, OUTCOME, SEX, STANDING, STANDING_MARK, told

_MARKS = {"result": FINDING_MARK, "standing": STANDING_MARK}
_WORDS = {"sex": SEX, "result": FINDING, "outcome": OUTCOME, "standing": STANDING}


@dataclass(frozen=True, slots=True)
class LineList:
    """The blocks of the line lists of a page, of each channel that its query asks for."""

    named: Named

    def __call__(self, view: View) -> Iterator[Block]:
        for one in CHANNELS:
            if one.cases.is_asked(view.query):
                yield Heading(view.say(f"Cases: {one.en}", f"病例一览：{one.zh}"))
                yield self.table(view, one)

    def table(self, view: View, channel: Channel) -> DataTable:
        """The cases of a channel."""
        found = view[channel.name]
        columns = (PERSON, *channel.columns)
        rows = tuple(tuple(self._cell(view, column, row) for column in columns) for row in found)
        after = f"page={view.page_no + 1}" if found.more else ""
        return DataTable(tuple(one.titled(view) for one in columns), rows, more=found.more, next_page=after)

    def _cell(self, view: View, column: Column, row: Mapping[str, Any]) -> Any:
        value = row[column.name]
        if column.kind in ("person", "number", "date") or value is None:
            return value
        if words := _WORDS.get(column.words):
            return Label(told(view, value, words), mark=_MARKS.get(column.words, {}).get(str(value), ""))
        return self.named.label(column.words or column.name, value, view.language)
