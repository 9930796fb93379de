"""Spark starts where Java is, says what to install where something is missing, and is one for all of a process"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from medark.errors import MissingExtraError, SettingsError, UsageError
from medark.store.spark import Spark
from medark.store.spark.java import checked_java, version_of


def a_java(folder: Path, told: str, status: int = 0) -> dict[str, str]:
    """An environment whose Java says `told`."""
    path = folder / "bin" / "java"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\necho '{told}' >&2\nexit {status}\n")
    path.chmod(0o755)
    return {"JAVA_HOME": str(folder)}


def test_java_has_to_be_there_run_and_be_new_enough(tmp_path: Path) -> None:
    assert checked_java(os.environ).is_file()
    with pytest.raises(SettingsError, match="there is none") as told:
        checked_java({"PATH": str(tmp_path)})
    assert "openjdk-17-jre-headless" in told.value.fix
    with pytest.raises(SettingsError, match="there is none"):
        checked_java({"JAVA_HOME": str(tmp_path / "nowhere"), "PATH": os.environ["PATH"]})
    with pytest.raises(SettingsError, match="17 or later") as told:
        checked_java(a_java(tmp_path / "old", 'java version "1.8.0_402"'))
    assert told.value.where == {"found": 8}
    with pytest.raises(SettingsError, match="does not run"):
        checked_java(a_java(tmp_path / "broken", "no", 1))
    assert checked_java(a_java(tmp_path / "new", 'openjdk version "21.0.2" 2024-01-16')).name == "java"


@pytest.mark.parametrize(
    ("told", "version"),
    [('openjdk version "17.0.15" 2025-04-15', 17), ('java version "1.8.0_402"', 8), ('openjdk version "25" 2025', 25),
     ("nonsense", 0)],
)  # fmt: skip
def test_versions_of_java(told: str, version: int) -> None:
    assert version_of(told) == version


def test_a_missing_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MissingExtraError) as told:
        Spark(tmp_path).session()
    assert "medark[spark]" in told.value.fix
    assert list(tmp_path.iterdir()) == []


def test_nothing_starts_before_the_first_session(tmp_path: Path) -> None:
    with Spark(tmp_path / "scratch", "spark://nowhere:1"):
        pass
    assert not (tmp_path / "scratch").exists()


def test_engines_of_one_url_share_spark_and_another_url_has_to_wait(spark: Spark, tmp_path: Path) -> None:
    with spark.session() as session, Spark(tmp_path, spark.url) as other, other.session() as again:
        session.bind_arrow("t", pa.table({"x": [1]}))
        assert not again.has("t")
        assert again.query("SELECT 1 AS n").num_rows == 1
        with pytest.raises(UsageError, match="another Spark"):
            Spark(tmp_path, "local-cluster[1,1,512]").session()
    with spark.session() as session:
        assert session.query("SELECT 2 AS n").to_pylist() == [{"n": 2}], "it goes on while one engine has it"


LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


def test_it_listens_on_the_loopback_alone(spark: Spark) -> None:
    with spark.session() as session:
        session.query("SELECT 1 AS n")
        java = _java()
        listening = {address for address, inode in _listeners() if inode in _sockets(java)}
    assert listening
    assert listening <= LOOPBACK


def _java() -> Path:
    """Spark's own process: the one child of ours that is a Java."""
    children = Path("/proc/self/task").glob("*/children")
    numbers = [number for path in children for number in path.read_text().split()]
    (java,) = (Path("/proc", n) for n in numbers if (Path("/proc", n) / "comm").read_text().strip() == "java")
    return java


def _sockets(process: Path) -> set[str]:
    links = (_link(path) for path in (process / "fd").iterdir())
    return {link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:")}


def _link(path: Path) -> str:
    """Where an open file of a process that goes on working leads; nowhere where it was closed meanwhile."""
    try:
        return str(path.readlink())
    except FileNotFoundError:
        return ""


def _listeners() -> Iterator[tuple[str, str]]:
    """Address (hexadecimal) and inode of every TCP socket that listens. Source: Linux, proc_net_tcp.txt."""
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            cells = line.split()
            if cells[3] == "0A":
                yield cells[1].partition(":")[0], cells[9]
