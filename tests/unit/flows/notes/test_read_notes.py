"""Notes of a lake read into note_nlp: what is written, what is read again, and what goes with its note"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medark.bootstrap import init_workspace
from medark.flows.erase import erase
from medark.flows.ingest import ingest
from medark.flows.notes import notes_state, read_notes, readers, run
from medark.flows.notes.readers import Readers
from medark.flows.rebuild import rebuild
from medark.flows.vocabulary import load
from medark.flows.workspace import Workspace
from medark.model.progress import Silent
from medark.standardise.notes import Lexicon, read

NOTES = {
    "a": ("1001", "主诉：发热3天。\n现病史：无咳嗽，考虑肺炎，予头孢曲松2g静滴。"),
    "b": ("1002", "出院诊断：2型糖尿病。血糖 12.1mmol/L↑。"),
    "c": ("1003", "患者一般可。"),
}
CONCEPTS = (  # made up: ids, names, domains, whether standard
    ("9000001", "肺炎", "Condition", "ICD10CN", "J18.9x", "", "9000002"),
    ("9000002", "Pneumonia", "Condition", "SNOMED", "233604007", "S", "9000002"),
    ("9000003", "青云病", "Condition", "SNOMED", "1", "S", "9000003"),
)


def _write(folder: Path, name: str, person: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    who = f"patient_id: {person}\n性别: 男\n出生日期: 1960-05-01"
    head = f"{who}\nnote_id: {name}\ndate: 2026-03-01 08:30\ntype: 出院小结\n\n"
    (folder / f"{name}.txt").write_text(head + text, encoding="utf-8")


def _rows(workspace: Workspace, sql: str) -> list[dict[str, Any]]:
    with workspace.engine.session() as session:
        for table in ("note", "note_nlp"):
            workspace.lake.snapshot().bind(session, table)
        return session.query(sql).to_pylist()


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Three notes, not yet read."""
    for name, (person, text) in NOTES.items():
        _write(tmp_path / "in", name, person, text)
    with init_workspace(tmp_path / "ws", time_zone="Asia/Shanghai", buckets=2) as made:
        ingest(made, tmp_path / "in", "north/emr")
        yield made


def test_each_mention_is_a_row_where_it_stands(workspace: Workspace) -> None:
    account = read_notes(workspace)
    rows = _rows(workspace, "SELECT * FROM note_nlp JOIN note USING (note_id)")
    assert account.notes == 3
    assert account.mentions == len(rows) == 6
    for row in rows:
        at = int(row["offset"])
        assert row["note_text"][at : at + len(row["lexical_variant"])] == row["lexical_variant"]
        assert row["medark_person_id"] == row["person_id"]
        assert row["medark_record_no"] is not None
        assert row["nlp_system"] == account.system
    told = {row["lexical_variant"]: (row["term_exists"], row["term_modifiers"]) for row in rows}
    assert told == {
        "发热": ("Y", "Kind=symptom"),
        "咳嗽": ("N", "Kind=symptom;Negation=true"),
        "肺炎": ("Y", "Kind=disease;Certainty=possible;Site=肺"),
        "头孢曲松": ("Y", "Kind=drug;Dose=2g;Route=静滴"),
        "2型糖尿病": ("Y", "Kind=disease"),
        "血糖": ("Y", "Kind=test;Value=12.1;Unit=mmol/L;Flag=high"),
    }


def test_what_is_read_is_not_read_again(workspace: Workspace) -> None:
    read_notes(workspace)
    again = read_notes(workspace)
    assert (again.notes, again.mentions, again.removed) == (0, 0, 0)
    assert notes_state(workspace).mentions == 6


def test_portions_are_read_as_one(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_PORTION", 1)  # each note by itself
    account = read_notes(workspace)
    assert (account.notes, account.mentions) == (3, 6)
    assert read_notes(workspace).notes == 0


def test_a_note_that_came_anew_is_read_anew(workspace: Workspace, tmp_path: Path) -> None:
    read_notes(workspace)
    _write(tmp_path / "later", "a", "1001", "主诉：头痛1天。")
    ingest(workspace, tmp_path / "later", "north/emr")
    account = read_notes(workspace)
    assert (account.notes, account.mentions, account.removed) == (1, 1, 4)
    assert {row["v"] for row in _rows(workspace, "SELECT lexical_variant AS v FROM note_nlp")} == {
        "头痛", "2型糖尿病", "血糖",
    }  # fmt: skip


def test_with_a_vocabulary_all_is_read_again_and_has_concepts(workspace: Workspace, tmp_path: Path) -> None:
    before = read_notes(workspace)
    assert _rows(workspace, "SELECT max(note_nlp_concept_id) AS n FROM note_nlp WHERE lexical_variant = '肺炎'") == [
        {"n": 0}
    ]
    load(workspace, [_vocabulary(tmp_path / "vocabulary")], Silent())
    _write(tmp_path / "more", "d", "1004", "考虑青云病。")
    ingest(workspace, tmp_path / "more", "north/emr")
    account = read_notes(workspace)
    assert account.system != before.system
    assert account.notes == 4
    sql = "SELECT lexical_variant AS v, note_nlp_concept_id AS c, note_nlp_source_concept_id AS s FROM note_nlp"
    found = {row["v"]: (row["c"], row["s"]) for row in _rows(workspace, sql)}
    assert found["肺炎"] == (9000002, 9000001)
    assert found["青云病"] == (9000003, 9000003)  # a name that only the vocabulary has
    assert notes_state(workspace).mentions == 7


def test_what_was_read_goes_with_the_person(workspace: Workspace) -> None:
    read_notes(workspace)
    person = _rows(workspace, "SELECT DISTINCT person_id AS p FROM note WHERE note_text LIKE '%糖尿病%'")[0]["p"]
    erase(workspace, str(person), Silent())
    assert {row["v"] for row in _rows(workspace, "SELECT lexical_variant AS v FROM note_nlp")} == {
        "发热", "咳嗽", "肺炎", "头孢曲松",
    }  # fmt: skip


def test_a_rebuild_reads_notes_that_were_read(workspace: Workspace) -> None:
    columns = 'note_nlp_id, note_id, "offset", lexical_variant, term_exists, term_modifiers, medark_person_id'
    read_notes(workspace)
    before = _rows(workspace, f"SELECT {columns} FROM note_nlp ORDER BY 1")
    rebuild(workspace, Silent())
    assert _rows(workspace, f"SELECT {columns} FROM note_nlp ORDER BY 1") == before


def test_the_setting_reads_them_with_the_ingest(workspace: Workspace, tmp_path: Path) -> None:
    settings = replace(workspace.settings, notes=replace(workspace.settings.notes, read_after_ingest=True))
    _write(tmp_path / "more", "d", "1004", "否认高血压。")
    ingest(replace(workspace, settings=settings), tmp_path / "more", "north/emr")
    rows = _rows(
        workspace, "SELECT lexical_variant AS v, term_exists AS e FROM note_nlp WHERE lexical_variant = '高血压'"
    )
    assert rows == [{"v": "高血压", "e": "N"}]


def test_worker_processes_find_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_WORTH_WORKERS", 1)
    monkeypatch.setattr(readers, "_AT_ONCE", 2_000)
    notes = [(number, text) for number in range(100) for _, text in NOTES.values()]
    with Readers(Lexicon.shipped(), (), "", workers=2) as several:
        found = [(count, table.num_rows) for count, table in several.mentions(notes)]
    assert sum(count for count, _ in found) == len(notes)
    assert sum(rows for _, rows in found) == 100 * sum(len(read(text).mentions) for _, text in NOTES.values())
    assert len(found) > 1


def _vocabulary(folder: Path) -> Path:
    folder.mkdir()
    columns = (
        "concept_id", "concept_name", "domain_id", "vocabulary_id", "concept_class_id", "standard_concept",
        "concept_code", "valid_start_date", "valid_end_date", "invalid_reason",
    )  # fmt: skip
    with (folder / "CONCEPT.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator=os.linesep)
        writer.writerow(columns)
        for number, name, domain, vocabulary, code, standard, _ in CONCEPTS:
            writer.writerow((number, name, domain, vocabulary, "", standard, code, "19700101", "20991231", ""))
    with (folder / "CONCEPT_RELATIONSHIP.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator=os.linesep)
        writer.writerow(
            ("concept_id_1", "concept_id_2", "relationship_id", "valid_start_date", "valid_end_date", "invalid_reason")
        )
        for number, *_rest, standard in CONCEPTS:
            writer.writerow((number, standard, "Maps to", "19700101", "20991231", ""))
    return folder
