"""Entries and sources in cells of tables, with ways to their own pages"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from medark.sdk import DataTable, Label, TableColumn, View

from ..knowledge.entry import Entry
from ..knowledge.words import KINDS, TO_CONFIRM, say

MARKS: Final = {"critical": "critical", "warning": "warning", "info": "info"}
URGENCY: Final = {"critical": ("critical", "危急"), "warning": ("warning", "警示"), "info": ("note", "提示")}


def to_entry(one: Entry, language: str) -> Label:
    """Its name, leading to its page."""
    return Label(one.names[language], f"entry?id={one.id}")


def entry_table(entries: Iterable[Entry], view: View, title: str = "") -> DataTable:
    """Entries with what they say and where that comes from."""
    say_here = view.say
    columns = (
        TableColumn("name", say_here("entry", "条目")), TableColumn("kind", say_here("kind", "类型")),
        TableColumn("text", say_here("what it says", "内容")), TableColumn("source", say_here("source", "来源")),
    )  # fmt: skip
    return DataTable(columns, tuple(
        (to_entry(one, view.language), say(KINDS, one.kind, view.language), one.text.get(view.language, ""),
         cited(one, view))
        for one in entries
    ), title)  # fmt: skip


def cited(one: Entry, view: View) -> str | Label:
    """The source of an entry, marked where it is still to be confirmed."""
    if not one.source:
        return "—"
    if not one.to_be_confirmed:
        return one.source
    return Label(f"{one.source} · {TO_CONFIRM[view.language == 'zh']}", mark="warning")
