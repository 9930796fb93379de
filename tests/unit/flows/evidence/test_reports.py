"""Reports read back from their files: their numbers beside counts by plain Python over the rows that were delivered."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pypdfium2
import pytest

from medark import messages
from medark.errors import AccessError, UsageError
from medark.flows.documents.nouns import DocumentForm
from medark.flows.evidence import REPORTS, report
from medark.flows.evidence.rules import ASPECTS, evaluation, source_words
from medark.flows.quality import check, further
from medark.flows.quality.origin import RELATION, origin_of
from medark.flows.quality.session import rendered
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns, tables
from support.two_sources import made

AT = 1_795_000_000.0
RESULTS, UNKNOWN, VISITS = 40, 9, 20  # of both sources, as they were delivered


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with made(tmp_path_factory.mktemp("evidence")) as workspace:
        yield workspace


def as_workbook(workspace: Workspace, name: str, by: str = "olga") -> dict[str, list[dict[str, Any]]]:
    """The sheets of a report, each row by its headings."""
    content = report(workspace, by, name, DocumentForm.XLSX, language="en", at_s=AT).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = {}
    for sheet in book.worksheets[1:]:
        heads, *rows = sheet.iter_rows(values_only=True)
        sheets[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
    return sheets


def test_the_numbers_of_a_rule_are_those_of_the_rows(workspace: Workspace) -> None:
    found = {row["rule"]: row for row in as_workbook(workspace, "emr-level")["Numbers"]}
    told = {number: (found[number]["numerator"], found[number]["denominator"]) for number in found}
    assert told["12-1"] == (0, RESULTS), "no result has a unit"
    assert told["12-3"] == (0, RESULTS), "nobody says who did it"
    assert told["12-4"] == (RESULTS, RESULTS), "each is on the first of two days of its visit"
    assert told["21-3"] == (RESULTS, RESULTS)
    assert told["37-1"] == (VISITS, VISITS) and told["37-2"] == (0, VISITS), "visits have no department"
    assert told["3-1"] == (0, 0), "nobody was in a ward"
    assert {row["version"] for row in found.values()} == {workspace.lake.snapshot().version}


def test_the_query_of_a_rule_gives_its_numbers(workspace: Workspace) -> None:
    """By itself, in another connection to the same files, without the scan that counted all rules of a table."""
    sheets = as_workbook(workspace, "interconnectivity")
    queries = {row["rule"]: row["query"] for row in sheets["Rules"]}
    snapshot = workspace.lake.snapshot()
    compared = 0
    with workspace.engine.session() as session:
        for table in ("person", "visit_occurrence", "measurement", "condition_occurrence"):
            session.bind_parquet(table, list(snapshot.files(table)), lake_columns(table))
        for row in sheets["Numbers"]:
            if row["table"] in ("person", "measurement", "condition_occurrence"):
                (alone,) = session.query(queries[row["rule"]]).to_pylist()
                assert (alone["numerator"], alone["denominator"]) == (row["numerator"], row["denominator"])
                compared += 1
    codes = {row["rule"]: row for row in sheets["Numbers"]}["C5-1"]
    assert (codes["numerator"], codes["denominator"]) == (RESULTS - UNKNOWN, RESULTS)
    assert compared >= 6


def test_what_cannot_be_answered_is_listed_with_what_is_needed(workspace: Workspace) -> None:
    sheet = as_workbook(workspace, "emr-level")["Not answerable from data"]
    answered = {row["no."] for row in as_workbook(workspace, "emr-level")["Coefficients"]}
    assert answered == {"12", "21", "37"}
    assert answered | {row["no."] for row in sheet} == {str(number) for number in range(1, 40)}
    assert all(row["needed"] for row in sheet)


def test_the_report_on_quality_has_the_counts_of_the_checks(workspace: Workspace) -> None:
    failing = [one for one in check(workspace, "olga") if one.outcome == "failed"]
    sheets = as_workbook(workspace, "quality", "stella")
    rules = {row["check"]: row for row in sheets["Rules"]}
    assert {one.check.id: (one.violating, one.of) for one in failing} == {
        name: (row["numerator"], row["denominator"]) for name, row in rules.items()
    }
    standard = rules["field_standardconceptrecordcompleteness_measurement_measurement_concept_id"]
    assert (standard["numerator"], standard["denominator"]) == (UNKNOWN, RESULTS)
    assert "select count(*) from measurement" in standard["query"]
    assert {row["source"] for row in sheets["By source"]} == {"north/lis", "south/lis"}


def test_the_query_of_a_failing_check_gives_its_number(workspace: Workspace) -> None:
    rules = [row for row in as_workbook(workspace, "quality")["Rules"] if row["query"].startswith("select")]
    assert len(rules) >= 5 and {"duplicates_toldtwice"} <= {"_".join(row["check"].split("_")[:2]) for row in rules}
    with further.registered(workspace, workspace.lake.snapshot()) as session:
        session.bind_arrow(RELATION, origin_of(workspace).table())
        for row in rules:
            (line,) = session.query(rendered(workspace, session, row["query"])).to_pylist()
            assert [*line.values()] == [row["numerator"]], row["check"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_on_paper_says_version_rules_and_what_is_to_be_confirmed(workspace: Workspace, language: str) -> None:
    messages.use(language)
    try:
        made_ = report(workspace, "olga", "emr-level", DocumentForm.PDF, language=language, at_s=AT)
    finally:
        messages.use("en")
    pages = pypdfium2.PdfDocument(made_.content)
    said = "".join(page.get_textpage().get_text_range() for page in pages)
    words = "".join(said.split())
    assert "measurement" in words and "t.measurement_concept_id<>0" in words
    assert ("病房医嘱处理" if language == "zh" else "Wardorders") in words
    assert language == "zh" or "tobeconfirmed" in words
    assert made_.name.startswith("emr-level-") and b"pdfaid" in made_.content


def test_only_owners_and_stewards_get_one_and_it_is_in_the_audit(workspace: Workspace) -> None:
    for name in REPORTS:
        with pytest.raises(AccessError):
            report(workspace, "rita", name, DocumentForm.XLSX, language="en", at_s=AT)
    with pytest.raises(UsageError):
        report(workspace, "olga", "iso-9001", DocumentForm.XLSX, language="en", at_s=AT)
    exports = [one.detail for one in workspace.ledger.audit.entries() if one.action == "export"]
    assert {one["report"] for one in exports} >= {"emr-level"}


@pytest.mark.parametrize("name", ["emr", "interconnectivity"])
def test_every_rule_is_of_an_item_and_of_columns_that_there_are(name: str) -> None:
    asks = evaluation(name)
    numbers = {item.number for item in asks.items}
    for rule in asks.rules:
        assert rule.item in numbers and rule.aspect in ASPECTS and rule.table in tables()
    for item in asks.items:
        assert bool(asks.of(item)) != bool(item.needs.en), "an item is answered, or says what it needs"
    for source in {one.source for one in (*asks.items, *asks.rules)}:
        assert source_words(source).en == source and "confirmed" not in source_words(source).zh, "in both languages"
    assert len(asks.items) == {"emr": 39, "interconnectivity": 27}[name]
