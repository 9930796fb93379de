"""Where a demonstration may be made, and what it takes away."""

from __future__ import annotations

import pytest

from medark.errors import WorkspaceError
from medark.flows.demo import demo


class Stopped(KeyboardInterrupt):
    """Ctrl-C, just when the workspace is to be made."""


def stop(_path):
    raise Stopped


def test_a_folder_with_something_else_is_left_alone_whatever_is_asked(tmp_path):
    (tmp_path / "thesis.txt").write_text("all I have")
    (tmp_path / "city").mkdir()
    for force in (False, True):
        with pytest.raises(WorkspaceError, match="no demo"):
            demo(tmp_path, stop, force=force)
    assert (tmp_path / "thesis.txt").read_text() == "all I have"


def test_a_file_is_no_folder(tmp_path):
    place = tmp_path / "demo"
    place.write_text("")
    with pytest.raises(WorkspaceError):
        demo(place, stop, force=True)


def test_one_that_was_stopped_is_an_earlier_one_and_can_be_made_again(tmp_path):
    place = tmp_path / "demo"
    with pytest.raises(Stopped):
        demo(place, stop)
    assert (place / "city" / "truth" / "people.csv").is_file()
    with pytest.raises(WorkspaceError, match="demo here already") as error:
        demo(place, stop)
    assert error.value.fix == f"medark demo {place} --force"
    (place / "city" / "raw" / "left over").write_text("")
    with pytest.raises(Stopped):
        demo(place, stop, force=True)
    assert not (place / "city" / "raw" / "left over").exists()


def test_a_link_is_taken_away_not_what_it_points_at(tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("")
    place = tmp_path / "demo"
    place.mkdir()
    (place / "city").symlink_to(precious)
    with pytest.raises(Stopped):
        demo(place, stop, force=True)
    assert (precious / "file").exists()
