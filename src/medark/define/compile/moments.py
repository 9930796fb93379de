"""Values at each row of a frame: a plan inside the plan, whose entries are the rows"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from medark.define.compile.entries import Entries, Known, Moments, Row
from medark.define.compile.frames import frame_rows
from medark.define.compile.leaves import outer
from medark.define.compile.rows import of_rows_alone, row_key
from medark.define.compile.written import query
from medark.define.kinds import Kind
from medark.define.nodes import AtEach, Column, Eras, Missing, Node, Root, Table, Value, asked_of_index
from medark.define.nodes.values import moments

Evaluate = Callable[[Entries, Sequence[Value]], Known]
Groups = dict[Row, list[Value]]
_NO_TIME = Missing(Kind.DATETIME)  # for what nobody asks of the index: no column is read for it
# An era is told apart by its first day only within one entry, so it is numbered.
_NUMBERED = """
SELECT row_number() OVER (ORDER BY entry_id, row_key) AS entry_id, person_id, entry_start, entry_end,
  visit_occurrence_id, entry_id AS row_entry_id, row_key FROM {rows} AS q
"""
_BY_KEY = "SELECT {once} row_key AS entry_id, person_id, entry_start, entry_end, visit_occurrence_id FROM {rows} AS q"


def groups(nodes: Iterable[Node]) -> Groups:
    """The `at_each` values below, by the rows that they are asked of."""
    found: Groups = {}
    for node in outer(*nodes):
        if isinstance(node, AtEach):
            found.setdefault((node.frame, node.start, node.end), []).append(node.value)
    return found


def at_rows(known: Known, row: Row, values: Sequence[Value], evaluate: Evaluate) -> Moments:
    """Work out what values are with each row as the index."""
    frame, *_ = row
    times = moments(frame.root, *row[1:])
    by_entry = isinstance(frame.root, Eras) or not all(of_rows_alone(known, time) for time in times)
    rows = frame_rows(known, frame, _index(frame.root, times, asked_of_index(*values)), with_person=True)
    once = "" if known.entries.by_person else "DISTINCT"
    entries = query(_NUMBERED, rows=rows) if by_entry else query(_BY_KEY, rows=rows, once=once)
    inside = evaluate(Entries(known.draft.add("rows", entries, keep=by_entry)), values)
    columns = {value: f"w{at}" for at, value in enumerate(dict.fromkeys(values), 1)}
    carried = {"entry_id": "row_entry_id", "row_key": "row_key"} if by_entry else {"row_key": "entry_id"}
    relation = known.draft.add("at_each", inside.select({name: value for value, name in columns.items()}, carried))
    return Moments(relation, columns, by_entry, in_frame=not by_entry and not known.entries.by_person)


def _index(root: Root, times: tuple[Value, Value], asked: Collection[str]) -> dict[str, Value]:
    """What is asked of a row as the index; what nobody asks for is not read."""
    start, end = times
    return {
        "row_key": row_key(root),
        "entry_start": start if "start" in asked else _NO_TIME,
        "entry_end": end if "end" in asked else _NO_TIME,
        "visit_occurrence_id": visit(root) if "visit" in asked else Missing(Kind.KEY),
    }


def visit(root: Root) -> Value:
    """The visit that a row belongs to."""
    return Column(root, "visit") if isinstance(root, Table) and root.spec.visit else Missing(Kind.KEY)
