"""Risk bands of thrombosis against who gets one: stays of a made-up city, judged by the application, beside the truth.

Run: .venv/bin/python benchmarks/bench_vte.py [--people 3000] [--years 3] [--seed 5] [--city FOLDER]
The city is made with `medark synth`; what its hospitals send is taken in; each stay is judged on its last day by the
application's own definitions (none of which looks at a thrombosis of the stay itself). A case is a thrombosis that
arose in the stay, as the truth has it: hazard by the city's own Padua points, five times as high from 4 on, and 0.4
times with prophylaxis (docs/reference/city.md). Shares are of stays, with the interval of Wilson (95 %).
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import shutil
import tempfile
import time
from pathlib import Path
from statistics import NormalDist

import duckdb
import pyarrow as pa

import medark
from medark.apps.vte.coded import all_coded
from medark.apps.vte.prophylaxis import standing
from medark.apps.vte.scores import assessments
from medark.apps.vte.stays import INPATIENT
from medark.bootstrap import init_workspace, open_workspace
from medark.define import Dataset, every, visits
from medark.define.attached import attach
from medark.flows.apps.reading import platform as reader_of_platform
from medark.flows.definitions.run import run
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.synthetic.settings import CitySettings
from medark.synthetic.write import write_city

ROOT = Path(__file__).parents[1]
APP, MAPS = ROOT / "src" / "medark" / "apps" / "vte", ROOT / "examples" / "city"
SYSTEMS = {"north": "north/his", "south": "south/his"}
LAST = dt.date(2025, 12, 31)
CASES = ("vte_dvt", "pulmonary_embolism")
# Heparin is left out: lines are flushed with it.
DRUGS = {"enoxaparin": "B01AB05", "rivaroxaban": "B01AF01", "warfarin": "B01AA03"}
BANDS = ("low", "moderate", "high")


def own_drugs(city: Path) -> dict[str, str]:
    """The hospitals' codes of drugs that prevent a thrombosis, and the ATC of each."""
    with duckdb.connect() as db:
        rows = db.execute(
            f"SELECT code, key FROM read_parquet('{city}/truth/local_code/*.parquet')"
            f" WHERE kind = 'drug' AND key IN ({', '.join(repr(one) for one in DRUGS)})"
        ).fetchall()
    return {code.lower(): DRUGS[key] for code, key in rows}


def stays(own: dict[str, str]) -> Dataset:
    """Each stay on its last day: the ward's risk by what is known, at most, and the scores it goes by."""
    attach({path.relative_to(APP).as_posix(): path.read_text("utf-8-sig") for path in APP.rglob("*.csv")})
    try:
        coded = all_coded(False, own)
        scores = assessments(coded, "china_2018")
        now = standing(scores, coded)
    finally:
        attach({})
    here = visits.of(INPATIENT)
    columns = {"risk": now.risk, "risk_most": now.risk_most, "padua": scores["padua"].least,
               "caprini": scores["caprini"].least, "drug": now.drug}  # fmt: skip
    return Dataset(every(here, start=here.end_date, end=here.end_date), columns, name="stays")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("people", 3000), ("years", 3), ("seed", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--city", default="", help="a folder with a city that is there")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        city = Path(told.city) if told.city else Path(scratch) / "city"
        if not told.city:
            first = LAST - dt.timedelta(365 * told.years - 1)
            write_city(CitySettings(told.people, first, LAST, seed=told.seed, dirt="none", pictures=0), city)
        with taken_in(city, Path(scratch) / "ws") as workspace:
            began = time.perf_counter()
            rows = run(workspace, reader_of_platform(workspace), stays(own_drugs(city)), today=LAST).rows
            print(f"{rows.num_rows} stays judged in {time.perf_counter() - began:.1f} s")
            show(with_truth(workspace, city, rows))
    print(f"medark {medark.__version__}, DuckDB {duckdb.__version__}, Python {platform.python_version()}")


def taken_in(city: Path, place: Path) -> Workspace:
    """A workspace that the city's hospitals have sent everything to."""
    init_workspace(place, time_zone="Asia/Shanghai").close()
    shutil.copytree(MAPS / "maps", place / "maps", dirs_exist_ok=True)
    settings = place / "medark.toml"
    systems = (MAPS / "systems.toml").read_text("utf-8")
    settings.write_text(settings.read_text("utf-8") + "\n" + systems, "utf-8")
    workspace = open_workspace(place, {})
    for name in SYSTEMS.values():
        ingest(workspace, city / "raw" / name, name)
    return workspace


def with_truth(workspace: Workspace, city: Path, rows: pa.Table) -> list[dict[str, object]]:
    """The stays that are of the truth, each with whether a thrombosis arose in it."""
    people = [
        {"organisation": name, "patient_no": key, "person_id": number}
        for name in SYSTEMS
        for key, number in workspace.crosswalk.persons(name).items()
    ]
    with duckdb.connect() as db:
        db.register("stay", rows)
        db.register("known", pa.Table.from_pylist(people))
        for name in ("encounter", "diagnosis", "registration"):
            db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{city}/truth/{name}/*.parquet')")
        found = db.execute(_TRUTH.format(cases=", ".join(f"'{one}'" for one in CASES)))
        names = [one[0] for one in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


_TRUTH = """
WITH arose AS (
  SELECT DISTINCT encounter FROM diagnosis WHERE disease IN ({cases})
)
SELECT s.risk, s.risk_most, s.padua, s.caprini, s.drug, e.reason, a.encounter IS NOT NULL AS is_case
FROM stay s
JOIN known k ON k.person_id = s.person_id
JOIN registration r ON r.organisation = k.organisation AND r.patient_no = k.patient_no
JOIN encounter e ON e.person = r.person AND e.organisation = r.organisation AND e.kind = 'inpatient'
  AND CAST(e."end" AS DATE) = CAST(s.entry_start AS DATE) AND NOT e.cancelled
LEFT JOIN arose a ON a.encounter = e.encounter
WHERE e.reason IS NULL OR e.reason NOT IN ({cases})
"""


def show(rows: list[dict[str, object]]) -> None:
    """Cases and stays by band, and by the line of Padua."""
    print(f"{len(rows)} stays of the truth, {sum(bool(row['is_case']) for row in rows)} with a thrombosis\n")
    print(f"{'by what is known':<30}{'stays':>8}{'cases':>8}{'per 1000':>10}  95 %")
    for band in BANDS:
        print(line(f"risk {band}", [row for row in rows if row["risk"] == band]))
    for label, high in (("Padua 0 to 3", False), ("Padua 4 and over", True)):
        print(line(label, [row for row in rows if (float(str(row["padua"])) >= 4) is high]))
    for label, given in (("no anticoagulant", False), ("anticoagulant", True)):
        print(
            line(f"risk high, {label}", [row for row in rows if row["risk"] == "high" and bool(row["drug"]) is given])
        )


def line(label: str, rows: list[dict[str, object]]) -> str:
    cases = sum(bool(row["is_case"]) for row in rows)
    low, high = wilson(cases, len(rows))
    share = 1000 * cases / max(1, len(rows))
    return f"{label:<30}{len(rows):>8}{cases:>8}{share:>10.1f}  {1000 * low:.1f} to {1000 * high:.1f}"


def wilson(cases: int, of: int) -> tuple[float, float]:
    """The interval of a share. Source: Wilson 1927, J Am Stat Assoc 22:209.

    >>> [round(one, 3) for one in wilson(5, 100)]
    [0.022, 0.112]
    """
    if not of:
        return 0.0, 1.0
    z, share = NormalDist().inv_cdf(0.975), cases / of
    middle, spread = share + z * z / (2 * of), z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    whole = 1 + z * z / of
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


if __name__ == "__main__":
    main()
