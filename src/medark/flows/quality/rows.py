"""What scans of rows say, from what their queries said of files: of all, or of those that are otherwise"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from medark.check.counting import Scan
from medark.flows.quality.affected import Move
from medark.flows.quality.changes import Change
from medark.flows.quality.kept import Known, Line, Lines, Said, added, negated, places_of
from medark.flows.quality.said_of_files import Sums, together

LinesOf = Callable[[Iterable[str]], Lines | None]  # what was kept of some files, if all of it is there


def from_nothing(scan: Scan, known: Known, sums: Sums) -> Said:
    """Of all files."""
    lines = added([], chain.from_iterable(sums.came.values()), places_of(sums.columns))
    lost = {link.column: sums.lost.get(link.column, []) for link in scan.lost}
    return Said(replace(known, columns=sums.columns, lines=lines, lost=lost), sums.came)


def since(scan: Scan, known: Known, move: Move, sums: Sums, lines_of: LinesOf) -> Said | None:
    """From what was known before; None where what was kept is not whole."""
    before = move.before[scan.name]
    columns = sums.columns or before.columns
    places = places_of(columns)
    otherwise = _otherwise(sums, columns)
    gone, held = lines_of(move.gone), lines_of(otherwise)
    if gone is None or held is None:
        return None
    came = sums.came
    stayed = {path: added(held[path], lines, places) for path, lines in otherwise.items()}
    comes = chain(*came.values(), *otherwise.values(), negated(chain(*gone.values()), places))
    lost = {}
    for link in scan.lost:
        found = together(sums.lost.get(link.column, []), before.lost.get(link.column))
        lost[link.column] = together(found, _vanished(move.changes[link][1]) if link in move.changes else [])
    known = replace(known, columns=columns, lines=added(before.lines, comes, places), lost=lost)
    return Said(known, {**came, **stayed}, move.gone, is_anew=False)


def _otherwise(sums: Sums, columns: Sequence[str]) -> dict[str, list[Line]]:
    """By file that stayed, what its rows say more than before, as lines of all columns."""
    found: dict[str, list[Line]] = {}
    places = places_of(columns)
    for one in sums.otherwise:
        few = places_of(one.columns)
        for path, were in one.before.items():
            lines = added([], [*one.now[path], *negated(were, few)], few)
            if any(line[place] for line in lines for place in few):
                told = (dict(zip(one.columns, line, strict=True)) for line in lines)
                more = ([cells.get(name, 0) for name in columns] for cells in told)
                found[path] = added(found.get(path, []), more, places)
    return found


def _vanished(change: Change) -> list[int]:
    """What was told of before, and is no more."""
    there = change.after.column("id").to_numpy()
    return np.setdiff1d(change.ids, there).tolist() if len(there) < len(change.ids) else []
