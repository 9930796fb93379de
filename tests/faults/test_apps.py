"""Applications that hang, crash, eat memory, flood or lie hurt themselves alone: another one answers as before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app_folders import write_app
from medark.errors import DefinitionError, MedarkError
from medark.flows.apps.failing import AppError
from medark.flows.apps.files import app_files
from medark.flows.apps.loaded import Loaded, load
from medark.flows.apps.process import Limits, plain_json
from medark.model.card import Card, CardSource, Indicator
from medark.sdk import Finding, Settings, View
from medark.sdk.settings import settled

LIMITS = Limits(load_seconds=5, answer_seconds=0.5, memory_bytes=256 << 20, answer_bytes=1 << 20, failures=2)
CARD = Card("Potassium 6.8", Indicator.WARNING, CardSource("test"))

HANGS = {"card": "while True: pass"}
CRASHES = {"card": "eval((lambda: 5).__code__.replace(co_consts=(), co_stacksize=0))"}  # the interpreter itself
ENDS = {"card": "import os; os._exit(1)"}
KILLS = {"card": "import os; os.kill(os.getpid(), 9)"}
EATS = {"card": "held = [bytearray(64 << 20) for _ in range(99)]"}
GROWS = {"card": "held = []\n    while True: held.append([0] * 100_000)"}
FLOODS = {"card": "return replace(finding.card, detail='x' * (2 << 20))"}
ENDLESS = {"card": "return replace(finding.card, links=(Link('x', 'y', 'z', 1e999),))"}
LIES = {"card": "return 5"}
NESTED = {"card": "x = []\n    for _ in range(100_000): x = [x]\n    return x"}
OPENS = {"card": "open('/etc/passwd')"}
CALLS = {"card": "import socket; socket.create_connection(('127.0.0.1', 80))"}
FORKS = {"card": "import os; os.fork()"}
_WRITES = "os.write(n, b'\\xff' * 64)"  # to whatever it finds open: what it writes first is taken for its answer
FORGES = {"card": f"import os\n    for n in range(3, 9):\n        try: {_WRITES}\n        except OSError: pass"}
PROMISED = {"card": "raise ValueError(str(finding.values))"}


def loaded(folder: Path, **wrong: str) -> Loaded:
    files = app_files(write_app(folder, **wrong))
    return load(files, settled(files.manifest.setting_specs, {}), trusted=False, limits=LIMITS)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Loaded]:
    """One that is sound."""
    found = loaded(tmp_path / "other", name="other")
    yield found
    found.close()


def card(of: Loaded, value: float = 6.8) -> Card:
    return of.app.cards[0].card(Finding("high", "patient-view", CARD, {"k": value}, (), of.settings))


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        (HANGS, AppError, "took too long"),
        (CRASHES, AppError, "process ended"),
        (ENDS, AppError, "process ended"),
        (KILLS, AppError, "PermissionError"),
        (EATS, AppError, "MemoryError|process ended"),
        (GROWS, AppError, "MemoryError|process ended|took too long"),
        (FLOODS, AppError, "too large"),
        (ENDLESS, AppError, "too large, or is none"),
        (LIES, DefinitionError, "something else than it should"),
        (NESTED, MedarkError, "application"),
        (OPENS, AppError, "PermissionError"),
        (CALLS, AppError, "PermissionError|ImportError|ModuleNotFoundError"),
        (FORKS, AppError, "PermissionError"),
        (FORGES, MedarkError, "too large, or is none|something else"),
        (PROMISED, AppError, "ValueError"),
    ],
    ids=[
        "hangs", "crashes", "ends", "kills", "eats", "grows", "floods", "endless", "lies", "nested", "opens", "calls",
        "forks", "forges", "raises",
    ],
)  # fmt: skip
def test_it_hurts_itself_alone(
    tmp_path: Path, other: Loaded, wrong: dict[str, str], error: type[Exception], told: str
) -> None:
    bad = loaded(tmp_path / "bad", **wrong)
    try:
        begun = time.monotonic()
        with pytest.raises(error, match=told) as failure:
            card(bad)
        assert time.monotonic() - begun < LIMITS.answer_seconds + 2
        assert "6.8" not in str(failure.value)
        assert card(other).links[0].label == "1.0.0"
        assert drawn(bad) == "1.0.0"  # and of its own code the rest still answers
    finally:
        bad.close()


def drawn(of: Loaded) -> str:
    """The heading of its page."""
    from medark.sdk import Answer

    heading, _ = of.app.pages[0].body(View({"all": Answer((), 0)}, Settings({})))
    return heading.text


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("while True: pass\n", "took too"),
        ("x = [bytearray(64 << 20) for _ in range(99)]\n", "grows without end"),
        ("import os; os._exit(0)\n", "process ended|reaches no file"),
        ("print('x' * (2 << 20))\n", ""),
        ("raise SystemExit\n", "ends the program"),
    ],
)
def test_one_that_fails_at_once_is_never_loaded(tmp_path: Path, first: str, told: str) -> None:
    if not told:  # what it prints goes nowhere
        sound = loaded(tmp_path, first=first)
        assert card(sound).links[0].label == "1.0.0"
        sound.close()
        return
    with pytest.raises(AppError, match=told):
        loaded(tmp_path, first=first)


def test_one_that_ends_too_often_rests(tmp_path: Path) -> None:
    bad = loaded(tmp_path, **HANGS)
    for _ in range(LIMITS.failures):
        with pytest.raises(AppError, match="took too long"):
            card(bad)
    assert bad.is_resting
    begun = time.monotonic()
    with pytest.raises(AppError, match="rests"):
        card(bad)
    assert time.monotonic() - begun < 0.1
    bad.close()
    with pytest.raises(AppError, match="taken out"):
        card(bad)


def test_plain_errors_do_not_let_it_rest(tmp_path: Path) -> None:
    bad = loaded(tmp_path, card='assert finding.values["k"] < 7')
    for _ in range(2 * LIMITS.failures):
        with pytest.raises(AppError, match="AssertionError"):
            card(bad, 7.2)
    assert not bad.is_resting
    assert card(bad, 6.1).links[0].label == "1.0.0"
    bad.close()


def test_a_process_that_has_worked_long_is_replaced(tmp_path: Path) -> None:
    files = app_files(write_app(tmp_path, card="x = sum(range(3_000_000))"))
    limits = Limits(cpu_seconds=1, answer_seconds=10)
    found = load(files, settled(files.manifest.setting_specs, {}), trusted=False, limits=limits)
    assert found.process is not None
    processes = set()
    for _ in range(40):  # each takes a little of a second, together they take more than one process may
        processes.add(found.process.pid)
        assert card(found).links[0].label == "1.0.0"
    found.close()
    assert len(processes - {None}) > 1


@pytest.mark.parametrize(
    "text", ["1e999", "-1e999", "NaN", "Infinity", "9223372036854775808", "1" * 5000, "{", "[" * 9999]
)
def test_numbers_that_nobody_else_can_hold_do_not_come_back(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        plain_json(text.encode())
    assert plain_json(b'{"a": [9223372036854775807, -1.5e3, null]}') == {"a": [9223372036854775807, -1500.0, None]}
