"""A batch of one message and ten years of history take the same code: two waves say what one says"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from golden.domains.drawn import PARAMETERS, Drawn, bind, run
from medark.model.omop import lake_columns
from medark.store.duckdb import DuckDB

MERGED = {
    "person": "person_id", "death": "person_id", "visit_occurrence": "visit_occurrence_id", "provider": "provider_id",
    "visit_detail": "visit_detail_id", "care_site": "care_site_id", "image_occurrence": "image_occurrence_id",
}  # fmt: skip
PEOPLE, VISITS = st.sampled_from(["p1", "p2"]), st.sampled_from(["v1", "v2"])
TIMES = st.sampled_from(["", "2025", "2025-03", "20250301", "20250302101500", "2025-03-03T10:15:00Z", "nonsense"])
DAYS = st.sampled_from(["", "20250301", "20250302101500", "2025-03-03T10:15:00Z", "nonsense"])
WORDS = st.sampled_from(["", "M", "F", "I", "AMB", "odd"])


def _rows(table: str, **columns: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, list[str], list[list[str]]]]:
    rows = st.lists(st.tuples(*columns.values()).map(list), max_size=4)
    return rows.map(lambda drawn: (f"staged_{table}", list(columns), drawn))


WAVE = st.tuples(
    _rows("person", person_key=PEOPLE, birth_time=TIMES, gender=WORDS, race=WORDS, provider_key=WORDS),
    _rows("death", person_key=PEOPLE, death_time=TIMES, cause_code=WORDS, type=st.sampled_from(["ehr", "lab"])),
    _rows("visit", visit_key=VISITS, person_key=PEOPLE, class_code=WORDS, start_time=DAYS,
          end_time=TIMES | st.just("''"), provider_key=WORDS, discharged_to=WORDS, type=st.just("ehr_encounter")),
    _rows("visit_detail", detail_key=VISITS, visit_key=VISITS, person_key=PEOPLE, class_code=WORDS, start_time=DAYS,
          end_time=TIMES, care_site_key=WORDS, type=st.just("ehr")),
    _rows("provider", provider_key=WORDS.filter(bool), specialty_text=WORDS, gender=WORDS, birth_time=TIMES),
    _rows("care_site", care_site_key=WORDS.filter(bool), name=WORDS, kind=WORDS),
    _rows("image", person_key=PEOPLE, study_uid=st.just("1.2"), series_uid=VISITS, modality=WORDS, study_time=TIMES),
)  # fmt: skip


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(WAVE, WAVE)
def test_two_waves_say_what_one_says(first: tuple, second: tuple) -> None:
    early, late = _numbered(first, record_no=1), _numbered(second, record_no=2)
    lake = _through(early, {})
    two, one = lake | _through(late, lake), _through(_both(early, late), {})
    assert {k: r for k, r in two.items() if r != one.get(k)} == {k: r for k, r in one.items() if r != two.get(k)}


def _through(wave: Drawn, lake: dict) -> dict:
    """Rows by table and key, as one wave gives them over what the lake has."""
    with TemporaryDirectory() as scratch, DuckDB(Path(scratch), threads=1).session() as session:
        held = {f"lake_{t}": _drawn(t, [row for (table, _), row in lake.items() if table == t]) for t in MERGED}
        bind(session, wave | held | {"person_key": (["person_key", "person_id"], [["p1", "1"], ["p2", "2"]])})
        run(session, {n: r for n, r in wave.items() if r[1]}, [], PARAMETERS)
        found = {}
        for table, key in MERGED.items():
            there = session.query(f"SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = '{table}_rows'")
            for row in session.query(f"SELECT * FROM {table}_rows").to_pylist() if there["n"][0].as_py() else ():
                found[table, row[key]] = {c.name: row[c.name] for c in lake_columns(table)}
        return found


def _numbered(wave: tuple, record_no: int) -> Drawn:
    return {
        name: (["record_no", "row_no", *columns], [[str(record_no), str(i), *row] for i, row in enumerate(rows)])
        for name, columns, rows in wave
    }


def _both(early: Drawn, late: Drawn) -> Drawn:
    return {name: (columns, rows + late[name][1]) for name, (columns, rows) in early.items()}


def _drawn(table: str, rows: list[dict]) -> tuple[list[str], list[list[str]]]:
    names = [c.name for c in lake_columns(table)]
    return names, [["" if row[n] is None else str(row[n]) for n in names] for row in rows]
