"""Every test of the ledger runs on both databases"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from medark.store.ledger import Ledger

NOW = 1_700_000_000.25
Opened = Callable[..., Ledger]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a ledger can be made: a file that is not there yet, or an empty database."""
    if request.param == "sqlite":
        return tmp_path / "ledger.db"
    return request.getfixturevalue("postgresql").database()


@pytest.fixture
def opened(place: Path | str, tmp_path: Path) -> Iterator[Opened]:
    """Opens the same ledger as often as it is called, at a fixed time; all are closed at the end."""
    with ExitStack() as stack:

        def again(**told: Any) -> Ledger:
            told = {"salt": "secret", "head": tmp_path / "audit-head", "clock": lambda: NOW} | told
            return stack.enter_context(closing(Ledger(place, **told)))

        yield again


@pytest.fixture
def ledger(opened: Opened) -> Ledger:
    return opened()


@pytest.fixture
def raw(place: Path | str) -> Iterator[Callable[[str], list[Any]]]:
    """Runs SQL beside the ledger, each statement on its own: what somebody with the database's password could do."""
    engine = create_engine(place if isinstance(place, str) else f"sqlite:///{place}")

    def run(*statements: str) -> list[Any]:
        with engine.begin() as connection:
            results = [connection.execute(text(statement)) for statement in statements]
            return [tuple(row) for row in results[-1]] if results[-1].returns_rows else []

    yield run
    engine.dispose()
