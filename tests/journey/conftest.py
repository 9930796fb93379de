"""Each real folder is taken in once a session; its file of tests shares the workspace"""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def archives() -> Path:
    """The folder of third-party archives, as they come. Fails if it is not there."""
    if not DATA.is_dir():
        pytest.fail(f"test data is missing: put the archives at {DATA} (see CONTRIBUTING.md)")
    return DATA
