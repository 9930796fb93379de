"""Accounts as a page and as JSON."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console

from medark import messages
from medark.cli import accounts
from medark.cli.text import cells
from medark.model.account import ErasureAccount, FileAccount, IngestAccount, RebuildAccount, UnitAccount


def drawn(view: object, width: int = 120) -> str:
    page = io.StringIO()
    Console(file=page, width=width, highlight=False).print(view)
    return page.getvalue()


def test_the_page_says_every_part_of_the_account(account):
    page = drawn(accounts.ingest_view(account, "city"))
    for text in (
        "Batch 3 from north/lis",
        "312 people · 720.4 MB · 12.4 s",
        "feed.zip!/../x",
        "b[red].gz",
        "path leaves the archive",
        "9,000",
        "person not known",
        "record=17 row=4",
        "what they point at is not there",
        "visit_occurrence_id",
        "column_0, column_1",
        "✓ every file, unit and row is accounted for",
        "medark map city",
        "medark quarantine list city",
        "medark raw get city 12",
    ):
        assert text in page, text


def test_the_sums_on_the_page_are_the_sums_of_the_account(account):
    lines = [line.split() for line in drawn(accounts.ingest_view(account, "city")).splitlines()]
    sums = [line[1:] for line in lines if line[:1] == ["sum"]]
    assert sums == [["1,139", "1,119", "10", "4", "6"], ["9,312", "9,112", "150", "50"]]


def test_sums_that_do_not_add_up_are_said(account):
    wrong = replace(account, files=replace(account.files, landed=1))
    page = drawn(accounts.ingest_view(wrong, "city"))
    assert "the sums do not add up" in page
    assert "accounted for" not in page
    assert accounts.ingest_json(wrong)["adds_up"] is False


def test_an_empty_folder_has_a_short_page():
    empty = IngestAccount(1, "x", FileAccount(), {}, (), (), (), 0, 0.01)
    page = drawn(accounts.ingest_view(empty, "city"))
    assert "Files" in page
    assert "OMOP table" not in page
    assert "quarantine" not in page


def test_long_lists_are_cut_and_say_how_to_see_the_rest(account):
    many = replace(account, waiting=account.waiting * 20)
    page = drawn(accounts.ingest_view(many, "city"))
    assert "and 8 more: --json shows them" in page
    assert len(accounts.ingest_json(many)["waiting"]) == 20


@pytest.mark.parametrize("language", ["en", "zh"])
def test_columns_line_up_in_any_language(account, language):
    messages.use(language)
    lines = drawn(accounts.ingest_view(account, "city")).splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("fhir"))
    heading, fhir, hl7v2 = lines[first - 1 : first + 2]
    ends = [number_ends(fhir)[-5:], number_ends(hl7v2)[-5:]]
    assert ends[0] == ends[1]
    assert max(cells(heading.rstrip()), ends[0][-1]) == ends[0][-1]


def number_ends(line: str) -> list[int]:
    return [cells(line[: match.end()]) for match in re.finditer(r"[\d,]+(?=\s|$)", line)]


def test_several_ingests_have_a_line_each_and_a_sum(account):
    other = replace(account, source="south/his", batch_no=4)
    page = drawn(accounts.ingests_view([account, other], "city"))
    lines = [line.split() for line in page.splitlines()]
    assert ["north/lis", "617", "1,139", "1,119", "10", "4", "6"] in lines
    assert ["sum", "1,234", "2,278", "2,238", "20", "8", "12"] in lines
    assert ["measurement", "17,600"] in lines
    assert "✓" in page
    assert "✗" in drawn(accounts.ingests_view([account, replace(other, files=FileAccount(1))], "city"))


def test_the_json_of_an_ingest_has_a_stable_shape(account):
    plain = json.loads(json.dumps(accounts.ingest_json(account)))
    assert list(plain) == [
        "batch", "source", "files", "units", "total", "tables", "reasons", "waiting", "proposed", "drift",
        "open_codes", "people", "seconds", "adds_up",
    ]  # fmt: skip
    assert plain["files"]["refused"][0] == {"name": "feed.zip!/../x", "reason": "path leaves the archive"}
    assert plain["total"] == {"units": 1139, "loaded": 1119, "quarantined": 10, "not_understood": 4, "excluded": 6}
    assert plain["tables"][1] == {
        "table": "measurement", "staged": 9000, "loaded": 8800, "replaced": 150, "quarantined": 50,
    }  # fmt: skip


def test_a_rebuild_says_whether_the_rows_are_the_same():
    same = RebuildAccount(10, {"person": 3}, {"person": 3}, 2.0)
    other = RebuildAccount(10, {"person": 3}, {"person": 4}, 2.0)
    assert accounts.rebuild_json(same)["same"] is True
    assert accounts.rebuild_json(other)["same"] is False
    assert "person" in drawn(accounts.rebuild_view(other))


def test_an_erasure_says_what_and_not_whose():
    erased = ErasureAccount({"person": 1, "measurement": 40, "death": 0}, 2, 3, 17, 5)
    page = drawn(accounts.erasure_view(erased))
    assert "measurement" in page
    assert "death" not in page
    assert "2 records removed, 3 rewritten, 17 units emptied" in page
    assert accounts.erasure_json(erased)["units"] == 17


def test_units_are_one_line():
    assert "1,000" in drawn(accounts.units_view("now", UnitAccount(1000, 1000)))
