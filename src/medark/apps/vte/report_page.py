"""The page of the single-disease report: how complete the reports are, and one of them field by field"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.sdk import (
    Block,
    DataTable,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    Page,
    PersonLink,
    Rows,
    TableColumn,
    Text,
    View,
)

from .report import MEASURED, NAME, TITLE, ReportField, report_fields
from .words import BLEEDING, RISK, WARD, marked, told

_SEX: Final = {"8507": ("male", "男"), "8532": ("female", "女")}
_WORDS: Final = {"ward": WARD, "risk": RISK, "bleeding": BLEEDING, "sex": _SEX}


def report_page() -> Page:
    """The page: how complete the reports are; of one person, each field with its evidence."""
    fields = report_fields()
    names = (*(one.name for one in fields), *(f"on_{name}" for name in MEASURED), "missing", "person_id")
    shown = {
        "one": Rows(NAME, names, ("-stay_end",), 1, ("person_id",), only=("person_id=*",)),
        "all": Rows(NAME, ("person_id", "stay", "stay_end", "risk", "missing"), ("-missing", "-stay_end"), 50),
    }
    return Page(NAME, TITLE, _Report(fields), shown)


class _Report:
    def __init__(self, fields: tuple[ReportField, ...]) -> None:
        self._fields = fields

    def __call__(self, view: View) -> tuple[Block, ...]:
        shown = self._one(view) if view.query.get("person_id") else (_stays(view),)
        return (Heading(TITLE[view.language], 1), *shown, Text(self._fields[0].source))

    def _one(self, view: View) -> tuple[Block, ...]:
        for row in view["one"]:
            lacking = [one.label[view.language] for one in self._fields if one.is_required and row[one.name] is None]
            return (
                PersonLink(row["person_id"]),
                KeyFigures((KeyFigure(view.say("fields missing", "缺失必填项"), len(lacking)),)),
                Text("; ".join(lacking) or view.say("Nothing is missing.", "无缺失。")),
                self._table(view, row),
            )
        return (Text(view.say("No stay at risk of this number.", "无此编号的中高危出院病例。")),)

    def _table(self, view: View, row: Mapping[str, Any]) -> DataTable:
        columns = (
            TableColumn("field", view.say("field", "字段")),
            TableColumn("value", view.say("value", "内容")),
            TableColumn("on", view.say("day of the evidence", "依据日期"), "date"),
        )
        rows = tuple(
            (one.label[view.language], self._value(view, one, row[one.name]), row.get(f"on_{one.name}"))
            for one in self._fields
        )
        return DataTable(columns, rows)

    def _value(self, view: View, one: ReportField, value: Any) -> str:
        if value is None:
            return view.say("MISSING", "缺失") if one.is_required else view.say("not known", "未见记录")
        words = _WORDS.get(one.name)
        return told(value, words, view.language) if words else f"{value:g}" if isinstance(value, float) else str(value)


def _stays(view: View) -> DataTable:
    say, found = view.say, view["all"]
    columns = (
        TableColumn("person_id", say("person", "患者"), "person"),
        TableColumn("stay", say("admitted", "入院日期"), "date"),
        TableColumn("stay_end", say("discharged", "出院日期"), "date"),
        TableColumn("risk", say("risk", "VTE风险")),
        TableColumn("missing", say("fields missing", "缺失必填项"), "number"),
        TableColumn("report", say("report", "上报表")),
    )
    opened = say("open", "查看")
    rows = tuple(
        (row["person_id"], row["stay"], row["stay_end"], marked("risk", row["risk"], view.language), row["missing"],
         Label(opened, f"{NAME}?person_id={row['person_id']}"))
        for row in found
    )  # fmt: skip
    return DataTable(columns, rows, more=found.more, next_page=f"page={view.page_no + 1}" if found.more else "")
