"""What it takes to answer for an export at the prompt of `medark map review`, until nothing waits"""

from __future__ import annotations

import csv
import io
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from statistics import median
from unittest import mock

from medark.bootstrap import init_workspace
from medark.cli.map_talk import Talk
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from medark.flows.propose.overview import proposal_of, tables
from medark.flows.propose.review import Review
from medark.flows.workspace import Workspace
from unseen import EXPORTS, Truth, world
from unseen.reviewer import Reviewer

_SOURCE = "made/his"
_HEADS = (
    "tables",
    "asked",
    "answers",
    "plain",
    "named",
    "left out",
    "later",
    "median s",
    "worst s",
    "effect s",
    "wait",
)


def reviewed(folder: Path) -> None:
    """Each export in a workspace of its own: answered for by one who knows it, at the prompt. Seconds of the processor.

    asked: tables that somebody is asked of; plain: of them accepted as they stood; named: meanings that were typed, not
    chosen; later: tables that can not be made whole; wait: tables that wait at the end.
    """
    print(f"\n{'answered for':16}" + "".join(f"{head:>10}" for head in _HEADS))
    for name, export in EXPORTS.items():
        truths = export(world(3))
        place = folder / name.replace(" ", "_")
        _written(place / "export", truths)
        with init_workspace(place / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
            ingest(made, place / "export", _SOURCE)
            automatic(made, _SOURCE)
            _one(name, made, truths)


def _one(name: str, workspace: Workspace, truths: Sequence[Truth]) -> None:
    review = Review(workspace, _SOURCE, machine_user())
    person, asked, waits = Reviewer(review, truths), len(review.waiting()), list[float]()
    since = time.process_time()

    def typed(prompt: str) -> str:
        nonlocal since
        waits.append(time.process_time() - since)
        said = person.answer(prompt.partition(" (")[0])
        since = time.process_time()
        return said

    quiet = io.StringIO()
    with mock.patch("builtins.input", typed), redirect_stdout(quiet), redirect_stderr(quiet):
        Talk(review, is_asked=True).through(None)
    began = time.process_time()
    review.finish()
    effect, left = time.process_time() - began, [one for one in tables(proposal_of(workspace, _SOURCE)) if one.waits]
    told = (len(truths), asked, person.typed, person.plain, person.named, person.nothing, len(person.later))
    seconds = (median(waits[1:] or [0.0]), max(waits[1:], default=0.0), effect)
    print(f"{name:16}" + "".join(f"{n:10}" for n in told) + "".join(f"{s:10.2f}" for s in seconds) + f"{len(left):10}")
    for one in left:
        print(f"    {one.name} waits: {one.state}, lacks {', '.join(one.missing) or '-'}", file=sys.stdout)


def _written(folder: Path, truths: Sequence[Truth]) -> None:
    folder.mkdir(parents=True)
    for one in truths:
        with (folder / f"{one.name}.csv").open("w", newline="", encoding="utf-8") as out:
            rows = zip(*(values for _, values in one.columns.values()), strict=True)
            csv.writer(out).writerows([list(one.columns), *rows])
