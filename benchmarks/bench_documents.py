"""Pages as documents: how long a page takes as PDF and as a workbook, by how many rows its table has.

Run: .venv/bin/python benchmarks/bench_documents.py [--seconds 3]; `make bench-documents`.
A page has words, four key figures, a figure of 30 points and a table of seven columns. Each document is another
one, so that nothing is remembered. The floor: a page of one word.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import time
from collections.abc import Callable
from importlib.metadata import version
from statistics import median
from zoneinfo import ZoneInfo

from medark.flows.documents.nouns import Document
from medark.flows.documents.paper import pdf
from medark.flows.documents.workbook import workbook
from medark.model.page import Block, DataTable, KeyFigure, KeyFigures, TableColumn, Text
from medark.sdk import lines

ROWS = (10, 100, 500)
LEAST = 5  # times that a document is made
COLUMNS = tuple(
    TableColumn(name, title, kind)
    for name, title, kind in (
        ("who", "患者", "person"), ("day", "发病日期", "date"), ("age", "年龄", "number"), ("sex", "性别", "text"),
        ("place", "住址", "text"), ("told", "接触史", "text"), ("value", "结果", "number"),
    )
)  # fmt: skip


def main() -> None:
    """Print what each size takes."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=3)
    seconds = arguments.parse_args().seconds
    print(f"Python {platform.python_version()}, typst {version('typst')}, xlsxwriter {version('xlsxwriter')}")
    made("floor", lambda no: (Text(f"{no}"),), seconds)
    for rows in ROWS:
        made(f"{rows} rows", lambda no, rows=rows: page(rows, no), seconds)


def made(name: str, blocks: Callable[[int], tuple[Block, ...]], seconds: float) -> None:
    """Make documents of some blocks again and again, as PDF and as a workbook."""
    for form, write in (("PDF", pdf), ("xlsx", workbook)):
        times: list[float] = []
        size, end = 0, time.perf_counter() + seconds
        while len(times) <= LEAST or time.perf_counter() < end:
            told = document(blocks(len(times)))
            begun = time.perf_counter()
            size = len(write(told))
            times.append((time.perf_counter() - begun) * 1e3)
        print(f"{name:9} {form:5} first {times[0]:7.1f}  p50 {median(times[1:]):7.1f} ms  {size / 1e3:8.1f} kB")


def document(blocks: tuple[Block, ...]) -> Document:
    """A document of some blocks."""
    made = dt.datetime(2026, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
    return Document("病例一览", blocks, made, "bench", "市疾控中心", language="zh")


def page(rows: int, no: int) -> tuple[Block, ...]:
    """A page with a table of so many rows."""
    cells = tuple(
        (10**17 + at, f"2026-01-{at % 28 + 1:02}", at % 90, "女", f"第{no + at}网格", "同班同学发热，已随访", at / 7)
        for at in range(rows)
    )
    day, cases = TableColumn("day", "日期", "date"), TableColumn("n", "例数", "number")
    curve = [{"day": f"2026-01-{at + 1:02}", "n": (at * 7 + no) % 13} for at in range(30)]
    return (
        Text("**本周**病例较上周增多，详见下表。"),
        KeyFigures(tuple(KeyFigure(f"指标 {at}", no + at) for at in range(4))),
        lines(curve, day, cases, alt="流行曲线"),
        DataTable(COLUMNS, cells, "病例一览"),
    )


if __name__ == "__main__":
    main()
