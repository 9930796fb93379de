"""The page on quarantine reasons says what the code says"""

from __future__ import annotations

from pathlib import Path

from medark.check import gate, reasons
from medark.model.omop import VOCABULARY_TABLES, tables

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "quarantine-reasons.md"


def test_the_page_is_made_from_the_reasons() -> None:
    assert PAGE.read_text(encoding="utf-8") == reasons.reference_page()


def test_phrases_differ_and_none_can_break_the_sql() -> None:
    phrases = [reason.phrase for reason in reasons.REASONS]
    assert len(set(phrases)) == len(phrases)
    assert not [phrase for phrase in phrases if "'" in phrase or "|" in phrase]


def test_the_gate_gives_every_reason_and_no_other() -> None:
    sql = " ".join(gate.check_sql(table) for table in tables() if table not in VOCABULARY_TABLES)
    given = {piece.split("|")[0] for piece in sql.split("then '") if "|" in piece.split("'")[0]}
    assert given == {reason.phrase for reason in reasons.REASONS}
