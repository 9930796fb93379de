"""A real folder's whole way through the real command line: as the archive it comes in, then unpacked, then again"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

import medark

Account = dict[str, Any]
Rows = list[tuple[Any, ...]]


def run(*arguments: str | Path) -> Any:
    """What `medark … --json` printed. Fails with what it said, if it says no."""
    environ = {**os.environ, "MEDARK_INGEST_WORKERS": "1"}
    command = [sys.executable, "-m", "medark", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    assert done.returncode == 0, f"medark {arguments[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
    return json.loads(done.stdout)


@dataclass
class Walked:
    """A workspace that took in one folder. `first`: the account of it; `again`: of the same, come in another form."""

    path: Path
    source: str
    first: Account = field(default_factory=dict)
    again: Account = field(default_factory=dict)
    rows_before: Mapping[str, str] = field(default_factory=dict)
    rows_after: Mapping[str, str] = field(default_factory=dict)

    def ingest(self, folder: Path) -> Account:
        """Take in a folder, through the command."""
        account: Account = run("ingest", self.path, folder, "--source", self.source)
        return account

    @cached_property
    def lake(self) -> Any:
        """The workspace, opened from Python."""
        return medark.open(self.path)

    def rows(self, sql: str) -> Rows:
        """The rows of a query over the lake, as tuples."""
        table = self.lake.query(sql)
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True)) if table.num_rows else []

    def one(self, sql: str) -> Any:
        """The one value that a query gives."""
        ((value,),) = self.rows(sql)
        return value

    def table(self, name: str) -> dict[str, int]:
        """How the rows staged for a table ended, of the first ingest; all 0 if there were none."""
        found = [t for t in self.first["tables"] if t["table"] == name]
        return found[0] if found else {"staged": 0, "loaded": 0, "replaced": 0, "quarantined": 0}

    def reasons(self, table: str = "") -> dict[str, int]:
        """What of the first ingest did not load: reason -> count, of units or of rows of a table."""
        counts: dict[str, int] = {}
        for row in self.first["reasons"]:
            if row["table"] == table and row["outcome"] != "unlinked":
                counts[row["reason"]] = counts.get(row["reason"], 0) + row["count"]
        return counts

    def records(self) -> list[dict[str, Any]]:
        """Raw records of the first ingest, as `medark raw list` tells them."""
        listed: list[dict[str, Any]] = run("raw", "list", self.path, "--batch", "1", "--limit", "100000")
        return listed


def opened_wide(workspace: Path) -> None:
    """Let whoever owns a workspace see everything in it: what is specially protected is not theirs by owning it."""
    run("grant", "add", workspace, "role:owner", "--table", "*", "--level", "5")


def walk(archive: Path, scratch: Path, *, unpacked_first: bool = False) -> Walked:
    """Take in an archive as it comes and unpacked, one after the other, and note the rows after each."""
    walked = Walked(scratch / "ws", archive.stem)
    run("init", walked.path)
    opened_wide(walked.path)
    folder = scratch / "unpacked" / archive.stem
    with zipfile.ZipFile(archive) as members:
        members.extractall(folder)
    forms = [folder, archive] if unpacked_first else [archive, folder]
    walked.first = walked.ingest(forms[0])
    walked.rows_before = fingerprints(walked.path)
    walked.again = walked.ingest(forms[1])
    walked.rows_after = fingerprints(walked.path)
    return walked


def fingerprints(workspace: Path) -> dict[str, str]:
    """Each table's rows, whatever their order, as one hash."""
    with medark.open(workspace) as lake:
        return {name: fingerprint(lake[name]) for name in lake.rows()}


def fingerprint(rows: pa.Table) -> str:
    """A hash of the rows of a table, whatever their order."""
    return hashlib.sha256(written(rows.sort_by([(name, "ascending") for name in rows.column_names]))).hexdigest()


def written(rows: pa.Table) -> bytes:
    """The rows of a table as CSV."""
    out = pa.BufferOutputStream()
    pyarrow.csv.write_csv(rows.combine_chunks(), out)
    return out.getvalue().to_pybytes()


def files(folder: Path) -> Iterator[Path]:
    """Every file under a folder."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def assert_everything_is_accounted_for(walked: Walked, raw: Mapping[str, bytes]) -> None:
    """`raw`: every file of the folder with its bytes, archives opened, as the test found them itself."""
    account = walked.first
    assert account["adds_up"] is True
    counted = account["files"]
    contents = {hashlib.sha256(content).hexdigest() for content in raw.values()}
    assert counted["found"] == len(raw)
    assert counted["landed"] == len(contents)
    assert counted["already"] == len(raw) - len(contents)
    assert counted["refused"] == []
    assert counted["bytes"] == sum(len(content) for content in raw.values())
    units = [*account["units"].values(), account["total"]]
    for unit in units:
        assert unit["units"] == sum(unit[k] for k in ("loaded", "quarantined", "not_understood", "excluded"))
    for key in account["total"]:
        assert account["total"][key] == sum(unit[key] for unit in account["units"].values())
    for table in account["tables"]:
        assert table["staged"] == table["loaded"] + table["replaced"] + table["quarantined"]
    _assert_units_not_loaded_have_a_reason(walked)
    _assert_landed_whole(walked, raw)


def _assert_units_not_loaded_have_a_reason(walked: Walked) -> None:
    waiting = sum(table["rows"] for table in walked.first["waiting"])
    for outcome in ("not_understood", "excluded"):
        told = sum(r["count"] for r in walked.first["reasons"] if r["outcome"] == outcome and not r["table"])
        assert told + (waiting if outcome == "not_understood" else 0) >= walked.first["total"][outcome]


def _assert_landed_whole(walked: Walked, raw: Mapping[str, bytes]) -> None:
    """Each record is one of the files, under that file's name and of its size."""
    sizes: dict[str, set[int]] = {}
    for name, content in raw.items():
        sizes.setdefault(name.rsplit("/", 1)[-1], set()).add(len(content))
    records = walked.records()
    assert len(records) == walked.first["files"]["landed"]
    for record in records:
        assert record["size"] in sizes[record["name"].rsplit("/", 1)[-1].removesuffix("!")], record["name"]


def assert_nothing_new(walked: Walked) -> None:
    """What came a second time, in its other form, was there already and changed nothing."""
    files = walked.again["files"]
    assert files["found"] == walked.first["files"]["found"] == files["already"]
    assert files["landed"] == 0
    assert walked.again["tables"] == []
    assert walked.again["total"]["units"] == 0
    assert walked.rows_after == walked.rows_before


def assert_rebuild_gives_the_same(walked: Walked) -> None:
    """`medark rebuild` makes every table again, row for row."""
    told = run("rebuild", walked.path)
    assert told["same"] is True
    assert told["records"] == walked.first["files"]["landed"]
    assert fingerprints(walked.path) == walked.rows_after
