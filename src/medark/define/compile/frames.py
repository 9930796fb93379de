"""Frames as queries: their rows for every entry; pairs and eras are made of those of the frames below"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from medark.define.compile import eras, pairs
from medark.define.compile.entries import Known
from medark.define.compile.leaves import columns
from medark.define.compile.projection import projected
from medark.define.compile.rows import RowScope, Where, column_name, conditions, required_lists
from medark.define.nodes import Call, Column, Eras, Frame, Node, Pair, Root, Table, Value
from medark.errors import InternalError


def frame_rows(
    known: Known, frame: Frame, values: Mapping[str, Value], meets: Sequence[Value] = (), *, with_person: bool = False
) -> exp.Select:
    """For each entry the rows of a frame that meet further conditions: entry_id (person_id), and values by name."""
    meets = (*conditions(frame), *meets)
    where = Where(meets, required_lists(frame.root, [meets]))
    scope = scope_of(known, frame.root, (*meets, *values.values()), where)
    carried = {"entry_id": scope.entry_id}
    if with_person:
        carried["person_id"] = scope.person
    return projected(scope, values, carried)


def scope_of(known: Known, root: Root, wanted: Sequence[Node], where: Where) -> RowScope:
    """The rows of a root, with all that is wanted of them."""
    relation = None if isinstance(root, Table) else _relation(known, root, columns(root, wanted))
    return RowScope(known, root, relation, wanted, where)


def _relation(known: Known, root: Root, wanted: Sequence[Column]) -> str:
    """Where the rows of pairs or eras are, with these of their columns."""
    if isinstance(root, Eras):
        return known.draft.add("eras", _eras(known, root))
    if isinstance(root, Pair):
        return known.draft.add("pairs", _pairs(known, root, wanted))
    raise InternalError(f"no rows of {type(root).__name__}")


def _eras(known: Known, root: Eras) -> exp.Select:
    start = Column(root.source.root, "start_date")
    end = Column(root.source.root, "end_date") if root.end is None else root.end
    spans = {"start_date": start, "end_date": Call("greatest", (start, end))}  # of these the missing one is passed over
    dated = Call("not", (Call("is_missing", (start,)),))
    return eras.run_together(frame_rows(known, root.source, spans, (dated,)), "entry_id", root.gap)


def _pairs(known: Known, pair: Pair, wanted: Sequence[Column]) -> exp.Select:
    left, right = (_side(known, pair, side, wanted) for side in ("left", "right"))
    cells = [exp.column(c.name, table="a" if c.side == "left" else "b").as_(column_name(c)) for c in wanted]
    query = exp.select(exp.column("entry_id", table="a"), *cells).from_(exp.to_table(left, alias="a"))
    return query.join(exp.to_table(right, alias="b"), on=pairs.joined(pair))


def _side(known: Known, pair: Pair, side: str, wanted: Sequence[Column]) -> str:
    """The rows of one side, each column once, whatever it is wanted for."""
    frame: Frame = getattr(pair, side)
    names = pairs.key(pair)[side == "right"]
    values: dict[str, Value] = {}
    for role in pairs.roles(pair):
        name = names if role == "row_key" else pairs.ROLES[role]
        values[role] = Column(frame.root, name)
    values |= {column.name: Column(frame.root, column.name) for column in wanted if column.side == side}
    return known.draft.add("side", frame_rows(known, frame, values))
