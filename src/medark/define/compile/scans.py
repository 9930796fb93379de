"""A scan: all leaves of one level that are worked out from the rows of one root, in one pass over them"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from medark.define.compile import aggregates
from medark.define.compile.entries import Known, Leaf
from medark.define.compile.frames import scope_of
from medark.define.compile.leaves import Leaf as LeafNode
from medark.define.compile.projection import projected
from medark.define.compile.rows import Where, conditions, of_rows_alone, required_lists, together
from medark.define.nodes import Aggregate, Frame, Pair, Root, Table, Value


@dataclass(frozen=True, slots=True)
class Need:
    """A leaf, and what rows must meet to count for it."""

    leaf: LeafNode
    meets: tuple[Value, ...]

    @property
    def root(self) -> Root:
        return _frame(self.leaf).root


def needs(leaves: Sequence[LeafNode]) -> list[list[Need]]:
    """Leaves by the scan that works them out: one for each root, and for each column that concepts are looked up in.

    Rows that no concept is asked of are all looked at, so those with concepts, far fewer, are better left alone.
    """
    scans: dict[tuple[Root, frozenset[Value]], list[Need]] = {}
    for leaf in leaves:
        need = Need(leaf, conditions(_frame(leaf)))
        scans.setdefault((need.root, required_lists(need.root, [need.meets])), []).append(need)
    return list(scans.values())


def scan(known: Known, wanted: Sequence[Need]) -> None:
    """Work out the leaves: afterwards they are known."""
    root = wanted[0].root
    common = [c for c in wanted[0].meets if all(c in need.meets for need in wanted)]
    required = required_lists(root, [need.meets for need in wanted])
    rest = {need: tuple(c for c in need.meets if c not in common) for need in wanted}
    where = Where((*common, *_any_of(known, list(rest.values()), required)), required)
    rows = aggregates.Rows(is_single=root == Table("person"))
    cells = {need.leaf: rows.cell(need.leaf, together("and", rest[need]) if rest[need] else None) for need in wanted}
    scope = scope_of(known, root, (*where.conditions, *rows.values.values()), where)
    inner = projected(scope, rows.values, {"entry_id": scope.entry_id})
    relation = known.draft.add(f"of_{_title(root)}", rows.grouped(inner))
    for leaf, cell in cells.items():
        known.leaves[leaf] = Leaf(relation, partial(aggregates.read, leaf, cell))


def _any_of(known: Known, rest: Sequence[tuple[Value, ...]], required: frozenset[Value]) -> list[Value]:
    """A condition that lets through what any need asks for, where rows alone can tell."""
    if required or not all(rest):
        return []
    told = [tuple(c for c in meets if of_rows_alone(known, c)) for meets in rest]
    return [together("or", list(dict.fromkeys(together("and", meets) for meets in told)))] if all(told) else []


def _frame(leaf: LeafNode) -> Frame:
    return leaf.frame if isinstance(leaf, Aggregate) else leaf.pick.source


def _title(root: Root) -> str:
    return root.name if isinstance(root, Table) else "pairs" if isinstance(root, Pair) else "eras"
