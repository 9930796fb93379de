"""Errors planted in a made-up city: which check finds each class of them, how many it finds, how much of it is right

Run: .venv/bin/python benchmarks/bench_planted.py [--people 500] [--dirt usual high] [--folder KEPT]
Makes the city of the demonstration for each level of dirt (KEPT/LEVEL is used again if it is there), runs every check
beyond the dashboard, and holds what violates them against the city's truth. Planted: errors that the platform was sent
(a registration that no system ever told of is none). Right: the share of what the checks point at that is such an
error. What a unit is: of results and reports the message, of diagnoses the row, of people the registration, else the
file or the row kept back.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "examples" / "city"))
from compared import Comparison  # noqa: E402

from medark.check.checks import Check  # noqa: E402
from medark.check.counting import Counts  # noqa: E402
from medark.check.further import people  # noqa: E402
from medark.flows.quality import further  # noqa: E402
from medark.flows.quality.places import looking  # noqa: E402
from medark.flows.quality.session import rendered  # noqa: E402
from medark.flows.workspace import Workspace  # noqa: E402

# Each class of errors, and the kinds of checks that are to find it.
FIND: Final[Mapping[str, tuple[str, ...]]] = {
    "missing_value": ("numberMissing", "resultEmpty"),
    "impossible_value": ("valueOutlying", "pointLost", "unitMistaken"),
    "other_unit": ("unitMistaken", "valueOutlying"),
    "wrong_code": ("codeUnknown",),
    "clock_skew": ("reportedBefore", "resultBeforeOrder", "reportedLate"),
    "late_report": ("reportedLate",),
    "end_before_start": ("keptBack",),
    "truncated": ("keptBack", "cutShort"),
    "mixed_encoding": ("keptBack", "encodingMixed"),
    "sent_twice": ("sentTwice",),
    "typo": ("nameAtOdds",),
    "changed_name": ("nameAtOdds",),
    "twin_mixed": ("nameAtOdds", "sexAtOdds"),
    "wrong_birth": ("birthAtOdds",),
    "identity_15": ("identityOld",),
    "missing_identity": ("identityMissing",),
    "impossible_identity": ("identityImpossible",),
    "shared_phone": ("phoneShared",),
    "second_number": ("numbersMerged",),
    "registered_twice": ("registeredTwice",),
}
_LAB: Final = (
    "numberMissing",
    "resultEmpty",
    "valueOutlying",
    "pointLost",
    "unitMistaken",
    "reportedBefore",
    "reportedLate",
    "resultBeforeOrder",
)
_UNIT: Final = pa.schema([("kind", pa.string()), ("unit", pa.string())])
# Where each error is: the class, the error, the unit of what a check points at.
_PLANTED: Final = """
CREATE OR REPLACE TEMP TABLE told AS
WITH message AS (
  SELECT DISTINCT r.lab_order, m.medark_record_no || ':' || m.medark_row_no AS unit
  FROM truth.lab_result AS r
  JOIN lake.measurement AS m ON m.measurement_datetime = r.collected
  JOIN who AS w ON w.person_id = m.person_id AND w.person = r.person AND w.people = r.organisation
  JOIN code AS c ON c.organisation = w.people AND c.kind = 'test' AND c.code = m.measurement_source_value
    AND c.key = r.test
)
SELECT p.kind, p.key AS error, m.unit
FROM truth.planted AS p JOIN truth.lab_result AS r ON r.lab_result = p.key JOIN message AS m USING (lab_order)
WHERE p."of" = 'lab_result'
UNION ALL
SELECT p.kind, p.key, m.unit FROM truth.planted AS p JOIN message AS m ON m.lab_order = p.key WHERE p."of" = 'lab_order'
UNION ALL
SELECT p.kind, p.key || p.written_value, o.medark_record_no || ':' || o.medark_row_no
FROM truth.planted AS p JOIN who AS w ON w.person = p.person
JOIN lake.condition_occurrence AS o ON o.person_id = w.person_id AND o.condition_source_value = p.written_value
WHERE p.kind = 'wrong_code'
UNION ALL
SELECT p.kind, p.written_value, 'key ' || k.key_no
FROM truth.planted AS p JOIN key_no AS k ON k.person_key = p.written_value
  AND k.people = CASE WHEN p.organisation LIKE 'clinic%' THEN 'clinics' ELSE p.organisation END
WHERE p."of" = 'registration'
UNION ALL
SELECT 'same person', t.unit, t.unit FROM (
  SELECT 'key ' || k.key_no AS unit, count(*) OVER (PARTITION BY k.people, r.person) AS n
  FROM truth.registration AS r JOIN key_no AS k ON k.person_key = r.patient_no
    AND k.people = CASE WHEN r.organisation LIKE 'clinic%' THEN 'clinics' ELSE r.organisation END
) AS t WHERE t.n > 1
"""
_FILES: Final = """
SELECT count(DISTINCT p."column"), count(DISTINCT p."column") FILTER (EXISTS (
  SELECT 1 FROM pointed AS f JOIN landed AS l USING (record_no)
  WHERE starts_with(p."column", l.source) AND contains(l.file, split_part(split_part(p."column", '/', -1), '.', 1))))
FROM truth.planted AS p WHERE p.kind = '{kind}'
"""
_COUNTED: Final = """
SELECT count(DISTINCT error), count(DISTINCT error) FILTER (unit IN (SELECT unit FROM flagged WHERE kind IN {kinds}))
FROM told WHERE kind = '{kind}'
"""
_RIGHT: Final = """
SELECT count(DISTINCT unit), count(DISTINCT unit) FILTER (unit IN (SELECT unit FROM told WHERE kind IN {classes}))
FROM flagged WHERE kind IN {kinds}
"""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, default=500)
    arguments.add_argument("--dirt", nargs="+", default=["usual", "high"])
    arguments.add_argument("--folder", type=Path)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-planted-") as folder:
        for level in given.dirt:
            place = (given.folder or Path(folder)) / level
            if not place.is_dir():
                city(place, given.people, level)
            report(place, level)


def city(folder: Path, people_: int, level: str) -> None:
    """A city and its workspace, as the demonstration makes them."""
    command = [sys.executable, str(ROOT / "examples" / "city" / "demo.py"), str(folder), "--people", str(people_)]
    subprocess.run([*command, "--dirt", level, "--json"], check=False, stdout=subprocess.DEVNULL)


def report(folder: Path, level: str) -> None:
    """A table: each class, how many were planted and found, by what, and how much of what that points at is right."""
    with Comparison(folder / "workspace", folder / "city" / "truth") as comparison:
        started = time.perf_counter()
        checks, _ = further.counted(comparison._workspace, comparison._workspace.lake.snapshot())
        seconds = time.perf_counter() - started
        print(f"\n{folder.name}: dirt {level}, {len(checks)} checks in {seconds:.1f} s\n")
        print(
            "| error | planted | found | recall | found by | of what these point at, right |\n|---|---|---|---|---|---|"
        )
        for line in every_class(comparison):
            print("| " + " | ".join(map(str, line)) + " |")


def every_class(comparison: Comparison) -> list[tuple[object, ...]]:
    """Of each class: its name, how many were planted and found, the recall, by which checks, and how much is right."""
    checks, counts = further.counted(comparison._workspace, comparison._workspace.lake.snapshot())
    flag(comparison, checks, counts)
    return list(lines(comparison, checks, counts))


def flag(comparison: Comparison, checks: Sequence[Check], counts: Counts) -> None:
    """The units that each kind of check points at (flagged), and where errors are (told)."""
    workspace = comparison._workspace
    comparison._bind("key_no", key_numbers(workspace))
    found: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    with looking(workspace) as places, further.registered(workspace, workspace.lake.snapshot()) as register:
        for check in checks:
            if not counts.checks[check.id].violating:
                continue
            if check.family == "people":
                asked = register.query(rendered(workspace, register, people.violating_people(check)))
                found += [(check.kind.name, f"key {number}") for number in asked["key_no"].to_pylist()]
            elif check.kind.name in (*_LAB, "codeUnknown"):
                found += [(check.kind.name, place) for place in places(check, 0)]
            elif check.kind.name in ("keptBack", "cutShort", "encodingMixed") and check.value != "end before start":
                files += [(check.kind.name, place) for place in places(check, 0)]
    columns = [list(column) for column in zip(*found, strict=True)] or [[], []]
    comparison._bind("flagged", pa.table(columns, schema=_UNIT))
    records = [int(place.split(":")[0]) for kind, place in files]
    comparison._bind("pointed", pa.table({"record_no": pa.array(records, pa.int64())}))
    comparison.planted()
    comparison.db.execute(_PLANTED)


def key_numbers(workspace: Workspace) -> pa.Table:
    """Keys of people with the number that the register knows them by."""
    there = {one["key_no"]: one for one in workspace.crosswalk.register(()).to_pylist()}
    database = sqlite3.connect(f"file:{workspace.places.crosswalk}?mode=ro", uri=True)
    rows = [
        (number, there[number]["people"], key)
        for number, key in database.execute("SELECT key_no, person_key FROM person")
    ]
    schema = pa.schema([("key_no", pa.int64()), ("people", pa.string()), ("person_key", pa.string())])
    return pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)


def lines(comparison: Comparison, checks: Sequence[Check], counts: Counts) -> Iterator[tuple[object, ...]]:
    """A line for each class."""
    ended = {kind: (planted, found) for kind, _, planted, found in comparison.planted()}
    pointed = Counter[str]()
    for check in checks:
        pointed[check.kind.name] += counts.checks[check.id].violating
    for kind, finders in FIND.items():
        planted, found = one(comparison, _COUNTED.format(kind=kind, kinds=listed(finders)))
        pointed_at, right = one(comparison, _RIGHT.format(kinds=listed(finders), classes=listed(sharing(finders))))
        if kind in ("end_before_start", "sent_twice"):
            planted, found = ended.get(kind, (0, 0))
        elif kind in ("truncated", "mixed_encoding"):
            planted, found = one(comparison, _FILES.format(kind=kind))
        if planted:
            precision = f"{right / pointed_at:.0%}" if pointed_at else "at the gate" if found else "–"
            by = ", ".join(f"`{name}`" for name in finders if pointed[name])
            yield kind, planted, found, f"{found / planted:.0%}", by, precision


def sharing(finders: Iterable[str]) -> list[str]:
    """The classes that any of these checks is to find; two numbers of one person are right, planted or not."""
    own = ["same person"] if set(finders) & {"registeredTwice", "numbersMerged"} else []
    return own + [kind for kind, others in FIND.items() if set(others) & set(finders)]


def listed(names: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{name}'" for name in names) + ")"


def one(comparison: Comparison, sql: str) -> tuple[int, int]:
    ((first, second),) = comparison.db.execute(sql).fetchall()
    return int(first), int(second)


if __name__ == "__main__":
    main()
