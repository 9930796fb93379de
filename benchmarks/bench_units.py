"""How often units are read, found and put right: on real exports with their units taken away, and on a city with truth

    python benchmarks/bench_units.py SHARED_DATA            # units of MIMIC-III, eICU and CLIF, stripped and swapped
    python benchmarks/bench_units.py --city DEMO_FOLDER     # a folder that examples/city/demo.py made

What counts is the value: a unit is right if numbers in it are the same in the concept's own unit (ng/mL and ug/L).
"""

from __future__ import annotations

import argparse
import math
import tempfile
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import duckdb

from medark.define.units import Linear, concept_units, line_to
from medark.standardise.units import ucum
from medark.standardise.units.candidates import Candidate, candidates
from medark.standardise.units.mixed import LEAST, Spread
from medark.standardise.units.suspect import Fault, Group, Suspect, suspects, unit_of
from units_city import city

STEPS = 40
FEW = 0.02  # the share of numbers that are swapped among the others
ARCHIVES = ("mimic3_demo", "eicu_demo_subset", "clif_mimic4_demo")
# Of each: code, LOINC, unit, number.
TABLES = {
    "mimic3_demo": """SELECT l.ITEMID AS code, d.LOINC_CODE AS loinc, coalesce(l.VALUEUOM, '') AS said,
        try_cast(l.VALUE AS DOUBLE) AS number FROM '{0}/LABEVENTS.csv' AS l JOIN '{0}/D_LABITEMS.csv' AS d
        ON d.ITEMID = l.ITEMID WHERE d.FLUID = 'Blood'""",
    "eicu_demo_subset": """SELECT labname AS code, labname AS loinc, coalesce(labmeasurenamesystem, '') AS said,
        try_cast(labresult AS DOUBLE) AS number FROM '{0}/lab.csv'""",
    "clif_mimic4_demo": """SELECT lab_category AS code, lab_category AS loinc, coalesce(trim(reference_unit), '')
        AS said, lab_value_numeric AS number FROM '{0}/3.0/clif_labs.parquet'""",
}
LOINC_OF = {"eicu_demo_subset": ("eicu/lab.toml", "lab_loinc"), "clif_mimic4_demo": ("clif/labs.toml", "lab_loinc")}


def main() -> None:
    """Print what is asked for."""
    about = argparse.ArgumentParser(description=__doc__)
    about.add_argument("data", nargs="?", type=Path, help="the folder of the archives")
    about.add_argument("--city", type=Path, help="a folder that examples/city/demo.py made")
    asked = about.parse_args()
    if asked.data:
        groups = [one for archive in ARCHIVES for one in read_archive(asked.data, archive)]
        real(groups)
    if asked.city:
        city(asked.city)


def read_archive(data: Path, archive: str) -> list[Group]:
    """The numbers of an archive by code and unit; with the LOINC codes of its shipped map."""
    codes = _loinc(*LOINC_OF[archive]) if archive in LOINC_OF else {}
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(data / f"{archive}.zip") as packed:
        packed.extractall(folder)
        rows = duckdb.sql(f"""SELECT code, loinc, said, floor({STEPS} * ln(number))::INT AS bin, count(*) AS n
            FROM ({TABLES[archive].format(f"{folder}/{archive}")}) WHERE number > 0 GROUP BY ALL""").fetchall()
    spreads: dict[tuple[str, str, str], Counter[int]] = {}
    for code, loinc, said, place, n in rows:
        spreads.setdefault((code, codes.get(loinc, loinc) or "", said), Counter())[place] += n
    print(f"{archive}: {_read({said: sum(c.values()) for (_, _, said), c in spreads.items()})}")
    return [
        Group(archive, str(code), said, 0, loinc, str(code), Spread(bins, STEPS))
        for (code, loinc, said), bins in sorted(spreads.items())
        if loinc in concept_units() and sum(bins.values()) >= LEAST
    ]


def _loinc(file: str, values: str) -> dict[str, str]:
    """LOINC by the source's name, as its shipped map says."""
    told = tomllib.loads(files("medark.standardise.maps").joinpath(file).read_text(encoding="utf-8"))
    codes: dict[str, str] = told["values"][values]
    return codes


def _read(rows: dict[str, int]) -> str:
    known = {said for said in rows if said and ucum(said)}
    told = sum(n for said, n in rows.items() if said)
    return f"{len(known)} of {len([s for s in rows if s])} units read, of rows {sum(rows[s] for s in known) / told:.2%}"


@dataclass(slots=True)
class Score:
    """How many were tried, named at all, named rightly; of those that are clear the same."""

    tried: int = 0
    found: int = 0
    right: int = 0
    clear: int = 0
    clear_right: int = 0

    def add(self, suspect: Suspect | None, true: Linear) -> None:
        """One that was spoilt, and what was found of it."""
        self.tried += 1
        if suspect is None:
            return
        first = suspect.likely[0]
        is_right = line_to(first.ucum, concept_units()[suspect.group.loinc]) == true
        self.found += 1
        self.right += is_right
        self.clear += suspect.is_clear
        self.clear_right += suspect.is_clear and is_right

    def __str__(self) -> str:
        clear = f"; clear {self.clear}, right {self.clear_right}" if self.clear else ""
        precision = f"{self.right / self.found:.1%}" if self.found else "-"
        recall = f"{self.right / self.tried:.1%}"
        return f"{self.tried} tried, found {self.found}, precision {precision}, recall {recall}{clear}"


def real(groups: Sequence[Group]) -> None:
    """Each test of each export spoilt alone: no unit; numbers in another unit in use; a few numbers in it."""
    print(f"as they are: {len(groups)} tests with a unit or without, of which in doubt:")
    for one in suspects(groups):
        print(f"  {one.fault:10} {one.group.source} {one.group.code} {one.group.said!r} "
              f"-> {one.likely[0].ucum} {one.likely[0].probability:.3f}")  # fmt: skip
    sound = [(one, unit, line) for one in groups if (unit := unit_of(one)) and (
        line := line_to(unit, concept_units()[one.loinc]))]  # fmt: skip
    for peers in (False, True):
        others = groups if peers else ()
        name = "with the other exports beside it" if peers else "alone"
        stripped, swapped, few = Score(), Score(), Score()
        for one, _, line in sound:
            rest = [other for other in others if other.source != one.source]
            stripped.add(_about([*rest, replace(one, said="")], one.source, Fault.MISSING), line)
            for other in _in_use(one, line):
                wrong = replace(one, spread=_moved(one.spread, line, other.line))
                swapped.add(_about([*rest, wrong], one.source, Fault.WRONG), other.line)
                some = replace(one, spread=_added(one.spread, _moved(one.spread, line, other.line)))
                few.add(_about([*rest, some], one.source, Fault.MIXED), other.line)
        print(f"{name}:\n  no unit:               {stripped}\n  numbers in another:    {swapped}"
              f"\n  {FEW:.0%} of numbers so:     {few}")  # fmt: skip


def _about(groups: Sequence[Group], source: str, fault: Fault) -> Suspect | None:
    return next((one for one in suspects(groups) if one.group.source == source and one.fault is fault), None)


def _in_use(one: Group, line: Linear) -> Iterator[Candidate]:
    concept = concept_units()[one.loinc]
    usual = {concept.ucum, *concept.usual}
    return (c for c in candidates(one.loinc) if c.line != line and not usual.isdisjoint((c.ucum, *c.same)))


def _moved(spread: Spread, given: Linear, wanted: Linear) -> Spread:
    """The same numbers in another unit."""
    way, bins = given.then(wanted.inverse()), Counter[int]()
    for place, n in spread.bins.items():
        number = float(way.factor) * math.exp((place + 0.5) / STEPS) + float(way.offset)
        if number > 0:
            bins[math.floor(STEPS * math.log(number))] += n
    return Spread(bins, STEPS)


def _added(spread: Spread, other: Spread) -> Spread:
    """A few of the other's numbers, around its middle, beside the own."""
    count, middle = max(1, round(FEW * spread.total)), round(other.quantile(0.5) * STEPS)
    strays = Counter(middle + number % 9 - 4 for number in range(count))
    return Spread(Counter(spread.bins) + strays, STEPS)


if __name__ == "__main__":
    main()
