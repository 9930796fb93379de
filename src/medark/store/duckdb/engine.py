"""DuckDB, the embedded engine: a memory limit and a scratch folder"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import duckdb

from medark.errors import StorageError
from medark.store.duckdb.failures import errors_without_values
from medark.store.duckdb.session import DuckDBSession

_NEVER = "1000TB"  # a checkpoint of a catalog in memory compresses tables that are dropped a moment later


@dataclass(frozen=True, slots=True)
class DuckDB:
    """The engine on one machine. Sizes as DuckDB writes them ("1GB"): of `memory` (None: most of the machine's), and of
    what may spill to disk (None: most of what is free).
    """

    scratch: Path
    memory: str | None = None
    threads: int | None = None
    spill: str | None = None

    def session(self, threads: int | None = None) -> DuckDBSession:
        """A private in-memory catalog; what does not fit in memory spills into a folder of its own under scratch.

        `threads`: at most so many. One is the caller's own; others, once idle for half a second, give the free memory
        of the whole process back to the system, and whoever needs it next waits for it.
        """
        folder = self.scratch / f"duckdb-{uuid4().hex}"
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "temp_directory": str(folder),
            "preserve_insertion_order": False,
            "checkpoint_threshold": _NEVER,
            "python_enable_replacements": False,  # a name in SQL is never a Python variable
        }
        if self.memory:
            config["memory_limit"] = self.memory
        if wanted := [one for one in (threads, self.threads) if one]:
            config["threads"] = min(wanted)
        if self.spill:
            config["max_temp_directory_size"] = self.spill
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StorageError(
                "the scratch folder can't be made", fix="free disk space", errno=error.errno or 0
            ) from None
        with errors_without_values():
            return DuckDBSession(duckdb.connect(":memory:", config=config), folder)
