"""The engine that drawn definitions are asked of"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medark.store.duckdb import DuckDB
from medark.store.engine import Session


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), memory="500MB", threads=1).session() as session:
        yield session
