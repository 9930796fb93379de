"""What a definition reads: the stored columns of each table, so that grant, sensitivity and lineage are known unrun"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from medark.define.definitions import Definition
from medark.define.definitions.tally import READS, Tally
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Column,
    Eras,
    Every,
    Everyone,
    EveryPeriod,
    Node,
    Pair,
    Pick,
    PickedColumn,
    Root,
    Table,
    Value,
    asked_of_index,
    stored,
)

_Read = tuple[str, str]  # table, column
_PERSONS = ("person", "person_id")


def reads(definition: Definition) -> Mapping[str, frozenset[str]]:
    """OMOP table → the columns it is read by: no more and no less than a run needs.

    >>> from medark.define import Dataset, conditions, everyone
    >>> found = reads(Dataset(everyone(), {"ill": conditions.exists()}))
    >>> {table: sorted(columns) for table, columns in found.items()}
    {'condition_occurrence': ['person_id'], 'person': ['person_id']}
    """
    found: dict[str, set[str]] = {}
    for node in _worked_out(definition):
        for table, column in _read_by(node):
            found.setdefault(table, set()).add(column)
    return {table: frozenset(found[table]) for table in sorted(found)}


def _worked_out(top: Node) -> Iterator[Node]:
    """Every node that a run works out, each once: of a row that is the index, its start and end only if it is asked."""
    pending, seen = [top], set[Node]()
    while pending:
        node = pending.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        match node:
            case Every():
                pending += (node.frame, *node.moments)
            case AtEach():
                asked = asked_of_index(node.value)
                moments = zip(("start", "end"), node.moments, strict=True)
                pending += (node.frame, node.value, *(moment for name, moment in moments if name in asked))
            case _:
                pending += node.children()


def _read_by(node: Node) -> Iterator[_Read]:
    """What one node reads by itself, without those that it is made of."""
    match node:
        case Column() | PickedColumn():
            yield from _stored(node)
        case Table(spec=spec):
            yield spec.name, spec.person
        case Everyone() | EveryPeriod():
            yield _PERSONS
        case Every(frame=frame):
            yield from _roles(frame.root, "", "key", "visit")
            if asks_of_persons(node):
                yield _PERSONS
        case Pick(root=root):
            yield from _keys(root)
        case Pair():
            yield from _paired(node)
        case Eras(source=source, end=end):
            yield from _roles(source.root, "", "start_date", *(("end_date",) if end is None else ()))
        case AtEach(frame=frame, value=value):
            yield from _roles(frame.root, "", "key", *asked_of_index(value) & {"visit"})
        case Tally():
            yield from ((table, column) for table, columns in READS.items() for column in columns)


def asks_of_persons(entries: Every) -> bool:
    """Do entries depend on values of persons (the first of a kind, say)? Engines work these out for each person."""
    return any(map(_is_of_persons, entries.children()))


@lru_cache(maxsize=4096)
def _is_of_persons(node: Node) -> bool:
    if isinstance(node, AtEach):
        return _is_of_persons(node.frame)
    return isinstance(node, Aggregate | PickedColumn) or any(map(_is_of_persons, node.children()))


def _stored(value: Value) -> Iterator[_Read]:
    """The columns that the lake holds behind a value of rows. Those of eras are made, not stored."""
    pending: list[Node] = [value]
    while pending:
        part = pending.pop()
        if not isinstance(part, Column | PickedColumn):
            pending.extend(part.children())
        elif (expressed := stored(part)) != part:
            pending.append(expressed)
        else:
            yield from _held(part)


def _held(column: Column | PickedColumn) -> Iterator[_Read]:
    root = column.rows if isinstance(column, Column) else column.pick.root
    side = getattr(root, column.side).root if isinstance(root, Pair) else root
    if isinstance(side, Table):
        yield side.name, column.name


def _roles(root: Root, side: str, *names: str) -> Iterator[_Read]:
    """The stored columns behind roles of a root (of a side of it). Eras have none, and some tables no visit."""
    held = getattr(root, side).root if side else root
    if isinstance(held, Table):
        for name in names:
            if name != "visit" or held.spec.visit:
                yield from _stored(Column(root, name, side))


def _keys(root: Root) -> Iterator[_Read]:
    """What settles ties. Eras need no key: no two of a person start on one day."""
    for side in ("left", "right") if isinstance(root, Pair) else ("",):
        yield from _roles(root, side, "key")


def _paired(pair: Pair) -> Iterator[_Read]:
    """What tells which rows are a pair: their times, days too where the window counts those, and keys in one table."""
    names = ["start", "end"] if pair.order == "overlap" else ["start"]
    if pair.within is not None and pair.unit != "seconds":
        names.append("start_date")
    for side in ("left", "right"):
        yield from _roles(pair, side, *names)
    if pair.left.root == pair.right.root:
        yield from _keys(pair)
