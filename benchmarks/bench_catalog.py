"""The catalog of a hundred thousand things: making it, bringing it up to date, and asking it; seconds, bytes, and how
long questions take: half of them, 95 and 99 of a hundred, all (p50, p95, p99, p100).

Run: .venv/bin/python benchmarks/bench_catalog.py [--concepts 98542] [--questions 400]
Things: the concepts of the vocabulary that is shipped, tables, columns, checks and words. Questions: names of them in
either language, beginnings, misspelt words, several words. Beside it, in the same run: looking through all texts for
the words, and SQLite's FTS5 with the same words, both without synonyms, misspelt words and kinds.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import numpy as np

from medark.bootstrap import init_workspace
from medark.catalog.assets import Asset, Kind
from medark.catalog.finder import Asked
from medark.flows.catalog.gathering import gathered
from medark.flows.catalog.keeping import Index, opened_at, update
from medark.text import folded, words

GOAL_MS = 50
T = TypeVar("T")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--concepts", type=int, default=98_542)
    arguments.add_argument("--questions", type=int, default=400)
    given = arguments.parse_args()
    print(f"Python {platform.python_version()}, numpy {version('numpy')}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="bench-catalog-") as name:
        assets = things(Path(name) / "ws", given.concepts)
        index = built(Path(name) / "index.arrays", assets)
        gc.freeze()  # who asks an index does not hold what it was made of
        asked(index, assets, given.questions)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def things(place: Path, concepts: int) -> list[Asset]:
    """Everything of a new workspace, with the first so many concepts of the vocabulary."""
    with init_workspace(place) as workspace, workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ["concept"])
        known = session.query(f"SELECT concept_id FROM concept WHERE concept_id > 0 ORDER BY 1 LIMIT {concepts}")
        return list(gathered(workspace, set(known["concept_id"].to_pylist())))


def built(path: Path, assets: list[Asset]) -> Index:
    """Made new, brought up to nothing, to ten changed things and to one more; and opened."""
    told = timed(f"made new of {len(assets):,} things", lambda: update(path, assets, "1"))
    print(f"  index {told.bytes / 1e6:.1f} MB, {told.bytes / len(assets):.0f} bytes a thing")
    timed("  nothing changed", lambda: update(path, assets, "1"))
    changed = [replace(one, owner="laboratory") if place % (len(assets) // 10) == 0 else one
               for place, one in enumerate(assets)]  # fmt: skip
    timed("  ten things changed", lambda: update(path, changed, "2"))
    timed("  one thing more", lambda: update(path, [*changed, Asset(Kind.SOURCE, "north/lis", "north/lis")], "3"))
    index = timed("  opened", lambda: opened_at(path))
    assert index is not None
    return index


def asked(index: Index, assets: Sequence[Asset], count: int) -> None:
    """Questions, one after the other."""
    questions = list(made_up(assets, count))
    everything = np.ones(index.kinds.size, np.float32)
    ours = spent(questions, lambda question: index.finder.ask(Asked(question, open=everything)))
    texts = [folded(" ".join((one.name, one.title.en, one.title.zh, one.about.en, one.words))) for one in assets]
    scan = spent(questions[: max(10, count // 10)], lambda question: _scanned(texts, question))
    full = spent(questions, _fts5(texts))
    for label, times in (("the catalog", ours), ("a look through all texts", scan), ("SQLite FTS5", full)):
        shares = ((share, *np.percentile(times, share, axis=0)) for share in (50, 95, 99, 100))
        print(f"{label}: {', '.join(f'p{share} {p:.1f} ms ({cpu:.1f} CPU-ms)' for share, p, cpu in shares)}")
    print(f"goal: p99 below {GOAL_MS} ms: {'met' if np.percentile(ours, 99, axis=0)[0] < GOAL_MS else 'missed'}")


def made_up(assets: Sequence[Asset], count: int) -> list[str]:
    """Questions as people ask them, by chance, the same each time."""
    chance = random.Random(8)
    found = []
    while len(found) < count:
        one = chance.choice(assets)
        name = chance.choice([text for text in (one.title.en, one.title.zh, one.name) if text])
        several = name.split()
        ways = [name, " ".join(several[:2]), name[: max(2, len(name) // 2)], chance.choice(several)]
        ways += [" ".join(chance.sample(several, min(3, len(several)))), _misspelt(chance.choice(several), chance)]
        found.append(chance.choice(ways))
    return found


def _misspelt(word: str, chance: random.Random) -> str:
    if len(word) < 5:
        return word
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _scanned(texts: Sequence[str], question: str) -> list[int]:
    wanted = folded(question).split()
    return [place for place, text in enumerate(texts) if all(word in text for word in wanted)][:60]


def _fts5(texts: Sequence[str]) -> Callable[[str], object]:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    start = time.perf_counter()
    base.executemany("INSERT INTO t VALUES (?)", ((" ".join(words(text)),) for text in texts))
    print(f"SQLite FTS5 made new in {time.perf_counter() - start:.1f} s")

    def ask(question: str) -> object:
        wanted = " ".join(f'"{word}"' for word in dict.fromkeys(words(question)))
        return base.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 60", (wanted,)).fetchall()

    return lambda question: ask(question) if list(words(question)) else []


def spent(questions: Sequence[str], ask: Callable[[str], object]) -> list[tuple[float, float]]:
    """Milliseconds of each, and of the processor: the second holds whoever else is at work."""
    times = []
    for question in questions:
        start, cpu = time.perf_counter(), time.thread_time()
        ask(question)
        times.append((1000 * (time.perf_counter() - start), 1000 * (time.thread_time() - cpu)))
    return times


def timed(label: str, work: Callable[[], T]) -> T:
    """What came of some work, and how long it took."""
    start, cpu = time.perf_counter(), time.process_time()
    found = work()
    print(f"{label}: {time.perf_counter() - start:.2f} s, {time.process_time() - cpu:.2f} CPU-s")
    return found


if __name__ == "__main__":
    main()
