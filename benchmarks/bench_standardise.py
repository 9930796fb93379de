"""Tables that nobody has described: profiled, proposed for, and held against the maps that people wrote of them.

Run: .venv/bin/python benchmarks/bench_standardise.py [speed] [accuracy] [unseen] [review] [--people 300]
         [--rows 2000000] [--wrong] [--chart docs/reference/propose/calibration.svg]
speed      profile rows/s beside `SELECT *` through the same engine; seconds to propose for 300 tables of 40 columns
accuracy   the city (examples/city/maps taken away) and four public data sets (their shipped maps taken away), with the
           lexicon as it ships and without any name that the source's own columns have; how often a chance turns out
           right (calibration; of each public data set by chances that were told without it); how much is mapped
           without asking, and how much of that is right
unseen     three made-up exports in styles of their own (benchmarks/unseen), held against their truth
review     the same exports ingested, and answered for at the prompt of `medark map review` by one who knows the truth,
           until nothing waits: tables, answers, seconds between an answer and the next question, seconds to take effect
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from medark.bootstrap import init_workspace
from medark.flows.ingest.land import land
from medark.flows.propose.approving import LEAST
from medark.flows.propose.profiling import profiled, sound_tables
from medark.flows.staging.staging import Staging
from medark.model.progress import Silent
from medark.model.source import Source
from medark.standardise.formats import TABLES
from medark.standardise.maps import SourceMap, known_sources
from medark.standardise.maps.reading import read_source
from medark.standardise.propose.draft import composed
from medark.standardise.propose.model import LINE, TABLE, Coefficients, coefficients
from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.names.paths import shared, ways
from medark.standardise.propose.profile import TableProfile, links
from medark.standardise.propose.reading import read_tables
from medark.standardise.propose.together import settled
from propose_chart import chart, points
from propose_review import reviewed
from propose_speed import profile_speed, propose_speed
from propose_truth import Judged, Proposed
from unseen import EXPORTS, world
from unseen.judge import judged_unseen

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared" / "data"
SETS = {
    "mimic3": "mimic3_demo.zip",
    "clif": "clif_mimic4_demo.zip",
    "eicu": "eicu_demo_subset.zip",
    "synthea": "synthea27.zip",
}
_LINES = sorted({*(0.8 + 0.02 * step for step in range(10)), LEAST})
_HELD = {"line": LINE, "table": TABLE}
_HEADING = f"{'source':22}" + "".join(f"{name:>8}" for name in ("columns", "right", "found", "alone", "of it"))
_HEADING += "   without its own names: right   found"


def main() -> None:
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("what", nargs="*", default=["speed", "accuracy", "unseen"])
    about.add_argument("--people", type=int, default=300)
    about.add_argument("--rows", type=int, default=2_000_000)
    about.add_argument("--chart", type=Path, help="where to draw how chances turned out")
    about.add_argument("--wrong", action="store_true", help="name the columns that are not right")
    asked = about.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "numpy")))
    if "speed" in asked.what:
        profile_speed(asked.rows)
        propose_speed()
    groups: dict[str, list[Judged]] = {}
    if "accuracy" in asked.what:
        with tempfile.TemporaryDirectory(prefix="bench-standardise-") as folder:
            groups |= accuracy(Path(folder), asked.people, wrong=asked.wrong)
    if "unseen" in asked.what:
        groups["unseen"] = unseen(wrong=asked.wrong)
        calibration("unseen exports", groups["unseen"])
    if "review" in asked.what:
        with tempfile.TemporaryDirectory(prefix="bench-standardise-") as folder:
            reviewed(Path(folder))
    if asked.chart:
        chart(groups, asked.chart)


def accuracy(folder: Path, people: int, *, wrong: bool) -> dict[str, list[Judged]]:
    """The tables of all sources, and the calibration over them."""
    groups: dict[str, list[Judged]] = {"the city": [], "public data sets": []}
    blinds: dict[str, list[Judged]] = {"the city": [], "public data sets": []}
    print(f"\n{_HEADING}")
    read: dict[str, list[Proposed]] = {"the city": [], "public data sets": []}
    for name, tables, maps in [*city(folder, people), *sets(folder)]:
        found, held = (against(name, tables, maps, hold=hold) for hold in (False, True))
        plain, blind = found.columns(), held.columns()
        if plain:
            tell(name, plain, blind, wrong=wrong)
            of = "the city" if name.startswith("city") else "public data sets"
            groups[of], blinds[of] = groups[of] + plain, blinds[of] + blind
            read[of].append(found)
    for of, some in groups.items():
        tell(of, some, blinds[of], wrong=False)
    print("right: of all columns; found: of those of which the hand-made map makes something;")
    print(
        f"alone: of the latter, those that are mapped without asking (chance {LEAST}); of it: the share that is right"
    )
    strict = [one for found in read["the city"] for one in found.columns(strict=True)]
    tell("the city, strictly", strict, blinds["the city"], wrong=wrong)
    lines(read)
    for of, some in groups.items():
        calibration(of, some)
        calibration(f"{of}, without their own names", blinds[of])
    return groups


def lines(read: Mapping[str, Sequence[Proposed]]) -> None:
    """What would be mapped without asking from each line on. The line was chosen by tools/fit_propose.py, of made
    exports and of the public data sets, each by chances that were told without it; the city stands beside it alone.
    """
    print(f"\nfrom a chance of {LEAST} on nobody is asked (tools/fit_propose.py chose it, without the city)")
    print("  line" + "".join(f"{of + ': columns':>28}{'right':>8}" for of in read))
    for line in _LINES:
        cells = ""
        for some in read.values():
            alone = [one for found in some for one in found.columns(line) if one.is_automatic]
            cells += f"{len(alone):28}{share(alone):8.4f}"
        print(f"{line:6.3f}{cells}{'  *' if line == LEAST else ''}")


def unseen(*, wrong: bool) -> list[Judged]:
    """Exports that nothing was fitted on."""
    print(f"\n{_HEADING}")
    made_up, all_, held = world(3), list[Judged](), list[Judged]()
    for name, export in EXPORTS.items():
        tables = export(made_up)
        plain, kinds = judged_unseen(name, tables)
        blind, _ = judged_unseen(name, tables, hold=True)
        tell(name, plain, blind, wrong=wrong)
        print(f"{'':22}{kinds} of {len(tables)} tables are what they are")
        all_, held = all_ + plain, held + blind
    tell("unseen", all_, held, wrong=False)
    return all_


def held_out(name: str) -> Coefficients:
    """As it ships, with chances of a public data set told by the others alone."""
    told = tomllib.loads((HERE / "propose_held.toml").read_text("utf-8"))
    parts = {of: np.array([told[of][name][n] for n in names]) for of, names in _HELD.items() if name in told[of]}
    return replace(coefficients(), **parts)


def against(
    name: str,
    tables: Sequence[TableProfile],
    maps: Mapping[str, SourceMap],
    *,
    hold: bool,
    told: Coefficients | None = None,
) -> Proposed:
    """The proposals for a source, held against its maps. `hold`: without the names of its own columns."""
    lexicon = Lexicon(without=own_names(tables) if hold else ())
    within = links(tables)
    readings = settled(read_tables(tables, lexicon, within, told=told or held_out(name)), within)
    return Proposed(tables, readings, composed(name, readings, within, {}), maps)


def own_names(tables: Sequence[TableProfile]) -> list[str]:
    """The names of columns, and of paths the ends by which they are read too."""
    named = [(table, [column.name for column in table.columns]) for table in tables]
    return [way for table, names in named for name in names for way in ways(name, shared(table.name, names))]


def tell(name: str, plain: Sequence[Judged], blind: Sequence[Judged], *, wrong: bool) -> None:
    alone = [one for one in plain if one.is_automatic]
    of_mapped = sum(one.is_mapped for one in alone) / max(1, sum(one.is_mapped for one in plain))
    cells = [share(plain), found(plain), of_mapped, share(alone)]
    print(
        f"{name:22}{len(plain):8}"
        + "".join(f"{cell:8.3f}" for cell in cells)
        + f"{share(blind):26.3f}{found(blind):8.3f}"
    )
    for one in plain if wrong else ():
        if not one.right:
            print(f"    {one.column} ({one.chance:.2f})")


def share(some: Sequence[Judged]) -> float:
    return sum(one.right for one in some) / len(some) if some else 0.0


def found(some: Sequence[Judged]) -> float:
    return share([one for one in some if one.is_mapped])


def calibration(what: str, some: Sequence[Judged]) -> None:
    """Chance said and share right, by steps; a bar is the share, the mark where it should end."""
    print(f"\ncalibration, {what}")
    for said, right, number in points(some):
        bar, mark = ("#" * round(40 * right)).ljust(41), round(40 * said)
        print(f"  said {said:.2f}  right {right:.2f}  of {number:5}  |{bar[:mark]}+{bar[mark + 1 :]}|")


def city(folder: Path, people: int) -> list[tuple[str, list[TableProfile], Mapping[str, SourceMap]]]:
    """The city's systems that export tables, with the maps of examples/city."""
    command = [sys.executable, "-m", "medark", "synth", str(folder / "city"), "--people", str(people), "--seed", "7"]
    days = ["--from", "2024-01-01", "--to", "2024-12-31", "--pictures", "2", "--json"]
    subprocess.run([*command, *days], check=True, capture_output=True)
    maps = {
        place.name: read_source(place) for place in (HERE.parent / "examples/city/maps").iterdir() if place.is_dir()
    }
    raw = folder / "city" / "raw"
    systems = sorted(f"{place.parent.name}/{place.name}" for place in raw.glob("*/*") if place.is_dir())
    return [(f"city {name}", profiles(folder, raw / name, name), maps) for name in systems]


def sets(folder: Path) -> list[tuple[str, list[TableProfile], Mapping[str, SourceMap]]]:
    """The public data sets, with the maps that ship."""
    found = []
    for name, archive in SETS.items():
        with zipfile.ZipFile(SHARED / archive) as content:
            content.extractall(folder / name)
        tables = [t for t in profiles(folder, folder / name, name) if not t.name.endswith("_seed")]
        found.append((name, tables, {name: known_sources()[name]}))
    return found


def profiles(folder: Path, raw: Path, name: str) -> list[TableProfile]:
    """The tables of a folder that have rows, profiled from the landing store."""
    with init_workspace(folder / f"ws-{name.replace('/', '-')}") as workspace:
        source = Source(name)
        workspace.landing.put_source(source)
        with Staging(workspace.landing, 1) as staging:
            batch = workspace.ledger.batches.begin(workspace.landing.next_batch(name), name)
            land(workspace, source, batch.batch_no, raw, Silent(), staging)
        records = [record for record in workspace.landing.records() if record.format in TABLES]
        tables = [table for record in records for table in sound_tables(workspace, record)]
        return [one.table for one in profiled(workspace, tables) if one.table.rows]


if __name__ == "__main__":
    main()
