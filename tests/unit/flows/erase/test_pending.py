"""The note of an erasure under way"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace
from medark.errors import NotFoundError
from medark.flows.erase import erase
from medark.flows.erase.pending import Pending, clear, hashed, note, noted
from medark.flows.workspace import Workspace
from medark.model.progress import Silent


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws") as opened:
        yield opened


def test_it_is_there_until_it_is_cleared(workspace: Workspace) -> None:
    assert noted(workspace) is None
    begun = Pending(5, hashed(workspace, "Ann"), {"person": 1}, 3)
    note(workspace, begun)
    note(workspace, begun.counted(removed=1, units=2).counted(rewritten=4, units=1))
    assert noted(workspace) == Pending(5, begun.name, {"person": 1}, 3, 1, 4, 3)
    clear(workspace)
    clear(workspace)
    assert noted(workspace) is None


def test_it_holds_no_name_and_is_its_owner_s_alone(workspace: Workspace) -> None:
    note(workspace, Pending(5, hashed(workspace, "Ann Lee"), {}, 0))
    (file,) = [path for path in workspace.path.iterdir() if path.name.startswith("erasing")]
    assert b"Ann" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_a_name_is_hashed_with_the_workspace_s_secret(workspace: Workspace, tmp_path: Path) -> None:
    assert hashed(workspace, "Ann") == hashed(workspace, "Ann") != hashed(workspace, "Bob")
    with init_workspace(tmp_path / "other") as other:
        assert hashed(other, "Ann") != hashed(workspace, "Ann")


def test_whoever_comes_next_finishes_it(workspace: Workspace) -> None:
    """The crosswalk has forgotten; the same name gets the account, another one its own answer."""
    note(workspace, Pending(5, hashed(workspace, "Ann"), {"person": 1}, 3, 1, 0, 2))
    account = erase(workspace, "Ann", Silent())
    assert (account.tables, account.records_removed, account.units, account.versions_removed) == (
        {"person": 1},
        1,
        2,
        3,
    )
    assert noted(workspace) is None
    note(workspace, Pending(5, hashed(workspace, "Ann"), {}, 0))
    with pytest.raises(NotFoundError):
        erase(workspace, "Bob", Silent())
    assert noted(workspace) is None
    assert [entry.action for entry in workspace.ledger.audit.entries()].count("erased") == 2
