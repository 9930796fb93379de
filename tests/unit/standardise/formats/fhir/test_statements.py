"""The page on FHIR to OMOP: all statements, tests that exist, types that are known."""

from __future__ import annotations

import re
from pathlib import Path

from medark.model.record import Chunk
from medark.model.source import Source
from medark.model.staging import RELATIONSHIPS, TYPES
from medark.standardise.formats.fhir import READER
from medark.standardise.formats.fhir.resources.registry import HANDLERS, KNOWN_TYPES

TESTS = Path(__file__).resolve().parents[4]
PAGE = (TESTS.parent / "docs" / "reference" / "fhir-to-omop.md").read_text(encoding="utf-8")
# Source: FHIR-to-OMOP 2.0 ballot, Requirements-fromNarrative.
STATEMENTS = """
    001 002 003 004 010 011 012 013 014 020 021 022 023 024 025 026 030 031 032 033 034 035 036 037 038 039 040 050 051
    052 053 060 061 062 063 070 071 072 073 080 081 082 090 091 092 093 100 102 103 110 111 112 120 121 122 132
"""


def test_every_statement_has_its_line_and_verdict() -> None:
    lines = re.findall(r"^\| f2o-(\d{3}) \| [^|]+ \| ([^|]+) \|", PAGE, re.MULTILINE)
    assert [number for number, _ in lines] == STATEMENTS.split()
    assert all(verdict.startswith(("met", "partly", "not")) for _, verdict in lines)


def test_every_test_named_on_the_page_exists() -> None:
    named = re.findall(r"`((?:unit|privacy|faults|golden)/[^`]+[^`/])`", PAGE)
    assert len(named) > 40
    for name in set(named):
        path, _, function = name.partition("::")
        if path.startswith("golden/fhir/"):
            assert list(TESTS.glob(f"{path}.in.*")), name
        else:
            assert f"def {function}" in (TESTS / path).read_text(encoding="utf-8"), name


def test_every_handled_resource_is_in_the_docs() -> None:
    table = PAGE.split("| resource | staging rows |")[1].split("## Rules")[0].replace(", -", ", Medication")
    for kind in HANDLERS:
        assert kind.__name__ in table, kind.__name__
    assert len(KNOWN_TYPES) > 140


def test_every_row_has_a_type_the_platform_knows() -> None:
    for path in sorted((TESTS / "golden" / "fhir").glob("*.in.json")):
        rows = READER.stage(Chunk(1, path.read_bytes()), Source("s")).rows
        for table in ("event", "visit", "visit_detail", "note", "specimen", "cost", "death"):
            assert {row.type for row in rows[table]} <= set(TYPES), (path.name, table)
        assert {row.relationship for row in rows["relation"]} <= set(RELATIONSHIPS)
