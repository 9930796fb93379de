"""Sentences made up and labelled by hand: how one word in each is meant"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medark.standardise.notes import Context, read

_HERE = Path(__file__).parent


def _labelled(name: str) -> list[tuple[str, str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        return [(row["sentence"], row["word"], row["meant"]) for row in csv.DictReader(file, delimiter="|")]


def _said(context: Context) -> str:
    told = (
        ("negated", context.is_negated),
        ("possible", context.is_possible),
        ("past", context.is_past),
        ("planned", context.is_hypothetical),
        ("family", context.subject == "family"),
    )
    return " ".join(name for name, is_so in told if is_so)


@pytest.mark.parametrize(("sentence", "word", "meant"), [*_labelled("english.csv"), *_labelled("chinese.csv")])
def test_a_word_is_meant_as_the_sentence_says(sentence: str, word: str, meant: str) -> None:
    at = sentence.index(word)
    found = [one for one in read(sentence).mentions if one.span.start <= at < one.span.end]
    assert [one.text for one in found], "nothing was found there"
    assert _said(found[0].context) == meant
