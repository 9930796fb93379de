"""One entry: what it says, where it comes from, and what is around it, drawn"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.sdk import Block, Heading, Page, Text, View

from ..knowledge.entry import Entry
from ..knowledge.known import Knowledge
from ..knowledge.words import KINDS, TO_CONFIRM, say
from .drawing import drawn
from .told import entry_table

ENTRY: Final = {"en": "What is known", "zh": "知识条目"}
_MOST: Final = 26  # entries of a drawing
_BESIDE: Final = 60


def entry_page(known: Knowledge) -> Page:
    """The page of the entry that the query names."""

    def shown(view: View) -> tuple[Block, ...]:
        one = known.entries.get(view.query.get("id", ""))
        if one is None:
            nothing = view.say("There is no such entry.", "无此条目。")
            return (Heading(ENTRY[view.language], 1), Text(nothing))
        return (Heading(one.names[view.language], 1), *_about(one, view), *_around(known, one, view))

    return Page("entry", ENTRY, shown, is_listed=False)


def _about(one: Entry, view: View) -> Iterator[Block]:
    language = view.language
    words = [f"**{say(KINDS, one.kind, language)}**"]
    words += [f"**{TO_CONFIRM[language == 'zh']}**"] if one.to_be_confirmed else []
    words += [view.say("also: ", "别名：") + "、".join(one.synonyms[:6])] if one.synonyms else []
    yield Text(" · ".join(words))
    if one.text.get(language):
        yield Text(one.text[language])
    if one.kind == "disease":
        lines = view.say("What to test, treat, avoid and watch", "检查、治疗、避免与监测")
        yield Text(f"[{lines}](/console/app/cdss/diagnosis?diagnosis={one.id.partition(':')[2]})")
    if one.source and one.kind != "source":
        yield Text(view.say("Source: ", "来源：") + one.source)


def _around(known: Knowledge, one: Entry, view: View) -> Iterator[Block]:
    steps = 2 if one.kind in ("rule", "symptom") else 1
    near = known.graph.around(one.id, steps, _MOST, ends=("source", "test"))
    if len(near.nodes) > 1:
        yield drawn(known, near, view, title=view.say("What it is linked with", "关联图谱"), marked=(one.id,))
    beside = [known.entries[name] for name in known.graph.around(one.id, most=_BESIDE).nodes if name != one.id]
    if beside:
        yield entry_table(beside, view, view.say("Beside it", "相关条目"))
