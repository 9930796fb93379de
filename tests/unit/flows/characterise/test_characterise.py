"""A workspace characterised: what is kept and counted again, who sees what, files and what differs between two."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.check.achilles import parts
from medark.errors import AccessError, NotFoundError, RefusedInput
from medark.flows.characterise import Characterised, characterise, compared, files, newest, numbers, seen, shown
from medark.flows.characterise.counted import COUNTS, DISTRIBUTIONS
from medark.flows.characterise.keeping import forget, key_of, reads
from medark.flows.characterise.tables import summaries
from medark.flows.gate.reader import reader_of
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.access import Purpose
from medark.model.omop import tables
from medark.model.progress import Progress, Silent
from medark.model.user import User
from medark.sql.query import parse

PATIENTS = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(12)]


class Told(Silent):
    """Progress that remembers how many parts were counted."""

    def __init__(self) -> None:
        self.parts: list[int] = []

    def stage(self, name: str, total: int | None = None, unit: str = "") -> Progress:  # type: ignore[override]
        self.parts.append(total or 0)
        return super().stage(name, total, unit)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("characterised")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        made.ledger.users.add(User("rita", roles=frozenset({"researcher"})))
        ingest(made, hospital.write(root / "in", PATIENTS), "north/all")
        characterise(made, "olga")
    return root / "ws"


@pytest.fixture
def workspace(taken_in: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(taken_in, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


def count(found: Characterised, number: int, *strata: str) -> int:
    rows = [
        row
        for row in found.counts.to_pylist()
        if row["analysis_id"] == number and tuple(row[f"stratum_{n}"] for n in range(1, len(strata) + 1)) == strata
    ]
    return sum(row["count_value"] for row in rows)


def test_what_did_not_change_is_not_counted_again(workspace: Workspace, tmp_path: Path) -> None:
    told = Told()
    first = characterise(workspace, "olga", told)
    assert told.parts == [] and count(first, 1) == workspace.lake.snapshot().rows("person")
    ingest(workspace, hospital.write(tmp_path / "more", [hospital.Patient("Qzxlate", 77)]), "north/all")
    second = characterise(workspace, "olga", told)
    assert count(second, 1) == workspace.lake.snapshot().rows("person") > count(first, 1)
    folder = workspace.places.kept / "characterisation"
    names = [path.name for path in folder.glob("*.results")]
    assert len(names) == len({name.split("-")[0] for name in names}) == 19, "of each part what is newest"
    next(folder.glob("death-*.results")).unlink()
    again = characterise(workspace, "olga", told)
    assert told.parts == [12, 1] and again.counts.equals(second.counts), "of seven tables there are no records"


def test_a_part_depends_on_the_tables_that_it_reads_and_no_other(workspace: Workspace) -> None:
    snapshot = workspace.lake.snapshot()
    without = replace(snapshot, tables={name: of for name, of in snapshot.tables.items() if name != "measurement"})
    changed = {part.name for part in parts() if key_of(part, snapshot) != key_of(part, without)}
    assert changed == {"measurement", "overlaps"}


def test_the_tables_that_a_part_reads_are_those_that_its_queries_name() -> None:
    for part in parts():
        asked = [*part.counts, *(one.sql for some in (part.made, part.sums, part.values) for one in some)]
        named = frozenset().union(*(parse(sql).tables for sql in asked))
        assert reads(part) & tables().keys() == named & tables().keys(), part.name


def test_some_analyses_alone_are_those_of_all(workspace: Workspace) -> None:
    whole, some = characterise(workspace, "olga"), characterise(workspace, "olga", wanted=numbers(1801))
    rows = [row for row in whole.counts.to_pylist() if row["analysis_id"] == 1801]
    assert some.counts.to_pylist() == rows and rows and some.distributions.num_rows == 0
    assert numbers() is None and numbers(table="death") == {
        *range(500, 503), 504, 505, 506, 509, 510, *range(511, 516), 525, 530, 531, 532,
    }  # fmt: skip
    for unknown in ({"analysis_id": 424}, {"table": "nothing"}):
        with pytest.raises(NotFoundError):
            numbers(**unknown)  # type: ignore[arg-type]


def test_the_newest_is_read_as_it_was_made_and_forgotten_with_who_is_erased(workspace: Workspace) -> None:
    made = characterise(workspace, "olga")
    again = newest(workspace)
    assert again is not None and again.counts.equals(made.counts) and again.version == made.version
    workspace.kept.clear()
    forget(workspace)
    assert newest(workspace) is None
    assert [*(workspace.places.kept / "characterisation").glob("*")] == []


@pytest.mark.parametrize("left", [0, 60, -100], ids=["empty", "head", "cut"])
def test_results_that_are_damaged_are_counted_again(workspace: Workspace, left: int) -> None:
    told = Told()
    made = characterise(workspace, "olga")
    path = next((workspace.places.kept / "characterisation").glob("condition_occurrence-*.results"))
    written = path.read_bytes()
    path.unlink()
    path.write_bytes(written[:left])
    assert characterise(workspace, "olga", told).counts.equals(made.counts) and told.parts == [1]


def test_only_owners_and_stewards_characterise_and_see_counts_of_few(workspace: Workspace) -> None:
    with pytest.raises(AccessError):
        characterise(workspace, "rita")
    olga, rita = (seen(workspace, reader_of(workspace, name, Purpose.RESEARCH)) for name in ("olga", "rita"))
    assert olga is not None and rita is not None
    assert count(olga, 1) == 24 and count(rita, 1) == 20, "told in steps of ten"
    assert all(n % 10 == 0 for n in rita.counts["count_value"].to_pylist())
    assert olga.counts.num_rows > rita.counts.num_rows


def results(counts: list[tuple[object, ...]], distributions: list[tuple[object, ...]] = ()) -> Characterised:  # type: ignore[assignment]
    def row(schema: pa.Schema, told: tuple[object, ...]) -> dict[str, object]:
        number, strata, *rest = told
        named = {f"stratum_{n}": one for n, one in enumerate(strata, 1)}  # type: ignore[var-annotated,arg-type]
        return {"analysis_id": number, **named, **dict(zip(schema.names[6:], rest, strict=False))}

    sides = [pa.Table.from_pylist([row(schema, told) for told in side], schema) for schema, side in (
        (COUNTS, counts), (DISTRIBUTIONS, distributions))]  # fmt: skip
    return Characterised(1, 0, *sides)


def test_nothing_is_told_of_a_concept_that_few_people_have_and_no_single_value() -> None:
    spread = (100, 0.5, 9.5, 4.0, 1.0, 4.0, 1.0, 2.0, 6.0, 8.0)
    found = results(
        [
            (400, ("11",), 9), (401, ("11",), 500), (405, ("11", "1"), 400), (400, ("22",), 25), (401, ("22",), 501),
            (401, ("33",), 7), (2, ("8507",), 0), (432, ("0.010000", "3", "300"), 1),
            (1900, ("person", "race_source_value", "Li Lei"), 40),
        ],
        [(1815, ("22", "8"), *spread), (406, ("11", "8507"), *spread), (715, ("22",), 40, *spread[1:])],
    )  # fmt: skip
    told = shown(found, 10)
    assert [(row["analysis_id"], row["stratum_1"], row["count_value"]) for row in told.counts.to_pylist()] == [
        (400, "22", 20), (401, "22", 500), (2, "8507", 0),
    ]  # fmt: skip
    values, few = told.distributions.to_pylist()
    assert values["count_value"] == 100 and values["min_value"] is None and values["max_value"] is None
    assert (values["p10_value"], values["p25_value"], values["median_value"], values["p90_value"]) == (
        1.0,
        2.0,
        4.0,
        8.0,
    )
    assert (few["p10_value"], few["p25_value"], few["median_value"]) == (None, 2.0, 4.0), "ten of forty are a quarter"
    assert shown(found, 1) is found and shown(found, 0) is found


@pytest.mark.parametrize("form", files.FORMS)
def test_files_are_read_as_they_were_written(workspace: Workspace, tmp_path: Path, form: str) -> None:
    found = characterise(workspace, "olga")
    files.write(found, tmp_path / "out", form)
    again = files.read(tmp_path / "out")
    assert again.counts.equals(found.counts) and again.distributions.equals(found.distributions)
    assert (tmp_path / "out" / f"achilles_results.{form}").stat().st_mode & 0o077 == 0


def test_results_of_achilles_itself_are_read(tmp_path: Path) -> None:
    with (tmp_path / "ACHILLES_RESULTS.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([name.upper() for name in COUNTS.names])
        writer.writerow([400, "201826", "NA", "", "", "", 12])
    with pytest.raises(NotFoundError):
        files.read(tmp_path)
    (tmp_path / "achilles_results_dist.csv").write_text(",".join(DISTRIBUTIONS.names) + "\n")
    found = files.read(tmp_path)
    assert found.counts.to_pylist() == [{
        "analysis_id": 400, "stratum_1": "201826", "stratum_2": None, "stratum_3": None, "stratum_4": None,
        "stratum_5": None, "count_value": 12,
    }]  # fmt: skip
    (tmp_path / "ACHILLES_RESULTS.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RefusedInput):
        files.read(tmp_path)


def test_two_differ_where_their_counts_or_medians_do(workspace: Workspace) -> None:
    spread = (9, 0.0, 9.0, 4.0, 1.0, 4.0, 1.0, 2.0, 6.0, 8.0)
    here = results(
        [(1, (), 100), (2, ("8507",), 60), (2, ("8532",), 40), (400, ("5",), 7)], [(1815, ("5", "8"), *spread)]
    )
    other = results([(1, (), 100), (2, ("8507",), 50), (2, ("8532",), 50), (400, ("6",), 8)],
                    [(1815, ("5", "8"), *spread[:5], 5.0, *spread[6:])])  # fmt: skip
    sexes, conditions, values = compared(workspace, here, other)
    assert compared(workspace, here, here) == []
    assert (sexes.analysis.analysis_id, sexes.here, sexes.other, sexes.ratio, sexes.differing) == (2, 100, 100, 1.0, 2)
    assert (sexes.most, sexes.most_here, sexes.most_other) == (("8507",), 60, 50)
    assert (conditions.only_here, conditions.only_other, conditions.ratio) == (1, 1, 7 / 8)
    assert (values.analysis.analysis_id, values.here, values.other) == (1815, 4.0, 5.0)


def test_tables_are_summed_up_by_what_lies_inside_observation_periods(workspace: Workspace) -> None:
    found = characterise(workspace, "olga")
    told = {one.table: one for one in summaries(found)}
    rows = workspace.lake.snapshot().rows("measurement")
    measurement = told["measurement"]
    assert measurement.inside + (measurement.outside or 0) == rows
    assert sum(measurement.months.values()) == measurement.inside and list(measurement.months) == sorted(
        measurement.months
    )
    assert summaries(replace(found, counts=COUNTS.empty_table())) == []
