"""The page: stands alone, escapes what came, counts right, speaks another language, whatever there is to show."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from medark.catalog import ColumnProfile, DataMap, FileEntry, Flow, SourceEntry, TableEntry, TopValue, groups
from medark.catalog.page import PHRASES, page
from medark.catalog.shown import IDENTIFIER, KEY, MANY, TEXT
from medark.model.account import UnitAccount

EVIL = "<script>alert(1)</script>"


def data_map(**changes) -> DataMap:
    column = ColumnProfile("gender_source_value", "VARCHAR", 2, 3, top=(TopValue(EVIL, 12),))
    hidden = ColumnProfile("person_source_value", "VARCHAR", 10, 0, masked="identifies people")
    entries = (FileEntry(1, "hl7v2", 2000, "done", UnitAccount(10, 7, 2, 1)),)
    source = SourceEntry("north/lis", "Asia/Shanghai", 1, entries, (
        TableEntry("table 9", 1, (column,), 9, "waiting for a map"),
    ))  # fmt: skip
    told = {
        "version": 4, "made_ms": 0, "vocabulary": "shipped", "people": 10, "sources": (source,),
        "tables": (TableEntry("person", 10, (column, hidden)), TableEntry("concept", 90_000, (column,))),
        "flows": (Flow("north/lis", "hl7v2", "person", 10),),
    }  # fmt: skip
    return DataMap(**{**told, **changes})


class Balanced(HTMLParser):
    """Fails when a tag is closed that was not open, or stays open."""

    VOID = frozenset({"meta", "input", "rect", "path", "i", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in ("meta", "input"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """Nothing to close."""

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("changes", [{}, {"sources": (), "flows": (), "tables": ()}])
def test_the_page_is_well_formed_and_fetches_nothing(changes):
    text = page(data_map(**changes), "Asia/Shanghai")
    reader = Balanced()
    reader.feed(text)
    assert reader.open == []
    assert len(set(reader.ids)) == len(reader.ids)
    assert not any(mark in text for mark in ("http://", "https://", "src=", "@import", "url("))
    assert "default-src 'none'" in text


def test_what_came_is_text_and_never_markup():
    text = page(data_map(), "UTC")
    assert EVIL not in text
    assert "&lt;script&gt;alert(1)" in text


def test_rows_of_the_lake_are_those_of_patients_not_of_vocabularies():
    text = page(data_map(), "UTC")
    assert '<b>10</b><span class="of">rows in the lake · 1 table<' in text
    assert "90,000 rows" in text


def test_what_needs_somebody_is_named():
    text = page(data_map(), "UTC")
    assert "2 quarantined" in text
    assert "1 not understood" in text
    assert "table 9" in text
    clean = SourceEntry("a", "UTC", 1, (FileEntry(1, "fhir", 1, "done", UnitAccount(3, 3)),), ())
    assert "Nothing: all that came is loaded" in page(data_map(sources=(clean,)), "UTC")


def test_the_share_that_is_loaded_is_not_rounded_up():
    entries = (FileEntry(1, "fhir", 1, "done", UnitAccount(100_000, 99_999, 1)),)
    text = page(data_map(sources=(SourceEntry("a", "UTC", 1, entries, ()),)), "UTC")
    assert "99.9<small>" in text


def test_masked_values_say_why():
    assert "hidden: identifies people" in page(data_map(), "UTC")


def test_every_fixed_phrase_can_be_said_in_another_language():
    words = {phrase: f"⟦{phrase}⟧" for phrase in PHRASES}
    text = page(data_map(), "UTC", words, "zh")
    assert '<html lang="zh">' in text
    assert "⟦# columns⟧" not in text
    assert "⟦1 column⟧" in text
    assert "⟦Needs somebody⟧" in text


def test_every_phrase_of_the_page_is_in_the_list_and_every_one_listed_is_said():
    template = files("medark.catalog").joinpath("page.html").read_text(encoding="utf-8")
    said = set(re.findall(r"""\bt\(["']([^"']+)["']\)""", template))
    counted = re.findall(r'count\([^"]*"(\w+)"\)', template)
    said |= {f"# {word}" for word in counted} | {f"# {word[:-1]}" for word in counted}
    said |= {"loaded", "quarantined", "not understood", "excluded"}  # ends of units
    said |= {KEY, TEXT, IDENTIFIER, MANY, "waiting for a map", "waiting", "pending", "done"}  # masks and states
    said |= {groups.CLINICAL, groups.SYSTEM, groups.ECONOMICS, groups.DERIVED, groups.METADATA, groups.VOCABULARY}
    assert said == set(PHRASES)
