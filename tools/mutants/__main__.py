"""`make mutants`: each planted bug alone in a copy of the source; the proof of its engine must catch it

`python tools/mutants [WORD …]`: only those whose engine, file or description has a word. Two are tried at a time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from planted import CAUGHT, HERE, Mutant, mutants, plant

TESTS = HERE.parents[1] / "tests"
AT_ONCE, LIMIT = 2, 900  # how many at a time, and for how many seconds: what never ends is caught


class Outcome(NamedTuple):
    """What became of a mutant, and what caught it."""

    word: str  # caught, missed, broken (it proves nothing), lapsed (the source is no longer as it says)
    by: str = ""


def tried(mutant: Mutant) -> Outcome:
    """A mutant planted and put to the proof of its engine."""
    return proved(mutant.engine, mutant) if mutant.applies else Outcome("lapsed")


def proved(engine: str, mutant: Mutant | None) -> Outcome:
    """The proof of an engine on a copy of the source, with a mutant in it or as it is."""
    with tempfile.TemporaryDirectory() as folder:
        plant(mutant, Path(folder) / "src")
        paths = os.pathsep.join((str(Path(folder) / "src"), str(TESTS)))
        java = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # many small queries and no large one
        env = {**os.environ, "PYTHONPATH": paths, "TMPDIR": folder, "JDK_JAVA_OPTIONS": java}
        command = [sys.executable, str(HERE / "proof.py"), engine]
        try:
            run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
        except subprocess.TimeoutExpired:
            return Outcome("caught", "it never ends")
    words = {0: "missed", CAUGHT: "caught"}
    return Outcome(words.get(run.returncode, "broken"), (run.stdout or run.stderr).strip().rpartition("\n")[2])


def main(words: list[str]) -> int:
    """The exit status: 1 unless every mutant was caught, 2 if something is wrong without any."""
    asked = [one for one in mutants() if not words or any(w in f"{one.engine} {one.file} {one.about}" for w in words)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        engines = sorted({one.engine for one in asked})
        sound = list(pool.map(lambda engine: proved(engine, None), engines))
        for engine, outcome in zip(engines, sound, strict=True):
            if outcome.word != "missed":
                print(f"{engine} is wrong without a mutant: {outcome.by}")
                return 2
        outcomes = []
        for mutant, outcome in zip(asked, pool.map(tried, asked), strict=True):
            print(f"{outcome.word:7} {mutant.engine:7} {mutant.file:34} {mutant.about}: {outcome.by}", flush=True)
            outcomes.append(outcome.word)
    caught = outcomes.count("caught")
    print(f"{caught} of {len(outcomes)} caught")
    return 0 if caught == len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
