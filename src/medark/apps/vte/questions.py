"""The short form: what data can't tell is asked at the bedside, and the total is told at once; it names nobody"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.sdk import Block, Field, Form, Heading, KeyFigure, KeyFigures, Page, Text, View

from .facts import BandFact, ItemFact, ScoreFact

ASK: Final = {"en": "Questions at the bedside", "zh": "床旁评估表"}
_SCORE: Final = "score"


@dataclass(frozen=True, slots=True)
class Total:
    """The points of answers: items answered with yes, of a group only the highest."""

    points: float
    band: BandFact


def total(fact: ScoreFact, yes: Sequence[ItemFact]) -> Total:
    """The total of the items that are there, and its band."""
    highest: dict[str, float] = {}
    for item in yes:
        key = f"group {item.group}" if item.group else item.name
        highest[key] = max(highest.get(key, item.points), item.points)
    points = sum(highest.values())
    reached = [band for band in fact.bands if points >= band.least]
    return Total(points, max(reached, key=lambda band: band.least))


def questions(facts: Mapping[str, ScoreFact]) -> Page:
    """The page. Its address holds answers but never a person."""
    return Page("questions", ASK, _Questions(facts))


class _Questions:
    def __init__(self, facts: Mapping[str, ScoreFact]) -> None:
        self._facts = facts

    def __call__(self, view: View) -> tuple[Block, ...]:
        language = view.language
        by_title = {fact.title[language]: fact for fact in self._facts.values()}
        fact = by_title.get(view.query.get(_SCORE, ""), next(iter(by_title.values())))
        yes = [item for item in fact.items if view.query.get(f"{fact.name}-{item.name}")]
        found = total(fact, yes)
        choose = Field(_SCORE, view.say("score", "评分"), "choice", fact.title[language], tuple(by_title))
        ticks = (Field(f"{fact.name}-{item.name}", _label(item, language), "check") for item in fact.items)
        return (
            Heading(ASK[language], 1),
            KeyFigures((
                KeyFigure(fact.title[language], found.points, note=found.band.label[language]),
                KeyFigure(view.say("for", "适用"), fact.population[language]),
            )),
            Form((choose, *ticks), view.say("Add up", "计算")),
            Text(_note(view, fact)),
        )  # fmt: skip


def _label(item: ItemFact, language: str) -> str:
    return f"{item.label[language]} ({item.points:+g})"


def _note(view: View, fact: ScoreFact) -> str:
    return view.say(
        f"Nothing is kept here: the record of the ward sends each answer as an observation `vte:<item>` of 1 or 0. "
        f"Source: {fact.source}",
        f"本页不保存内容：由病历系统以观察项 `vte:<条目>`（1 或 0）上传答案。来源：{fact.source}",
    )
