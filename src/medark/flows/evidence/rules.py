"""What an evaluation asks: its items, and the rules by which the lake answers them; facts in `facts/`"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from medark.messages import N_

ASPECTS: Final = (N_("consistency"), N_("completeness"), N_("integration"), N_("timeliness"))
UNCONFIRMED: Final = "to be confirmed"


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Chinese and in English."""

    zh: str
    en: str

    def spoken(self, language: str) -> str:
        """In a language: Chinese for zh, else English."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an evaluation. `needs`: what the lake lacks to answer it; "" where rules do."""

    number: str
    part: Words
    name: Words
    needs: Words
    source: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One number: of the rows of `table` (`t`) `among` which, those that meet `meets`; SQL over t, its person p and its
    visit v. `among` "": all.
    """

    item: str
    aspect: str
    table: str
    among: str
    meets: str
    words: Words
    source: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Items in order, and their rules."""

    items: tuple[Item, ...]
    rules: tuple[Rule, ...]

    def of(self, item: Item) -> tuple[Rule, ...]:
        """The rules of one item."""
        return tuple(rule for rule in self.rules if rule.item == item.number)


@cache
def evaluation(name: str) -> Evaluation:
    """Of `emr` or `interconnectivity`."""
    items = tuple(
        Item(
            row["item"], Words(row["part_zh"], row["part_en"]), Words(row["name_zh"], row["name_en"]),
            Words(row["needs_zh"], row["needs_en"]), row["source"],
        )
        for row in _rows(f"{name}_items.csv")
    )  # fmt: skip
    rules = tuple(
        Rule(
            row["item"], row["aspect"], row["table"], row["among"], row["meets"],
            Words(row["rule_zh"], row["rule_en"]), row["source"],
        )
        for row in _rows(f"{name}_rules.csv")
    )  # fmt: skip
    return Evaluation(items, rules)


@cache
def _sources() -> dict[str, Words]:
    return {row["en"]: Words(row["zh"], row["en"]) for row in _rows("sources.csv")}


def source_words(source: str) -> Words:
    """The source of an item or a rule, in both languages."""
    return _sources()[source]


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath("facts", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
