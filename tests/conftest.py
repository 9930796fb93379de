"""Where tests find real data, and how it is unpacked once for all workers."""

from __future__ import annotations

import fcntl
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from medark.store.spark import Spark

pytest_plugins = ("support.postgresql",)  # the fixture `postgresql`
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need Spark go to one worker, which starts it once; all others stay together by file."""
    for item in items:
        group = "spark" if "spark" in getattr(item, "fixturenames", ()) else item.location[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """A real Spark on two cores of this machine, one for all tests of the process."""
    with pytest.MonkeyPatch.context() as patch:
        # Many small queries and no large one: Java's second compiler takes more time than it saves, and so does
        # collecting garbage whenever a few more classes were loaded.
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:MetaspaceSize=512m -Xmn512m")
        with Spark(tmp_path_factory.mktemp("spark"), threads=2, memory=2_000_000_000) as engine:
            yield engine


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """The unpacked folder of a third-party archive: `shared_data("mimic3_demo")`. Fails if it is not there."""
    return _unpacked


@pytest.fixture(scope="session")
def shared_reference() -> Path:
    """The folder of domain facts. Fails if it is not there."""
    folder = SHARED / "reference"
    if not folder.is_dir():
        pytest.fail(f"domain facts are missing: put the reference folder at {folder} (see CONTRIBUTING.md)")
    return folder


def _unpacked(name: str) -> Path:
    archive = SHARED / "data" / f"{name}.zip"
    if not archive.is_file():
        pytest.fail(f"test data is missing: put {archive.name} at {archive.parent} (see CONTRIBUTING.md)")
    target = Path(tempfile.gettempdir()) / "medark-test-data" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / ".complete").exists():
            with zipfile.ZipFile(archive) as members:
                members.extractall(target)
            (target / ".complete").touch()
    return target
