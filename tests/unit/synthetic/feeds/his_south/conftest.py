"""A real PostgreSQL that reads the dump"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.postgresql import Server


@pytest.fixture(scope="session")
def psql(postgresql: Server) -> Callable[[str], str]:
    """Run SQL, or a dump, on a server of its own."""
    return postgresql.psql
