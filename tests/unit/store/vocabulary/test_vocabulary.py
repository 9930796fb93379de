"""Vocabularies loaded, loaded again, merged with what is shipped, bound and looked up."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from medark.errors import BusyError, RefusedInput, SourceError, StorageError, WorkspaceError
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.store.duckdb import DuckDB
from medark.store.durable import locked
from medark.store.vocabulary import Found, Vocabulary
from medark.store.vocabulary.vocabulary import RELATIONS

HEAD = {name: [column.name for column in tables()[name].columns] for name in VOCABULARY_TABLES}


def athena(folder: Path, table: str, *rows: tuple[object, ...]) -> Path:
    """A file as Athena writes it: upper-case name, tabs, no quoting, 20240131."""
    lines = ["\t".join(HEAD[table]), *("\t".join(map(str, row)) for row in rows)]
    path = folder / f"{table.upper()}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def concept(number: int, code: str, vocabulary: str = "SNOMED", standard: str = "S", **more: str) -> tuple[object, ...]:
    values = {"name": f"thing {number}", "domain": "Condition", "end": "20991231", "invalid": "", **more}
    return (number, values["name"], values["domain"], vocabulary, "Made up", standard, code, "19700101", values["end"],
            values["invalid"])  # fmt: skip


def maps_to(number: int, target: int, invalid: str = "") -> tuple[object, ...]:
    return (number, target, "Maps to", "19700101", "20991231", invalid)


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    return Vocabulary(tmp_path / "vocabulary", DuckDB(tmp_path / "scratch"))


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "athena"
    folder.mkdir()
    return folder


def read(vocabulary: Vocabulary, sql: str, tmp_path: Path) -> list[dict[str, object]]:
    with DuckDB(tmp_path / "scratch").session() as session:
        vocabulary.bind(session)
        return session.query(sql).to_pylist()


def test_before_anything_is_loaded_the_shipped_part_serves(vocabulary: Vocabulary, tmp_path: Path) -> None:
    assert vocabulary.release == "shipped"
    assert vocabulary.lookup("LOINC", ["2345-7"])["2345-7"].concept_ids == (3004501,)
    assert vocabulary.lookup("Gender", ["M"]) == {"M": Found(8507, (8507,), ("Gender",))}
    (row,) = read(vocabulary, "select count(*) as n from concept where vocabulary_id = 'ICD10CM'", tmp_path)
    assert row["n"] > 95_000
    assert vocabulary.rows["code_map"] == vocabulary.rows["concept"] - 1  # all but "no matching concept"


def test_a_load_in_athenas_form(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    athena(given, "concept", concept(501, "11"), concept(502, "A1", "Local", "", name='a "quoted\' name'),
           concept(503, "None", "Local", ""))  # fmt: skip
    athena(given, "concept_relationship", maps_to(502, 501), maps_to(503, 501, "D"))
    athena(given, "vocabulary", ("None", "OMOP", "x", "v5.0 27-FEB-26", 44819096), ("Local", "l", "", "", 0))
    athena(given, "drug_strength", (501, 502, 0.5, 8576, "", "", "", "", "", "19700101", "20991231", ""))
    (given / "readme.txt").write_text("not a vocabulary")
    report = vocabulary.load([given])
    assert report.changed
    assert report.release == vocabulary.release == "v5.0 27-FEB-26"
    assert report.ignored == ("readme.txt",)
    assert report.rows["drug_strength"] == 1
    assert set(report.rows) == set(RELATIONS)
    assert vocabulary.lookup("Local", ["A1", "None", "B9"]) == {
        "A1": Found(502, (501,), ("Condition",)),
        "None": Found(503, (), ("Condition",)),
    }
    (row,) = read(vocabulary, "select * from concept where concept_id = 502", tmp_path)
    assert row["concept_name"] == "a \"quoted' name"
    assert str(row["valid_start_date"]) == "1970-01-01"
    assert row["invalid_reason"] is None
    (row,) = read(vocabulary, "select * from drug_strength", tmp_path)
    assert (row["amount_value"], row["numerator_value"]) == (0.5, None)


def test_the_same_again_changes_nothing_and_costs_nothing(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    athena(given, "concept", concept(501, "11"))
    first = vocabulary.load([given])
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "vocabulary").iterdir()}
    again = vocabulary.load([given / "CONCEPT.csv"])
    assert (again.changed, again.digest, again.rows) == (False, first.digest, first.rows)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "vocabulary").iterdir()} == stamps


def test_the_same_files_elsewhere_have_the_same_digest(tmp_path: Path, vocabulary: Vocabulary, given: Path) -> None:
    athena(given, "concept", concept(501, "11"))
    other = Vocabulary(tmp_path / "other", DuckDB(tmp_path / "scratch"))
    assert vocabulary.load([given]).digest == other.load([given]).digest
    assert vocabulary.digest != Vocabulary(tmp_path / "third", DuckDB(tmp_path / "scratch")).digest


def test_a_table_that_comes_is_replaced_and_others_stay(vocabulary: Vocabulary, given: Path) -> None:
    athena(given, "concept", concept(501, "11"), concept(502, "A1", "Local", ""))
    athena(given, "concept_relationship", maps_to(502, 501))
    vocabulary.load([given])
    before = vocabulary.digest
    athena(given, "concept_relationship")
    vocabulary.load([given / "CONCEPT_RELATIONSHIP.csv"])
    assert vocabulary.digest != before
    assert vocabulary.lookup("Local", ["A1"]) == {"A1": Found(502, (), ("Condition",))}
    assert vocabulary.lookup("SNOMED", ["11"])["11"].concept_ids == (501,)


def test_loaded_wins_by_id_and_by_code(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    athena(given, "concept", concept(8507, "m", "Gender", domain="Gender", name="MÄNNLICH"),
           concept(601, "E11.9", "ICD10CM", ""), concept(602, "44054006"))  # fmt: skip
    athena(given, "concept_relationship", maps_to(601, 602))
    local = vocabulary.lookup("ICD10CM", ["E11.9", "E11.8"])
    assert local["E11.9"].source_concept_id >= 2_000_000_000
    vocabulary.load([given])
    assert vocabulary.lookup("ICD10CM", ["E11.9"]) == {"E11.9": Found(601, (602,), ("Condition",))}
    assert vocabulary.lookup("ICD10CM", ["E11.8"])["E11.8"] == local["E11.8"]
    rows = read(vocabulary, "select concept_name from concept where concept_id = 8507", tmp_path)
    assert rows == [{"concept_name": "MÄNNLICH"}]
    (row,) = read(vocabulary, "select count(*) as n, count(distinct concept_id) as d from concept", tmp_path)
    assert row["n"] == row["d"]
    twice = "select vocabulary_id from concept group by vocabulary_id, concept_code having count(*) > 1"
    assert read(vocabulary, twice, tmp_path) == []


def test_names_of_a_shipped_test_go_to_the_loaded_concept(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    sql = """select c.concept_id, s.concept_synonym_name as name from concept_synonym as s
      join concept as c using (concept_id) where c.concept_code = '14749-6'"""
    shipped = {row["name"] for row in read(vocabulary, sql, tmp_path)}
    assert any(not str(name).isascii() for name in shipped)
    athena(given, "concept", concept(3000483, "14749-6", "LOINC", domain="Measurement"))
    vocabulary.load([given])
    assert {(row["concept_id"], row["name"]) for row in read(vocabulary, sql, tmp_path)} == {
        (3000483, n) for n in shipped
    }


def test_every_standard_concept_is_its_own_ancestor(vocabulary: Vocabulary, tmp_path: Path) -> None:
    missing = """select c.concept_id from concept as c left join concept_ancestor as a
      on a.ancestor_concept_id = c.concept_id and a.descendant_concept_id = c.concept_id
      where c.standard_concept = 'S' and a.ancestor_concept_id is null"""
    assert read(vocabulary, missing, tmp_path) == []


def test_every_name_that_a_concept_uses_is_there(vocabulary: Vocabulary, tmp_path: Path) -> None:
    for table, column in (
        ("vocabulary", "vocabulary_id"),
        ("domain", "domain_id"),
        ("concept_class", "concept_class_id"),
    ):
        orphans = f"select distinct {column} from concept anti join {table} using ({column})"
        assert read(vocabulary, orphans, tmp_path) == []


def test_comma_separated_parquet_and_several_files(vocabulary: Vocabulary, given: Path) -> None:
    comma = given / "concept_seed.csv"
    comma.write_text(
        "\ufeff" + ",".join(HEAD["concept"]).upper() + "\r\n"
        + '501,"one, and ""more""",Condition,SNOMED,x,S,11,1970-01-01,2099-12-31,\r\n'
        + "502,to be replaced,Condition,SNOMED,x,,12,1970-01-01,2099-12-31,\r\n",
        encoding="utf-8",
    )  # fmt: skip
    values = [502, "two", "Drug", "SNOMED", "x", "S", "12", "1970-01-01", "2099-12-31", None]
    parquet = given / "more.parquet"
    pq.write_table(pa.table({name: [value] for name, value in zip(HEAD["concept"], values, strict=True)}), parquet)
    report = vocabulary.load([comma, parquet])
    assert report.left_out == {}
    assert vocabulary.lookup("SNOMED", ["11", "12"]) == {
        "11": Found(501, (501,), ("Condition",)),
        "12": Found(502, (502,), ("Drug",)),
    }


def test_a_code_of_two_meanings_has_two_rows_from_zero(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    athena(given, "concept", concept(501, "11"), concept(502, "12"), concept(503, "A", "Local", ""))
    athena(given, "concept_relationship", maps_to(503, 502), maps_to(503, 501))
    vocabulary.load([given])
    rows = read(vocabulary, "select map_no, concept_id from code_map where concept_code = 'A' order by 1", tmp_path)
    assert [tuple(row.values()) for row in rows] == [(0, 501), (1, 502)]
    assert vocabulary.lookup("Local", ["A"])["A"] == Found(503, (501, 502), ("Condition", "Condition"))


def test_cpt_codes_without_names_never_hide_those_with(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    named = athena(given, "concept", concept(701, "99213", "CPT4", name="a visit"))
    named.rename(given / "CONCEPT.csv.tmp")
    bare = athena(given, "concept", concept(701, "99213", "CPT4", name=""), concept(702, "99214", "CPT4", name=""))
    bare.rename(given / "CONCEPT_CPT4.csv")
    (given / "CONCEPT.csv.tmp").rename(named)
    vocabulary.load([given])
    rows = read(
        vocabulary, "select concept_name from concept where vocabulary_id = 'CPT4' order by concept_id", tmp_path
    )
    assert [row["concept_name"] for row in rows] == ["a visit", "99214"]


def test_lines_without_a_key_are_counted(vocabulary: Vocabulary, given: Path) -> None:
    athena(given, "concept", concept(501, "11"), ("not a number", *concept(502, "12")[1:]), concept(503, ""))
    assert vocabulary.load([given]).left_out == {"concept": 2}
    assert vocabulary.load([given]).left_out == {"concept": 2}


def test_a_sites_own_map(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    athena(given, "concept", concept(501, "11"), concept(502, "12", standard=""), concept(503, "13"))
    columns = HEAD["source_to_concept_map"]

    def entry(code: str, target: int, invalid: str = "") -> tuple[object, ...]:
        row = {"source_code": code, "source_concept_id": 0, "source_vocabulary_id": "lab", "target_concept_id": target,
               "target_vocabulary_id": "SNOMED", "valid_start_date": "2020-01-01", "valid_end_date": "2099-12-31",
               "invalid_reason": invalid}  # fmt: skip
        return tuple(row.get(name, "") for name in columns)

    athena(given, "source_to_concept_map", entry("A", 503), entry("A", 501), entry("B", 502), entry("C", 999),
           entry("D", 0), entry("E", 501, "D"))  # fmt: skip
    assert vocabulary.load([given]).unknown_targets == 2
    sql = "select concept_code, map_no, concept_id, source_concept_id from local_map order by 1, 2"
    rows = read(vocabulary, sql, tmp_path)
    assert [tuple(row.values()) for row in rows] == [("A", 0, 501, 0), ("A", 1, 503, 0), ("B", 0, 0, 502)]


def test_a_sites_own_map_to_another_code_means_what_that_means(
    vocabulary: Vocabulary, given: Path, tmp_path: Path
) -> None:
    athena(given, "concept", concept(501, "11"), concept(502, "12", standard=""))
    athena(given, "concept_relationship", maps_to(502, 501))
    row = {"source_code": "X", "source_concept_id": 0, "source_vocabulary_id": "lab", "target_concept_id": 502,
           "target_vocabulary_id": "SNOMED",
           "valid_start_date": "2020-01-01", "valid_end_date": "2099-12-31"}  # fmt: skip
    athena(given, "source_to_concept_map", tuple(row.get(name, "") for name in HEAD["source_to_concept_map"]))
    assert vocabulary.load([given]).unknown_targets == 0
    sql = "select concept_code, concept_id, source_concept_id from local_map"
    assert [tuple(row.values()) for row in read(vocabulary, sql, tmp_path)] == [("X", 501, 502)]


def test_the_real_subset_of_eunomia_in_parquet(vocabulary: Vocabulary, shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("eunomia") / "eunomia" / "GiBleed"
    report = vocabulary.load([folder])
    assert "person.parquet" in report.ignored
    assert report.rows["concept_ancestor"] >= pq.read_metadata(folder / "concept_ancestor.parquet").num_rows
    assert report.rows["concept"] >= pq.read_metadata(folder / "concept.parquet").num_rows
    assert report.left_out == {}


def test_the_real_seeds_of_synthea27(
    vocabulary: Vocabulary, shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    raw = shared_data("synthea27") / "synthea27" / "raw"
    report = vocabulary.load([raw / "vocabulary", raw / "stcm"])
    lines = (raw / "vocabulary" / "concept_relationship_seed.csv").read_text().count("\n")
    sql = """select count(*) as n from concept_relationship
      where relationship_id <> 'Maps to' or concept_id_1 <> concept_id_2"""
    assert abs(report.rows["concept_relationship"] - lines) < 1000
    assert read(vocabulary, sql, tmp_path)[0]["n"] <= lines
    assert report.rows["source_to_concept_map"] == 2
    assert report.unknown_targets == 0
    assert read(vocabulary, "select concept_code from local_map order by 1", tmp_path) == [
        {"concept_code": "U/L"}, {"concept_code": "{score}"}
    ]  # fmt: skip


def test_the_archive_of_synthea27nj(vocabulary: Vocabulary, shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    inner = shared_data("eunomia") / "eunomia" / "Synthea27Nj" / "Synthea27Nj_5.4.zip"
    with zipfile.ZipFile(inner) as members:
        members.extractall(tmp_path / "nj")
    report = vocabulary.load([tmp_path / "nj"])
    assert report.release.startswith("v5.0 ")
    assert "PERSON.csv" in report.ignored
    assert not any(name in report.ignored for name in ("CONCEPT.csv", "CONCEPT_ANCESTOR.csv", "VOCABULARY.csv"))


def test_bad_files_are_refused_and_leave_things_as_they_were(
    vocabulary: Vocabulary, given: Path, tmp_path: Path
) -> None:
    athena(given, "concept", concept(501, "11"))
    vocabulary.load([given])
    before = vocabulary.digest
    path = given / "CONCEPT.csv"
    path.write_text(path.read_text() + "502\ttoo few cells\n")
    with pytest.raises(RefusedInput) as caught:
        vocabulary.load([given])
    assert "too few cells" not in str(caught.value)
    with pytest.raises(SourceError):
        vocabulary.load([given / "no such file"])
    assert vocabulary.digest == before
    assert vocabulary.lookup("SNOMED", ["11"])
    path.write_bytes("\t".join(HEAD["concept"]).encode() + b"\n501\t\xff\xfe CANARY\n")
    with pytest.raises(RefusedInput) as caught:
        vocabulary.load([given])
    assert "CANARY" not in str(caught.value)
    torn = given / "torn.parquet"
    torn.write_bytes(b"PAR1 torn")
    path.unlink()
    assert vocabulary.load([given]).ignored == ("torn.parquet",)


def test_a_reader_keeps_the_version_it_bound(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    athena(given, "concept", concept(501, "11"))
    vocabulary.load([given])
    with DuckDB(tmp_path / "scratch").session() as session:
        vocabulary.bind(session)
        athena(given, "concept", concept(502, "11"))
        vocabulary.load([given])
        sql = "select source_concept_id as n from code_map where vocabulary_id = 'SNOMED'"
        assert session.query(sql)["n"].to_pylist() == [501]
    assert vocabulary.lookup("SNOMED", ["11"])["11"].source_concept_id == 502


def test_old_files_go_after_the_load_after_next(vocabulary: Vocabulary, given: Path, tmp_path: Path) -> None:
    for number in (501, 502, 503, 504):
        athena(given, "concept", concept(number, "11"))
        vocabulary.load([given])
    assert len(list((tmp_path / "vocabulary").glob("concept-*.parquet"))) <= 3
    assert len(list((tmp_path / "vocabulary").glob("code_map-*.parquet"))) == 2


def test_one_load_at_a_time(tmp_path: Path, given: Path) -> None:
    vocabulary = Vocabulary(tmp_path / "vocabulary", DuckDB(tmp_path / "scratch"), patience=0.05)
    vocabulary.load()
    with locked(tmp_path / "vocabulary" / "lock", 1), pytest.raises(BusyError):
        vocabulary.load([athena(given, "concept", concept(501, "11"))])


def test_another_version_is_not_read(vocabulary: Vocabulary, tmp_path: Path) -> None:
    vocabulary.load()
    path = tmp_path / "vocabulary" / "vocabulary.json"
    path.write_text(path.read_text().replace('"format": 1', '"format": 99'))
    with pytest.raises(WorkspaceError):
        _ = vocabulary.release
    path.write_text("{")
    with pytest.raises(WorkspaceError):
        vocabulary.load()


def test_a_folder_that_cant_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "vocabulary").write_text("a file where a folder should be")
    with pytest.raises(StorageError):
        Vocabulary(tmp_path / "vocabulary", DuckDB(tmp_path / "scratch")).load()


def test_killed_in_a_load_the_one_before_holds(tmp_path: Path, given: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from medark.store.duckdb import DuckDB\n"
        "from medark.store.vocabulary import Vocabulary; root = Path(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "Vocabulary(root / 'vocabulary', DuckDB(root / 'scratch')).load([Path(sys.argv[2])])"
    )
    vocabulary = Vocabulary(tmp_path / "vocabulary", DuckDB(tmp_path / "scratch"))
    athena(given, "concept", concept(501, "11"))
    vocabulary.load([given])
    before = vocabulary.digest
    athena(given, "concept", *(concept(1000 + n, str(n)) for n in range(50_000)))
    for wait in (0.05, 0.2, 0.35):
        process = subprocess.Popen([sys.executable, "-c", script, tmp_path, given], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if vocabulary.digest != before:
            break  # it was faster than we
        assert vocabulary.lookup("SNOMED", ["11"])["11"].concept_ids == (501,)
    assert vocabulary.load([given]).rows["code_map"] > 50_000
    assert vocabulary.lookup("SNOMED", ["49999"])["49999"].concept_ids == (50_999,)
    assert not [path for path in (tmp_path / "vocabulary").iterdir() if path.name.startswith(".")]
