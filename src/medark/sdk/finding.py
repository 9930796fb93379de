"""A rule that fired: its values and evidence, and the card that its own words make"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from medark.define import Rule
from medark.define.memory import Evidence
from medark.model.card import LONGEST_SUMMARY, Card, CardSource, Coding, Indicator, Link
from medark.sdk.settings import Settings

if TYPE_CHECKING:
    from medark.sdk.app import CardRule

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What an application is told when a rule of its fires: never who, and no more than the rule's own values."""

    rule: str
    hook: str
    card: Card = field(repr=False)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    evidence: tuple[Evidence, ...] = ()
    settings: Settings = field(default_factory=lambda: Settings({}))
    language: str = "en"

    def say(self, en: str, zh: str) -> str:
        """The words of the reader's language."""
        return zh if self.language == "zh" else en


def card_of(rule: Rule, values: Mapping[str, Any], language: str, app: str) -> Card:
    """The card that a rule's words make of its values. A summary that has grown too long is cut; none is lost."""
    words = rule.card
    summary, detail = (words.summary_zh, words.detail_zh) if language == "zh" else (words.summary_en, words.detail_en)
    return Card(
        summary=_cut(filled(summary, values)),
        indicator=Indicator(words.indicator),
        source=CardSource(rule.source or app),
        detail=filled(detail, values),
    )


def with_told(card: Card, rule: CardRule, language: str, app: str) -> Card:
    """The card with what its rule tells beside its words: reasons to override it, unless it has its own, and links."""
    reasons = tuple(Coding(one.code, f"urn:medark:app:{app}:reason", _in(one.label, language)) for one in rule.reasons)
    links = tuple(Link(_in(one.label, language), one.url) for one in rule.links)
    return replace(card, override_reasons=card.override_reasons or reasons, links=(*card.links, *links))


def filled(text: str, values: Mapping[str, Any]) -> str:
    """A text with the value of each `{name}` in it; one that is missing is a dash.

    >>> filled("K {k} mmol/L, before {k_before}", {"k": 6.80000001, "k_before": None})
    'K 6.8 mmol/L, before —'
    """
    return _PLACE.sub(lambda place: _told(values[place[1]]) if place[1] in values else place[0], text)


def places(text: str) -> frozenset[str]:
    """The names of the values that a text shows."""
    return frozenset(_PLACE.findall(text))


def _told(value: object) -> str:
    match value:
        case None:
            return "—"
        case bool():
            return "✓" if value else "✗"
        case float():
            return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"
        case dt.datetime():
            return value.strftime("%Y-%m-%d" if value.time() == dt.time() else "%Y-%m-%d %H:%M")
    return str(value)


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words["en"]


def _cut(summary: str) -> str:
    return summary if len(summary) <= LONGEST_SUMMARY else summary[: LONGEST_SUMMARY - 1] + "…"
