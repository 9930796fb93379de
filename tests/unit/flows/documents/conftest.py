"""One document that has all that a page may have, some of it hostile."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2

from medark.flows.documents.nouns import Document
from medark.model.page import (
    Block,
    DataTable,
    Figure,
    Form,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    PersonLink,
    TableColumn,
    Text,
)
from medark.sdk import bars

HOSTILE = '#read("/etc/passwd") $x^2$ #panic() <b>*_`\\'
FORMULA = '=HYPERLINK("http://evil.example","张三")'
WORDS = """**粗体**，[世界卫生组织](https://who.int)，[本地](/console)，<b>x</b>

- 一
- 二

| a | b |
|---|--:|
| 1 | 2 |
"""
LISTED = DataTable(
    (
        TableColumn("who", "患者", "person"),
        TableColumn("seen", "就诊日期", "date"),
        TableColumn("k", "血钾", "number", "mmol/L"),
        TableColumn("note", "备注"),
    ),
    tuple((10**18 + n, "2024-07-01", None if n == 3 else 3 + n / 4, FORMULA) for n in range(150)),
    "线索名单",
    more=30,
)
BLOCKS: tuple[Block, ...] = (
    Text(WORDS),
    Heading(HOSTILE, 2),
    KeyFigures((KeyFigure("人数", 12345, "人"), KeyFigure("隐去的", None), KeyFigure("危急", 3, mark="critical"))),
    LISTED,
    bars([{"band": "达标", "n": 28}, {"band": "未达标", "n": 1200}, {"band": "未检测", "n": None}],
         TableColumn("band", "血糖"), TableColumn("n", "例数", "number"), alt="各组例数", title="控制情况"),
    Figure({"data": {"values": [{"a": 1, "b": "甲"}, {"a": 2}]}, "mark": "point"}, "两点"),
    Figure({"mark": "nonsense"}, "一张画不出的图", "坏图"),
    DataTable((TableColumn("a", "等级"),), ((Label("红色", "cases?day=1", "critical"),),), "等级"),
    DataTable((TableColumn("a", "无"),), (), "线索名单"),
    Form((), "查询"),
    PersonLink(7),
)  # fmt: skip


def document(blocks: tuple[Block, ...] = BLOCKS, **told: Any) -> Document:
    """The document of some blocks."""
    about = (("单位", "市疾控中心"), ("导出人", "olga"), ("数据截至", "2024-07-01 08:00"))
    made = dt.datetime(2024, 7, 2, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    whole = {"author": "olga", "organisation": "市疾控中心", "about": about, "confidential": "内部保密 & 勿外传",
             "language": "zh"}  # fmt: skip
    return Document("多点触发预警 & 报告", blocks, made, **(whole | told))


def pages_of(pdf: bytes) -> list[str]:
    """What is read on each page."""
    opened = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in opened]
