"""A part of an open SQLite file: tables of its own, read and written as the whole file is"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager


class Part:
    """The file's connection; `reading` turns its errors into ours, `writing` is a transaction as well."""

    def __init__(
        self,
        database: sqlite3.Connection,
        reading: Callable[[], AbstractContextManager[None]],
        writing: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._db, self._reading, self._writing = database, reading, writing
