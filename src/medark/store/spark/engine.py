"""The Spark engine: where it runs, how much it takes, and when it starts"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING
from uuid import uuid4

from medark.errors import MissingExtraError, StorageError
from medark.store.duckdb import DuckDB

if TYPE_CHECKING:
    from medark.store.spark.running import Running
    from medark.store.spark.session import SparkSession

LOCAL = "local"


@dataclass
class Spark:
    """Apache Spark as an `engine.Engine`.

    `url`: "local" (this machine, `threads` cores, `memory` bytes for its Java process), a cluster's master
    ("spark://host:7077", "yarn", "k8s://…") or a Spark Connect server ("sc://host:15002"). Everyone who runs for it
    must see `scratch` and the files that are bound under the same paths. Nothing starts before the first session
    (about 6 s for "local"); close the engine, or use `with`, to let go of it. One process runs one Spark at a time:
    engines of the same `url` share it.

    MissingExtraError without pyspark, SettingsError without Java 17 or for a URL that can't be reached.

        with Spark(Path("scratch"), threads=2) as spark, spark.session() as session:
            session.bind_arrow("t", pa.table({"x": [1, 2]}))
            session.query(render("select sum(x) as total from t", session.dialect))
    """

    scratch: Path
    url: str = LOCAL
    threads: int = 2
    memory: int = 2_000_000_000
    _running: Running | None = field(default=None, init=False, repr=False)
    _starting: Lock = field(default_factory=Lock, init=False, repr=False)

    def session(self, threads: int | None = None) -> SparkSession:
        """A private catalog; what is kept lies in a folder of its own under scratch. Spark's `threads` are all its
        sessions'.
        """
        _check_installed()
        from medark.store.spark.running import start
        from medark.store.spark.session import SparkSession

        with self._starting:
            if self._running is None:
                self._running = start(self.url, self.scratch, self.threads, self.memory)
        folder = self.scratch.absolute() / f"spark-{uuid4().hex}"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            fix = "free disk space"
            raise StorageError("the scratch folder can't be made", fix=fix, errno=error.errno or 0) from None
        # Text files are read by one reader, whatever the engine: what a quote means must not depend on it.
        running, texts = self._running, DuckDB(folder, memory="512MB", threads=1)
        spark = running.session()
        return SparkSession(spark, folder, texts, lambda: running.end(spark))

    def close(self) -> None:
        """Let go of Spark; it ends with the last engine that has it."""
        with self._starting:
            if self._running is not None:
                self._running.release()
                self._running = None

    def __enter__(self) -> Spark:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _check_installed() -> None:
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise MissingExtraError("Spark is not installed", fix="pip install 'medark[spark]'") from None
