"""SQLite's write-ahead log, turned on by whoever is first: readers and one writer do not wait for each other"""

from __future__ import annotations

import sqlite3
import time
from typing import Final

HELD: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NAP_S: Final = 0.005


def write_ahead(connection: sqlite3.Connection, patience: float) -> None:
    """Turn it on. sqlite3.Error, after `patience` seconds if others hold the file.

    A file remembers its journal's mode. To change it, SQLite waits for nobody: when many open a new file at once, all
    but one of them would fail.
    """
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in HELD or time.monotonic() > until:
                raise
            time.sleep(_NAP_S)
