"""Applications for tests, written into folders: a sound one of any version, and what can be wrong with one"""

from __future__ import annotations

from pathlib import Path

READS = (
    "measurement_concept_id", "measurement_date", "measurement_datetime", "measurement_id", "person_id",
    "unit_concept_id", "value_as_number",
)  # fmt: skip

MANIFEST = """
name = "{name}"
version = "{version}"
purpose = "care"
title = {{ en = "Potassium", zh = "血钾" }}
description = {{ en = "Shows a card.", zh = "提示卡片。" }}

[reads]
measurement = [{reads}]
{more}
[publishes]
cards = ["high"]
datasets = ["tested"]

[[pages]]
path = "all"
title = {{ en = "All", zh = "全部" }}

[settings.limit]
type = "number"
default = 6.0
least = 5
most = 8
title = {{ en = "high from", zh = "高于" }}
"""

APP = """
from dataclasses import replace
from medark.define import *
from medark.sdk import *

POTASSIUM = codes("potassium", "LOINC", "2823-3")
BY = {{"all": Counts("tested")}}


def card(finding):
    {card}
    return replace(finding.card, links=(Link("{version}", "https://example.org"),))


def page(view):
    {page}
    return (Heading("{version}", 1), KeyFigures((KeyFigure("tested", view["all"].total),)))


def app(settings):
    last = measurements.of(POTASSIUM).last()
    k = last.value_in("mmol/L")
    rule = Rule("high", k >= settings.number("limit"), Card("血钾 {{k}}", "Potassium {{k}}"), {{"k": k}}, source="test")
    tested = Dataset(every(measurements.of(POTASSIUM)), {{"k": k}}, name="tested")
    return App(
        cards=(CardRule("high", ("patient-view",), rule, card),),
        datasets=(Publish("tested", tested, {{"en": "Tested", "zh": "已测"}}, {{"k": "last potassium, mmol/L"}}),),
        pages=(Page("all", {{"en": "All", "zh": "全部"}}, page, BY),),
    )
"""
EVERY = "visit_occurrence_id"  # what every(measurements) reads besides


def write_app(
    parent: Path, version: str = "1.0.0", *, name: str = "potassium", card: str = "pass", page: str = "pass",
    first: str = "", reads: tuple[str, ...] = (*READS, EVERY), more: str = "", app: str = APP,
) -> Path:  # fmt: skip
    """The folder of an application. `card`, `page`: a line of its code there; `first`: of its module."""
    folder = parent / f"{name}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'"{one}"' for one in reads)
    (folder / "app.toml").write_text(MANIFEST.format(name=name, version=version, reads=listed, more=more), "utf-8")
    (folder / "app.py").write_text(first + app.format(version=version, card=card, page=page), "utf-8")
    return folder
