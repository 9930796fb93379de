"""What a table becomes once it is accepted: which tables of the lake get rows, and where each of its columns is"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.catalog.became import EVENT, columns_of
from medark.serve.console.data_map.told import table_told
from medark.standardise.propose.draft import Draft, TargetDraft

_SHOWN: Final = 2  # columns of the lake beside a column


@dataclass(frozen=True, slots=True)
class Becomes:
    """`tables`: those of the lake, each a link with what it holds; `columns`: of each column of the source, the lake's
    ("table.column") that are made of it; `read`: the columns of the source that are read at all.
    """

    tables: Sequence[Mapping[str, str]]
    columns: Mapping[str, Sequence[str]]
    read: frozenset[str]


def becomes(draft: Draft, language: str) -> Becomes:
    """What becomes of a table as its proposal stands."""
    found: dict[str, dict[str, None]] = {}
    for target in draft.targets:
        for line in target.lines:
            for column in line.columns:
                found.setdefault(column, {}).update(dict.fromkeys(_columns(target, line.field)))
    tables = dict.fromkeys(place.partition(".")[0] for places in found.values() for place in places)
    read = frozenset(one for one in draft.columns if draft.made_of(one))
    return Becomes(
        [table_told(one, language) for one in tables], {name: list(some)[:_SHOWN] for name, some in found.items()}, read
    )


def _columns(target: TargetDraft, field: str) -> tuple[str, ...]:
    """Of an event whose code decides what it is, no column of one table."""
    kind = target.fixed.get("kind", "")
    return () if target.staging == EVENT and not kind else columns_of(target.staging, field, kind)
