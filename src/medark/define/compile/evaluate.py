"""Values of entries: what they are made of is worked out level by level, each level before those that need it"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medark.define.compile.draft import Draft
from medark.define.compile.entries import Entries, Known
from medark.define.compile.leaves import levels, outer
from medark.define.compile.moments import Groups, at_rows, groups
from medark.define.compile.scans import needs, scan
from medark.define.nodes import AtEach, Node, Value


def evaluate(draft: Draft, entries: Entries, values: Iterable[Value]) -> Known:
    """The entries with all that is needed to write values of them."""
    known = Known(draft, entries)
    work_out(known, list(values))
    return known


def work_out(known: Known, nodes: Sequence[Node]) -> None:
    """Everything that must be known to write values and frames of the entries."""
    each = groups(nodes)
    for level in levels(nodes):
        _at_each(known, level, each)
        for wanted in needs(level):
            scan(known, wanted)
    _at_each(known, nodes, each)


def _at_each(known: Known, nodes: Iterable[Node], each: Groups) -> None:
    """The values at each row that nodes ask for; a frame's own are there before it is."""
    for node in outer(*nodes):
        if not isinstance(node, AtEach):
            continue
        row = (node.frame, node.start, node.end)
        if row not in known.moments:
            _at_each(known, [part for part in outer(node) if part != node], each)
            known.moments[row] = at_rows(
                known, row, each[row], lambda entries, values: evaluate(known.draft, entries, values)
            )
