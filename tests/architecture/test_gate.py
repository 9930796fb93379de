"""Nobody reads the lake's rows but through the gate, and flows that write them, each for a reason that stands here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "medark"
OUTSIDE = ("cli", "serve", "sdk", "apps", "flows", "bootstrap.py", "__init__.py", "__main__.py")

# Flows that touch rows without a reader: they give none to anybody.
WRITERS = {
    "flows/lake_relations.py": "names rows of the lake for the steps of the writing flows",
    "flows/derive.py": "makes eras and periods of observation of what is there",
    "flows/cdm_source.py": "keeps the table that says where the lake comes from",
    "flows/ingest/wave.py": "new rows are made of what arrived and of what the lake has of the same people",
    "flows/ingest/standard.py": "the same, for messages and documents",
    "flows/ingest/merge.py": "rows of a merged patient number are given to the one that survives",
    "flows/ingest/rename.py": "rows of many numbers are given to the persons that they turned out to be",
    "flows/identity/linking.py": "birth and sex of whoever came before the crosswalk kept them",
    "flows/erase/erase.py": "a person's rows are found to be removed, and counted",
    "flows/definitions/refresh.py": "tells which people have new rows; these are asked through the gate",
    "flows/quality/further.py": "tells from the names of files whether anything changed",
    "flows/quality/site_rules.py": "tells from the names of files whether anything changed",
    "flows/quality/session.py": "counts what is wrong with all rows, for owners and stewards, and tells counts alone",
    "flows/quality/parts.py": "the same, of rows of some files",
    "flows/characterise/characterise.py": "counts all rows for owners and stewards, and keeps counts alone",
    "flows/characterise/keeping.py": "tells from the names of files whether anything changed",
    "flows/characterise/forward/forward.py": "tells from the names of files whether little changed",
    "flows/characterise/forward/changes.py": "the same counts, of people who have rows in files that came or went",
    "flows/characterise/forward/differing.py": "tells which rows of files written again changed; told is how many",
    "flows/characterise/histories.py": "keeps what people had when, for the owner of the files alone; told are counts",
    "flows/characterise/slices.py": "the same, while all rows are counted",
    "flows/characterise/person_rows.py": "keeps who people are and when they are observed, for the same owner alone",
    "flows/terms/unmapped.py": "counts rows by their codes, for owners and stewards, and tells counts alone",
    "flows/propose/leaving.py": "finds the keys of rows that a withdrawn map made, to take them away; told is how many",
    "flows/units/groups.py": "counts numbers by their units, for owners and stewards, and tells counts alone",
    "flows/notes/due.py": "notes are read into note_nlp beside them; told are counts alone",
    "flows/lineage/again.py": "rows of the same people, as a wave has them; told is only what the reader saw already",
    "flows/lineage/why.py": "tells from files which commit wrote a row that the reader has seen through the gate",
    "flows/hooks/prefetch.py": "rows that the caller itself sent, in a session that sees nobody's rows of the lake",
}
GATE = "flows/gate/"


def modules() -> Iterator[Path]:
    for name in OUTSIDE:
        place = SOURCE / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.exists() else []


def touches(path: Path) -> set[str]:
    """The ways in which a module reaches rows of the lake."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(attr="person_record" | "bind_parquet" | "data_files" as name):
                found.add(name)
            case ast.Call(func=ast.Name(id="LakeRelations")):
                found.add("LakeRelations")
            case ast.Call(func=ast.Attribute(attr="bind" | "files" as name, value=owner)) if _is_of_lake(owner):
                found.add(name)
            case ast.ImportFrom(module=str(module)) if module.startswith("medark.store.lake.person"):
                found.add("PersonReader")
    return found


def _is_of_lake(owner: ast.expr) -> bool:
    text = ast.unparse(owner).lower()
    return "snapshot" in text or text.rpartition(".")[2] in ("lake", "before", "now")


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def test_rows_of_the_lake_are_reached_through_the_gate_alone() -> None:
    strangers = {name(path): touches(path) for path in modules() if touches(path)}
    strangers = {place: how for place, how in strangers.items() if not place.startswith(GATE) and place not in WRITERS}
    assert strangers == {}


def test_whoever_is_let_past_the_gate_still_needs_it() -> None:
    assert {place for place in WRITERS if not (SOURCE / place).exists() or not touches(SOURCE / place)} == set()


def test_a_module_that_goes_round_the_gate_is_found(tmp_path: Path) -> None:
    for line in (
        "rows = workspace.lake.person_record(7)",
        "workspace.lake.snapshot().bind(session, 'person')",
        "snapshot.bind(session, 'person', name='p')",
        "session.bind_parquet('p', ws.lake.snapshot().files('person'), columns)",
        "LakeRelations(session, snapshot, [1])",
        "from medark.store.lake.person import PersonReader",
    ):
        (tmp_path / "round.py").write_text(line, encoding="utf-8")
        assert touches(tmp_path / "round.py"), line


def test_a_session_is_governed_where_people_ask() -> None:
    """What the command line, the HTTP edge and applications are given to ask with is the gate's, never the engine."""
    for path in modules():
        if name(path).startswith(("cli/", "serve/", "sdk/", "apps/")):
            text = path.read_text(encoding="utf-8")
            assert ".engine.session(" not in text and "DuckDB(" not in text, name(path)
