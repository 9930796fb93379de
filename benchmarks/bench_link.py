"""People linked: how right that is in a made-up city and on FEBRL beside splink's plain settings, and how long it takes

Run: .venv/bin/python benchmarks/bench_link.py [--records 1000000] [--city DEMO] [--febrl febrl_1_2.zip]
--records: so many made-up registrations, two or so of a person, with the errors of docs/reference/city.md; what is
measured is what `medark identity link` does with them but for the lake's following. --city: a folder that
examples/city/demo.py made; its people are linked with the command's own code and held against its truth, pair by pair.
--febrl: FEBRL's data sets 1 and 2 as they come.
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from link_records import made_records, registered
from measuring import measured
from medark.flows.identity.linking import LEARNING, compared
from medark.standardise.identity import comparing
from medark.standardise.identity.clusters import Pair, clustered
from medark.standardise.identity.judging import Thresholds
from medark.standardise.identity.record import Record, comparable
from medark.store.duckdb import DuckDB
from medark.store.linkage import learnt

ROOT = Path(__file__).parent.parent
MEMORY = "1400MB"  # what engine.memory gives by default


@dataclass(frozen=True, slots=True)
class Rightness:
    """Pairs of records of one person: how many there are, were found, and are right."""

    true: int
    found: int
    right: int

    def __str__(self) -> str:
        precision, recall = self.right / max(self.found, 1), self.right / max(self.true, 1)
        return f"pairs {self.true:,}, found {self.found:,}, precision {precision:.2%}, recall {recall:.2%}"


def main() -> None:
    """What was asked for, one after the other."""
    about = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    about.add_argument("--records", type=int, default=0)
    about.add_argument("--city", type=Path)
    about.add_argument("--febrl", type=Path)
    asked = about.parse_args()
    if asked.city:
        print(f"city {asked.city}: {city(asked.city)}")
    if asked.febrl:
        febrl(asked.febrl)
    if asked.records or not (asked.city or asked.febrl):
        many(asked.records or 100_000)


def rightness(person_of: Mapping[int, int], truth: Mapping[int, Any]) -> Rightness:
    """Of records, by number: whom they were given to, and whose they are."""
    of_truth, of_found = Counter(truth.values()), Counter(person_of.get(n, n) for n in truth)
    of_both = Counter((truth[n], person_of.get(n, n)) for n in truth)
    true, found, right = (sum(n * (n - 1) // 2 for n in some.values()) for some in (of_truth, of_found, of_both))
    return Rightness(true, found, right)


def linked(records: Iterable[Record]) -> tuple[dict[int, int], pa.Table]:
    """Whom each record is given to (as `medark identity link` would), and the pairs that were found."""
    with measured("  records made comparable"):
        table = comparable(records)
    with tempfile.TemporaryDirectory() as scratch, DuckDB(Path(scratch), memory=MEMORY).session() as session:
        session.bind_arrow("record", table)
        session.table("blocked", comparing.blocks_sql("record"))
        with measured("  learnt"):
            fresh = comparing.settings(learns=True)
            model = comparing.steadied(learnt(session, "SELECT * FROM blocked", fresh, LEARNING))
        with measured("  compared"):
            pairs = compared(session, model, Thresholds(), is_learnt=True)
    with measured("  put together"):
        same = pairs.filter(pc.equal(pairs["verdict"], "same"))
        columns = (same[name].to_pylist() for name in ("left_key", "right_key", "weight"))
        numbers = zip(table["unique_id"].to_pylist(), table["ni"].to_pylist(), strict=True)
        ends = itertools.starmap(lambda left, right, weight: Pair(min(left, right), max(left, right), weight),
                                 zip(*columns, strict=True))  # fmt: skip
        clusters = clustered(ends, {number: [ni] for number, ni in numbers if ni})
    return dict(clusters.person_of), pairs


def asked_of(pairs: pa.Table, truth: Mapping[int, Any]) -> str:
    """How many pairs somebody is asked about, and how many of them are one person's."""
    unsure = pairs.filter(pc.equal(pairs["verdict"], "unsure")).to_pylist()
    right = sum(truth[one["left_key"]] == truth[one["right_key"]] for one in unsure)
    return f"asked about {len(unsure):,} pairs more, {right:,} of them one person's"


def answered(pairs: pa.Table, truth: Mapping[int, Any]) -> Rightness:
    """How right it is once somebody who knows has answered whatever is asked."""
    told = pairs.to_pylist()
    same = [one for one in told if one["verdict"] == "same" or truth[one["left_key"]] == truth[one["right_key"]]]
    ends = (Pair(*sorted((one["left_key"], one["right_key"])), one["weight"]) for one in same)
    return rightness(clustered(ends, {}).person_of, truth)


def many(count: int) -> None:
    """Made-up registrations: time, peak memory, and how right it is."""
    records, truth = made_records(count, np.random.default_rng(7))
    with measured(f"{count:,} records"):
        person_of, pairs = linked(registered(records))
    print(f"  {rightness(person_of, truth)}; {asked_of(pairs, truth)}")


def city(folder: Path) -> Rightness:
    """The city's people, linked in a copy of its workspace."""
    import shutil

    sys.path.insert(0, str(ROOT / "examples" / "city"))
    from compared import Comparison

    from medark.bootstrap import open_workspace
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.linking import link
    from medark.model.progress import Silent

    with tempfile.TemporaryDirectory() as root:
        copy = Path(root) / "workspace"
        shutil.copytree(folder / "workspace", copy)
        with measured("linked"), open_workspace(copy) as workspace:
            link(workspace, machine_user(), Silent())
            known = list(workspace.crosswalk.linked.known(()))
        with Comparison(copy, folder / "city" / "truth") as comparison:
            rows = comparison.db.execute("SELECT people, person_key, person FROM known").fetchall()
        whose = {(people, key): person for people, key, person in rows}
    truth = {one.key_no: whose[one.people, one.person_key] for one in known if (one.people, one.person_key) in whose}
    return rightness({one.key_no: one.person_id for one in known}, truth)


def febrl(archive: Path) -> None:
    """FEBRL 1 and 2 with this platform's settings, and with splink's plain ones."""
    with zipfile.ZipFile(archive) as packed:
        for name in sorted(n for n in packed.namelist() if n.endswith((".csv", ".CSV"))):
            rows = [
                {key.strip(): value.strip() for key, value in row.items()}
                for row in csv.DictReader(io.TextIOWrapper(packed.open(name), "utf-8"))
            ]
            truth = {number: row["rec_id"].split("-")[1] for number, row in enumerate(rows, 1)}
            print(f"{Path(name).name}, {len(rows):,} records")
            person_of, pairs = linked(_of_febrl(rows))
            print(f"  ours: {rightness(person_of, truth)}; {asked_of(pairs, truth)}")
            print(f"  ours, once that is answered: {answered(pairs, truth)}")
            for threshold in (0.5, 0.99):
                print(f"  plain, {threshold}: {rightness(plain(rows, threshold), truth)}")


def _of_febrl(rows: Sequence[Mapping[str, str]]) -> Iterable[Record]:
    for number, row in enumerate(rows, 1):
        day = row["date_of_birth"]
        home = " ".join(filter(None, (row[n] for n in ("street_number", "address_1", "suburb", "postcode"))))
        name = f"{row['given_name']} {row['surname']}".strip()
        said = {"name": name, "birth": f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 else "", "address": home,
                "SS": row["soc_sec_id"]}  # fmt: skip
        yield registered([(number, {kind: [value] for kind, value in said.items() if value})])[0]


def plain(rows: Sequence[Mapping[str, str]], threshold: float) -> dict[int, int]:
    """Whom splink's own comparisons give each record to, at a probability."""
    import logging

    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    columns = (
        "given_name",
        "surname",
        "street_number",
        "address_1",
        "suburb",
        "postcode",
        "date_of_birth",
        "soc_sec_id",
    )
    table = pa.table({"unique_id": list(range(1, len(rows) + 1))} | {c: [r[c] or None for r in rows] for c in columns})
    numbers = [cl.LevenshteinAtThresholds(c, [1, 2]) for c in ("date_of_birth", "soc_sec_id")]
    words = [cl.LevenshteinAtThresholds(c) for c in ("address_1", "suburb")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[cl.NameComparison("given_name"), cl.NameComparison("surname"), cl.ExactMatch("street_number"),
                     *words, *numbers, cl.LevenshteinAtThresholds("postcode", [1])],
        blocking_rules_to_generate_predictions=[
            block_on(c) for c in ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode")
        ],
    )  # fmt: skip
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    linker = Linker(DuckDBAPI().register(table), settings, log_level=logging.CRITICAL)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("soc_sec_id")], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for column in ("date_of_birth", "surname"):
        training.estimate_parameters_using_expectation_maximisation(block_on(column))
    found = linker.inference.predict(threshold_match_probability=threshold).as_record_list()
    pairs = (Pair(one["unique_id_l"], one["unique_id_r"], one["match_weight"]) for one in found)
    return dict(clustered(pairs, {}).person_of)


if __name__ == "__main__":
    main()
