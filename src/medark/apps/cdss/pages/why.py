"""Why a card was shown: the patient's own rows, the fact that held, its source, and the way between, drawn"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from medark.sdk import (
    Block,
    Cards,
    DataTable,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    Page,
    PersonLink,
    TableColumn,
    Text,
    View,
)

from ..knowledge.explaining import Explained, explained
from ..knowledge.known import Knowledge
from .drawing import drawn
from .told import MARKS, URGENCY, cited, entry_table

WHY: Final = {"en": "Why this card", "zh": "提示依据"}


def why_page(known: Knowledge) -> Page:
    """The page of one card of one person, as it stands now."""

    def shown(view: View) -> tuple[Block, ...]:
        asked = view.query.get("card", "")
        for row in view["cards"]:
            if row["rule"] == asked:
                return (Heading(row["summary"], 1), *_card(known, row, view))
        return (Heading(WHY[view.language], 1), *_gone(known, asked, view))

    return Page("why", WHY, shown, {"cards": Cards()}, is_listed=False)


def _card(known: Knowledge, row: Mapping[str, Any], view: View) -> Iterator[Block]:
    values = {**row["values"], "scheme": view.settings["critical_values"]}
    found = explained(known, row["rule"], values)
    yield KeyFigures((
        KeyFigure(view.say("urgency", "级别"), URGENCY[row["indicator"]][view.language == "zh"],
                  mark=MARKS[row["indicator"]]),
        KeyFigure(view.say("rows of the record", "依据记录"), len(row["evidence"])),
        KeyFigure(view.say("steps to the source", "溯源步骤"), len(found.way.edges)),
    ))  # fmt: skip
    yield Text(row["detail"])
    yield from _of_whom(view, row)
    if len(found.way.nodes) > 1:
        marked = tuple(one.id for one in (found.card, found.fact) if one is not None)
        yield drawn(
            known, found.way, view, title=view.say("From the record to the source", "由病历到来源"), marked=marked
        )
    yield from _facts(found, row, view)


def _of_whom(view: View, row: Mapping[str, Any]) -> Iterator[Block]:
    """The patient, and what of their record the rule went by."""
    person = int(view.query["person_id"])
    yield PersonLink(person, view.say("The patient's record", "患者病历"))
    words = view.say("All cards, diagnoses and risks of this patient", "该患者的全部提示、诊断与风险")
    yield Text(f"[{words}](/console/app/cdss/patient?person_id={person})")
    told = [(name, value) for name, value in row["values"].items() if value is not None and _is_shown(name, view)]
    columns = (
        TableColumn("what", view.say("value", "项目")),
        TableColumn("value", view.say("of this patient", "患者数据")),
    )
    yield DataTable(columns, tuple((_name(name, view), _cell(value)) for name, value in told),
                    view.say("What the rule went by", "规则所用数据"))  # fmt: skip


def _facts(found: Explained, row: Mapping[str, Any], view: View) -> Iterator[Block]:
    entries = [one for one in (found.fact, found.card) if one is not None]
    if entries:
        yield entry_table(entries, view, view.say("The rule and its fact", "规则与知识"))
    else:
        yield Text(view.say("Source: ", "来源：") + row["source"])


def _gone(known: Knowledge, asked: str, view: View) -> Iterator[Block]:
    """The card is no longer shown, or not to this reader: what is known of such cards stays."""
    yield Text(view.say(
        "This card does not stand for this patient now, or the record is not yours to read.",
        "该提示目前不适用于该患者，或您无权查看其病历。",
    ))  # fmt: skip
    one = known.entries.get(f"card:{asked}")
    if one is not None:
        columns = (TableColumn("card", view.say("card", "提示")), TableColumn("source", view.say("source", "来源")))
        yield DataTable(columns, ((Label(one.names[view.language], f"entry?id={one.id}"), cited(one, view)),))


def _is_shown(name: str, view: View) -> bool:
    """Texts of facts are told in the table of facts, and in one language."""
    return not name.endswith(("_en", "_zh")) and name not in ("source", "severity")


_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "left": ("first drug", "药品一"), "right": ("second drug", "药品二"), "left_from": ("first since", "药品一起始"),
    "right_from": ("second since", "药品二起始"), "drug": ("drug", "药品"), "drug_from": ("since", "用药起始"),
    "allergen": ("allergy noted", "过敏记录"), "noted": ("noted on", "记录日期"), "value": ("value", "结果"),
    "unit": ("unit", "单位"), "taken": ("taken at", "采样时间"), "low": ("lower limit", "下限"),
    "high": ("upper limit", "上限"), "before": ("before", "前次结果"), "before_taken": ("taken before at", "前次时间"),
    "egfr": ("eGFR", "eGFR"), "crcl": ("creatinine clearance", "肌酐清除率"), "creatinine": ("creatinine", "肌酐"),
    "age": ("age", "年龄"), "stage": ("stage", "分期"), "ratio": ("times the lowest", "与最低值之比"),
    "rise": ("rise", "升高值"), "lowest": ("lowest before", "此前最低值"), "total": ("points", "总分"),
    "count": ("how many", "项数"), "pairs": ("pairs", "药物对数"), "drugs": ("drugs", "药品数"),
    "resp_rate": ("breaths a minute", "呼吸频率"), "sbp": ("systolic pressure", "收缩压"),
    "gcs": ("Glasgow coma score", "GCS"),
    "potassium": ("potassium", "血钾"), "qtc": ("QTc", "QTc"), "days": ("days", "天数"), "change": ("change", "变化"),
    "first": ("first drug", "药品一"), "second": ("second drug", "药品二"), "limit": ("limit", "界值"),
    "spo2": ("oxygen saturation", "血氧饱和度"), "pulse": ("pulse", "脉搏"), "temp": ("temperature", "体温"),
    "magnesium": ("magnesium", "血镁"), "rcv": ("reference change value, %", "参考变化值（%）"),
}  # fmt: skip


def _name(name: str, view: View) -> str:
    return _NAMES[name][view.language == "zh"] if name in _NAMES else name.replace("_", " ")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return f"{value:.4g}" if isinstance(value, float) else str(value).replace("T", " ")[:60]
