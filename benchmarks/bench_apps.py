"""The door: what a process of an untrusted application costs to start and to ask, beside the same code inside."""

from __future__ import annotations

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import medark
from medark.flows.apps.files import app_files
from medark.flows.apps.loaded import Loaded, load
from medark.flows.apps.new import new
from medark.model.card import Card, CardSource, Indicator
from medark.sdk import Finding
from medark.sdk.settings import settled
from medark.sdk.testing import app_in

CARD = Card("Systolic blood pressure 192 mmHg", Indicator.WARNING, CardSource("bench"))
LINKED = """

def linked(finding):
    from dataclasses import replace
    from medark.sdk import Link
    return replace(finding.card, links=(Link("steps", "https://example.org/steps"),))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=5000)
    parser.add_argument("--starts", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = with_code(Path(scratch))
        starts = [started(folder) for _ in range(asked.starts)]
        found = opened(folder)
        outside = times(found.app.cards[0].card, found, asked.questions)
        memory = resident(found)
        found.close()
        _manifest, app = app_in(folder)
        inside = times(app.cards[0].card, found, asked.questions)
    print(f"medark {medark.__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(f"start, load and hear an application, {asked.starts} times: median {statistics.median(starts) * 1e3:.0f} ms")
    print(f"memory of its process: {memory / 1e6:.1f} MB")
    for name, spent in (("in its process", outside), ("the same code inside", inside)):
        print(f"one card {name}, {asked.questions} times: {told(spent)}")
    print(f"ratio of medians: {statistics.median(outside) / statistics.median(inside):.0f}")


def with_code(parent: Path) -> Path:
    """The application that `medark app new` writes, with code of its own for the card."""
    app = new("pressure", parent)[1]
    text = app.read_text(encoding="utf-8").replace('("patient-view",), rule)', '("patient-view",), rule, linked)')
    app.write_text(text + LINKED, encoding="utf-8")
    return app.parent


def opened(folder: Path) -> Loaded:
    files = app_files(folder)
    return load(files, settled(files.manifest.setting_specs, {}), trusted=False)


def started(folder: Path) -> float:
    begun = time.perf_counter()
    opened(folder).close()
    return time.perf_counter() - begun


def times(card: Callable[[Finding], Card] | None, of: Loaded, questions: int) -> list[float]:
    assert card is not None
    told = Finding("high_pressure", "patient-view", CARD, {"value": 192.0, "taken": None}, (), of.settings)
    spent = []
    for _ in range(questions):
        begun = time.perf_counter()
        shown = card(told)
        spent.append(time.perf_counter() - begun)
        assert shown.links
    return spent


def resident(of: Loaded) -> int:
    assert of.process is not None
    status = Path(f"/proc/{of.process.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def told(spent: list[float]) -> str:
    cuts = statistics.quantiles(spent, n=100)
    return f"p50 {cuts[49] * 1e6:.0f} µs, p95 {cuts[94] * 1e6:.0f} µs, p99 {cuts[98] * 1e6:.0f} µs"


if __name__ == "__main__":
    main()
