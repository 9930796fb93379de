"""Keys that are there twice: looked for by their digests, then counted where they may be"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from medark.flows.quality.digests import Cut, Keys, cut, with_digests
from medark.flows.quality.index import Index
from medark.flows.quality.kept import Known, Line, Lines, Said, Since, added, negated
from medark.flows.quality.often import Often
from medark.flows.quality.parts import Parts

MOST_KEPT = 100_000
LinesOf = Callable[[Iterable[str]], Lines | None]  # what was kept of some files, if all of it is there
_NONE: Keys = np.zeros(0, np.int64)
_SUMS = [1]  # of a line: the key, and how often it is there


def repeated(parts: Parts, index: Index, table: str, known: Known) -> Said:
    """Rows whose key is there twice, of all files; rows without any count as of one key."""
    files = parts.files(table)
    cuts = index.twice(table)
    lines = {path: _lines_of(index, table, path, cuts) for path in files}
    return Said(_told(parts, table, known, added([], _every(lines), _SUMS)), lines)


def repeated_since(
    parts: Parts, index: Index, table: str, known: Known, since: Since, lines_of: LinesOf
) -> Said | None:
    """The same, from what was known before. None where what `lines_of` files was kept is not whole."""
    gone = lines_of(since.gone)
    if gone is None or not since.before.is_by_file:
        return None
    keys = {path: np.concatenate([_NONE, *index.keys(table, path)]) for path in since.came}
    new, often = np.unique(np.concatenate([_NONE, *keys.values()]), return_counts=True)
    were = np.array([line[0] for line in since.before.lines if line[0] is not None], np.int64)
    is_known = np.isin(new, were)
    found = {
        path: _as_lines(_among(index.keys(table, path), ids))
        for path, ids in index.that_may_have(table, since.stayed, new[~is_known])
    }
    held = lines_of(found)
    if held is None:
        return None
    again = [np.array([line[0] for line in lines], np.int64) for lines in found.values()]
    wanted = np.concatenate([new[(often > 1) | is_known], *again])
    lines = {path: _as_lines(some[np.isin(some, wanted)]) + index.of_none(table, path) for path, some in keys.items()}
    is_of = {line[0] for line in since.before.lines}
    less = [line for line in _every(gone) if line[0] in is_of]
    comes = [*_every(lines), *_every(found), *negated(less, _SUMS)]
    lines |= {path: [*{line[0]: line for line in (*held[path], *some)}.values()] for path, some in found.items()}
    return Said(_told(parts, table, known, added(since.before.lines, comes, _SUMS)), lines, since.gone, is_anew=False)


def repeated_on(parts: Parts, table: str, known: Known) -> Said:
    """The same where keys stay where the rows are: on a cluster."""
    session, key = parts.session, f"{table}_id"
    parts.bind(table, parts.files(table))
    often = f"select {key} as id, count(*) as n from {table} group by {key}"
    found = session.query(f"select * from ({often}) as k where n > 1").to_pylist()
    told = _told(parts, table, known, [[row["id"], int(row["n"])] for row in found])
    return Said(replace(told, is_by_file=False))


def _told(parts: Parts, table: str, known: Known, lines: Iterable[Line]) -> Known:
    """What is known once it is known how often keys are there; None, of rows without any, is kept in any case."""
    often = [line for line in lines if line[1] > 1 or line[0] is None]
    violating = sum(line[1] for line in often if line[1] > 1)
    is_by_file = len(often) <= MOST_KEPT
    return replace(
        known, total=(violating, parts.rows(table)), lines=often if is_by_file else [], is_by_file=is_by_file
    )


def _every(lines: Mapping[str, list[Line]]) -> list[Line]:
    return [line for some in lines.values() for line in some]


def _lines_of(index: Index, table: str, path: str, cuts: Cut) -> list[Line]:
    """How often keys with some digests (sorted) are in a file; and rows without any key."""
    often = index.often(table, path)
    kept = (Often() if often is None else often).among(cuts)
    others = np.setdiff1d(cuts, cut(kept.keys))
    lines = [[int(key), int(n)] for key, n in zip(kept.keys, kept.times, strict=True)]
    if len(others) and index.digests(table, path).may_have(others).any():
        lines += _as_lines(with_digests(index.keys(table, path), others))
    return lines + index.of_none(table, path)


def _among(pieces: Iterable[Keys], ids: Keys) -> Keys:
    return np.concatenate([_NONE, *(keys[np.isin(keys, ids)] for keys in pieces)])


def _as_lines(keys: Keys) -> list[Line]:
    return [[int(key), int(n)] for key, n in zip(*np.unique(keys, return_counts=True), strict=True)]
