"""The words of values, in both languages"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.define import Series, case
from medark.sdk import Label

Words = Mapping[str, tuple[str, str]]  # of a value: English, Chinese

RISK: Final[Words] = {"low": ("low", "低危"), "moderate": ("moderate", "中危"), "high": ("high", "高危")}
BLEEDING: Final[Words] = {"not_high": ("not high", "非高危"), "high": ("high", "高危")}
GIVEN: Final[Words] = {
    "none": ("nothing", "无预防"), "drug": ("drug", "药物"), "mechanical": ("mechanical", "机械"),
    "both": ("drug and mechanical", "药物联合机械"),
}  # fmt: skip
STATE: Final[Words] = {
    "suited": ("suited", "恰当"), "missing": ("nothing given", "未预防"), "not_suited": ("not suited", "不恰当"),
}  # fmt: skip
WARD: Final[Words] = {"surgical": ("surgical", "外科"), "medical": ("medical", "内科")}
KNOWN: Final = {True: ("yes", "是"), False: ("no", "否"), None: ("ask", "待询问")}


_KINDS: Final[Mapping[str, Words]] = {"risk": RISK, "bleeding": BLEEDING, "state": STATE}
MARKS: Final = {
    ("risk", "high"): "critical", ("risk", "moderate"): "warning", ("bleeding", "high"): "warning",
    ("state", "missing"): "critical", ("state", "not_suited"): "warning", ("state", "suited"): "good",
}  # fmt: skip


def marked(kind: str, value: str | None, language: str) -> Label:
    """A value of risk, bleeding or state in words, marked by how much it matters."""
    return Label(told(value, _KINDS[kind], language), mark=MARKS.get((kind, value or ""), ""))


def told(value: object, words: Words, language: str) -> str:
    """A value in words; a dash for none."""
    found = words.get(str(value))
    return found[language == "zh"] if found else "—"


def both(name: str, of: Series, words: Words) -> dict[str, Series]:
    """A value in the words of both languages, as two series."""
    return {
        f"{name}_en": case(*((of == key, en) for key, (en, _zh) in words.items())),
        f"{name}_zh": case(*((of == key, zh) for key, (_en, zh) in words.items())),
    }
