"""Finding what is known, by any word in Chinese or English"""

from __future__ import annotations

from typing import Final

from medark.sdk import Block, Field, Form, Heading, Page, Text, View

from ..knowledge.known import Knowledge
from ..knowledge.words import KINDS
from .told import entry_table

SEARCH: Final = {"en": "Look something up", "zh": "知识检索"}
_MOST: Final = 30
_KINDS: Final = ("disease", "rule", "drug", "group", "test", "symptom")


def search_page(known: Knowledge) -> Page:
    """The page. Its address holds the question, and no person."""

    def shown(view: View) -> tuple[Block, ...]:
        asked, kind = view.query.get("q", "").strip(), _kind(view.query.get("kind", ""))
        form = Form((
            Field("q", view.say("words", "检索词"), value=asked,
                  note=view.say("such as: AF bleeding", "如：房颤 抗凝；华法林 布洛芬；危急值 钾")),
            Field("kind", view.say("kind", "类型"), "choice", kind, ("", *_KINDS),
                  labels=(view.say("all", "全部"), *(KINDS[one][view.language == "zh"] for one in _KINDS))),
        ), view.say("Search", "检索"))  # fmt: skip
        return (
            Heading(SEARCH[view.language], 1),
            form,
            *(_found(known, view, asked, kind) if asked else _about(known, view)),
        )

    return Page("search", SEARCH, shown)


def _found(known: Knowledge, view: View, asked: str, kind: str) -> tuple[Block, ...]:
    found = [one for one, _hit in known.search(asked, _MOST, (kind,) if kind else _KINDS)]
    if not found:
        return (Text(view.say("Nothing is known here by these words.", "未找到相关知识。")),)
    return (entry_table(found, view, view.say(f"{len(found)} entries", f"{len(found)} 条")),)


def _about(known: Knowledge, view: View) -> tuple[Block, ...]:
    rules = [one for one in known.entries.values() if one.kind == "rule"]
    unsure, count = sum(1 for one in rules if one.to_be_confirmed), len(known.diagnoses)
    return (Text(view.say(
        f"{count} diagnoses, {len(rules)} rules and recommendations, each with its source; {unsure} are to be "
        "confirmed. They support a decision and do not make it.",
        f"收录 {count} 个诊断、{len(rules)} 条规则与推荐，均注明来源，其中 {unsure} 条待确认。"
        "内容仅供临床决策参考。",
    )),)  # fmt: skip


def _kind(told: str) -> str:
    return told if told in _KINDS else ""
