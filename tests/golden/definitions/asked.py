"""Examples of definitions asked of real data, and the same worked out by loops over the raw files"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "definitions"
TODAY = "2024-07-01"
Row = dict[str, Any]


def medark(*arguments: str | Path) -> Any:
    """What `medark … --json` printed. Fails with what it said, if it says no."""
    command = [sys.executable, "-m", "medark", *map(str, arguments), "--json"]
    every = os.environ | {"MEDARK_ACCESS_LEAST_COUNT": "0"}  # of a hundred people nearly all counts are small
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=every)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout) if done.stdout.strip() else None


def workspace(folder: Path, files: Iterable[Path], source: str, vocabulary: Iterable[Path] = ()) -> Path:
    """A workspace that took in some files of a data set."""
    place, exports = folder / "ws", folder / "exports"
    exports.mkdir()
    for file in files:
        shutil.copy(file, exports)
    medark("init", place)
    medark("grant", "add", place, "role:owner", "--table", "*", "--level", "5")  # mental illness and addiction, too
    if given := list(vocabulary):
        (folder / "vocabulary").mkdir()
        for file in given:
            shutil.copy(file, folder / "vocabulary")
        medark("vocabulary", "load", place, folder / "vocabulary")
    medark("ingest", place, exports, "--source", source)
    return place


def ask(place: Path, example: str, name: str, out: Path) -> list[Row]:
    """The rows of an example, through the command and the file that it writes."""
    target = out / f"{name}.parquet"
    medark("run", place, EXAMPLES / f"{example}.py", "--name", name, "--today", TODAY, "--out", target)
    return pq.read_table(target).to_pylist()


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a raw file, names in small letters."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [{name.lower(): cell for name, cell in row.items()} for row in csv.DictReader(lines)]


def moment(text: str) -> dt.datetime:
    """A time as raw files write it."""
    return dt.datetime.fromisoformat(text)


def comorbidity(example: str, codes: Iterable[tuple[str, bool]]) -> tuple[int, set[str]]:
    """Points and categories of the codes of one admission, each with whether it is ICD-9: by plain loops."""
    listed = csv_rows(EXAMPLES / f"{example}_codes.csv")
    met = {
        row["category"]
        for code, is_icd9 in codes
        for row in listed
        if (row["system"] == "ICD9") == is_icd9 and code.startswith(row["prefix"])
    }
    items = csv_rows(EXAMPLES / f"{example}_items.csv")
    counted = [row for row in items if row["category"] in met and row["not_beside"] not in met]
    return sum(int(row["points"]) for row in counted), {row["category"] for row in counted}


def told(row: Row) -> tuple[int, set[str]]:
    """The same of a row of a score."""
    return row["total"], {name.removeprefix("item_") for name, met in row.items() if name.startswith("item_") and met}


def grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    """Rows by a key."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
