"""The one Spark of a process: started on first use, shared, and ended with its last user"""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from medark.errors import SettingsError, UsageError
from medark.store.spark.java import checked_java

# What SQL means must not depend on where it runs: every session says this again.
_MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # overflow and a bad cast are errors, as on DuckDB
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",  # "x" is a name, as on DuckDB
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # a TIMESTAMP is the workspace's local time
    "spark.sql.caseSensitive": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
}
_HERE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.sources.parallelPartitionDiscovery.threshold": "10000",  # a job to list files costs more than listing
}
_ALWAYS = {
    "spark.app.name": "medark",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",  # Spark's messages quote values
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.artifact.isolation.enabled": "false",
    "spark.jars.ivy": os.devnull,  # nothing is fetched
}
_PORT = 15002  # of Spark Connect, where a URL names none
_PATIENCE = 20.0  # seconds


@dataclass
class Running:
    """A Spark that runs, or a connection to one, and how many engines use it."""

    url: str
    root: SparkSession
    is_remote: bool
    users: int = 0

    def session(self) -> SparkSession:
        """A session with a catalog of its own."""
        if self.is_remote:
            session: SparkSession = SparkSession.builder.remote(self.url).create()
        else:
            session = self.root.newSession()
        for key, value in _MEANING.items():
            session.conf.set(key, value)
        return session

    def end(self, session: SparkSession) -> None:
        """Let go of a session. A connection would keep threads that the process waits for when it ends."""
        if self.is_remote:
            session.stop()

    def release(self) -> None:
        """One user less; the last one ends it."""
        global _current
        with _lock:
            self.users -= 1
            if self.users == 0:
                self.root.stop()
                _current = None


_current: Running | None = None
_lock = Lock()


def start(url: str, scratch: Path, threads: int, memory: int) -> Running:
    """The Spark of this process, started if none is. SettingsError if it can't be, UsageError if another one is."""
    global _current
    _quiet()
    with _lock:
        if _current is None:
            _current = _connected(url) if url.startswith("sc://") else _started(url, scratch, threads, memory)
        elif _current.url != url:
            raise UsageError("this process has another Spark already", fix="close that engine first")
        _current.users += 1
        return _current


def _connected(url: str) -> Running:
    there = urlsplit(url)
    try:
        # The client itself would try again for a quarter of an hour.
        socket.create_connection((there.hostname or "", there.port or _PORT), _PATIENCE).close()
    except (OSError, ValueError):
        raise _no_server() from None
    try:
        session = SparkSession.builder.remote(url).create()
        _ = session.version
    except ImportError:
        raise SettingsError("Spark Connect is not installed", fix="pip install 'medark[spark]'") from None
    except Exception:  # grpc has its own tree of errors, and no word of them is for users
        raise _no_server() from None
    return Running(url, session, is_remote=True)


def _no_server() -> SettingsError:
    return SettingsError("no Spark answers at this URL", fix="check [engine] spark, start the server")


def _started(url: str, scratch: Path, threads: int, memory: int) -> Running:
    checked_java(os.environ)
    options = _options(url, scratch.absolute(), threads, memory)
    conf = SparkConf(loadDefaults=False).setAll(list(options.items()))
    if url == "local":
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")  # asks no name server who this machine is
    try:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        context = SparkContext(conf=conf, gateway=launch_gateway(conf, popen_kwargs=quiet))  # type: ignore[no-untyped-call]
    except Exception:  # py4j's, Java's or the system's: whatever it is, Spark is not there
        raise SettingsError("Spark does not start", fix="check [engine] spark and memory", url=url) from None
    return Running(url, SparkSession(context), is_remote=False)


def _options(url: str, scratch: Path, threads: int, memory: int) -> dict[str, str]:
    """How Spark is started. On this machine everything of it listens on the loopback alone."""
    places = {
        "spark.local.dir": str(scratch / "spark"),
        "spark.sql.warehouse.dir": (scratch / "spark" / "warehouse").as_uri(),
    }
    asked = {"spark.master": url, "spark.driver.memory": f"{max(memory >> 20, 512)}m"}
    if url != "local":
        return {**_ALWAYS, **_MEANING, **places, **asked}
    asked |= {
        "spark.master": f"local[{threads}]",
        "spark.sql.shuffle.partitions": str(2 * threads),
        "spark.default.parallelism": str(threads),
    }
    return {**_ALWAYS, **_MEANING, **_HERE, **places, **asked}


def _quiet() -> None:
    # pyspark writes each failing query to logs of its own, values and all.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True
