"""Spark Connect: the same sessions against a real server that another process runs"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest

# What a client does, in a process of its own: one process has one Spark, and the tests' is another.
CLIENT = """
import sys
from pathlib import Path
import pyarrow as pa
from medark.errors import DefinitionError
from medark.model.table import Column, Type
from medark.sql.render import render
from medark.store.spark import Spark

folder = Path(sys.argv[2])
with Spark(folder / "scratch", sys.argv[1]) as spark, spark.session() as session, spark.session() as other:
    session.bind_arrow("t", pa.table({"x": [1, 2, None], "g": ["a", "b", "a"]}))
    session.table("sums", render("select g, sum(x) as total, count(*) as n from t group by g", session.dialect))
    assert session.query('SELECT "g", total, n FROM sums ORDER BY g').to_pylist() == [
        {"g": "a", "total": 1, "n": 2}, {"g": "b", "total": 2, "n": 1},
    ]
    files = session.write_parquet("SELECT x % 2 AS p, x FROM t WHERE x IS NOT NULL", folder / "out", partition_by="p")
    assert [(file.partition, file.rows) for file in files] == [(0, 1), (1, 1)]
    session.bind_parquet("again", [file.path for file in files], [Column("x", Type.BIGINT)])
    assert [batch.to_pylist() for batch in session.stream("SELECT x FROM again ORDER BY x")] == [[{"x": 1}, {"x": 2}]]
    assert not other.has("t")
    for sql in ("SELECT * FROM nowhere", "SELECT CAST('SECRET' AS INT) AS n"):
        try:
            other.query(sql)
        except DefinitionError as error:
            assert "SECRET" not in str(error)
        else:
            raise AssertionError(sql)
assert not list((folder / "scratch").glob("spark-*"))
print("done")
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A Spark Connect server of its own on a free port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = {
        "spark.master": "local[1]", "spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1", "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port), "spark.local.dir": str(tmp_path / "local"),
        "spark.sql.warehouse.dir": str(tmp_path / "warehouse"), "spark.driver.memory": "1g",
    }  # fmt: skip
    submit = Path(pyspark.__file__).parent / "bin" / "spark-submit"
    command = [str(submit), "--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    command += [word for key, value in options.items() for word in ("--conf", f"{key}={value}")]
    log = (tmp_path / "server.log").open("wb")
    running = subprocess.Popen([*command, "spark-internal"], stdout=log, stderr=log, cwd=tmp_path)
    try:
        _wait_for(port, running)
        yield f"sc://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(60)
        log.close()


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert running.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


def test_a_client_of_a_server(server: str, tmp_path: Path) -> None:
    done = _client(server, tmp_path)
    assert done.stdout.strip().endswith("done"), done.stderr[-3000:]
    assert "SECRET" not in done.stdout + done.stderr


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = _client(f"sc://127.0.0.1:{port}", tmp_path)
    assert "no Spark answers at this URL" in done.stderr


def _client(url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CLIENT, url, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
