"""Spans cut out the protected words of every text, and nothing protected stands outside them."""

from __future__ import annotations

import re

import pytest

from medark.synthetic.facts import rows
from medark.synthetic.reports.said import KINDS

DATE = re.compile(r"\d{4}年\d{2}月\d{2}日|\d{4}-\d{2}-\d{2}")
PHONE = re.compile(r"(?<!\d)120\d{8}(?!\d)")
TABLES = {"note": "text", "imaging": "report", "pathology": "report"}
HOSPITALS = {row[f"name_{language}"] for row in rows("organisations") for language in ("zh", "en")}


@pytest.fixture(scope="module", params=TABLES)
def texts(request, world):
    """(person, text, spans as (start, end, kind)) of a table."""
    people = {row["person"]: row for row in world["person"].to_pylist()}
    return [
        (people[row["person"]], row[TABLES[request.param]], [(s["start"], s["end"], s["kind"]) for s in row["spans"]])
        for row in world[request.param].to_pylist()
    ]


def test_there_are_texts(texts):
    assert texts


def test_spans_are_in_order_within_the_text_and_apart(texts):
    for _, text, spans in texts:
        ends = [0, *(end for _, end, _ in spans)]
        assert all(before <= start < end <= len(text) for before, (start, end, _) in zip(ends, spans, strict=False))
        assert {kind for _, _, kind in spans} <= set(KINDS)


def test_each_span_is_what_it_says(texts):
    for person, text, spans in texts:
        own = {
            "name": {person["name_zh"], f"{person['given_en']} {person['family_en']}"},
            "identity_no": {person["identity_no"]},
            "address": {person["address_zh"], person["address_en"]},
            "hospital": HOSPITALS,
        }
        for start, end, kind in spans:
            said = text[start:end]
            if kind in own:
                assert said in own[kind]
            elif kind == "date":
                assert DATE.fullmatch(said)
            elif kind == "phone":
                assert PHONE.fullmatch(said)


def test_nothing_protected_stands_outside_a_span(texts):
    for person, text, spans in texts:
        rest = list(text)
        for start, end, _ in spans:
            rest[start:end] = "\n" * (end - start)
        left = "".join(rest)
        secret = (person["name_zh"], person["identity_no"], person["phone"], person["address_zh"], *HOSPITALS)
        assert not any(word and word in left for word in secret)
        assert not DATE.search(left)
        assert not PHONE.search(left)


def test_doctors_and_relatives_are_named(chinese):
    kinds = {span["kind"] for spans in chinese["note"]["spans"].to_pylist() for span in spans}
    assert kinds == set(KINDS)


def test_a_relative_lives_in_the_same_household(chinese):
    people = chinese["person"].to_pylist()
    home = {row["person"]: row["household"] for row in people}
    names = {}
    for row in people:
        names.setdefault(row["household"], set()).add(row["name_zh"])
    for note in chinese["note"].to_pylist():
        for span in note["spans"]:
            if span["kind"] == "relative":
                assert note["text"][span["start"] : span["end"]] in names[home[note["person"]]]
