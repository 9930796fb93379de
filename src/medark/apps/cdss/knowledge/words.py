"""The words of kinds and relations, in both languages"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, tuple[str, str]]  # English, Chinese

ADVICE: Final[Words] = {
    "test": ("what to test", "检查"), "treat": ("what to do", "治疗"), "avoid": ("what to avoid", "避免"),
    "monitor": ("what to watch", "监测"),
}  # fmt: skip
KINDS: Final[Words] = {
    "symptom": ("symptom", "症状"), "disease": ("diagnosis", "诊断"), "test": ("test", "检验"),
    "drug": ("drug", "药品"), "group": ("group of drugs", "药品类别"), "rule": ("rule", "规则"),
    "source": ("source", "来源"),
}  # fmt: skip
RELATIONS: Final[Words] = {
    "shows": ("may show as", "可表现为"), "is_one_of": ("is one of", "属于"), "about": ("is about", "涉及"),
    "told_by": ("told by", "出自"), "shown_as": ("shown as", "提示为"), **ADVICE,
}  # fmt: skip
TO_CONFIRM: Final = ("to be confirmed", "待确认")


def say(words: Words, name: str, language: str) -> str:
    """A value in words; itself where there are none for it."""
    return words[name][language == "zh"] if name in words else name
