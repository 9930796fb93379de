"""Entries, and what is known of each so far"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from medark.define.compile.concepts import Memberships
from medark.define.compile.draft import Draft
from medark.define.compile.leaves import is_leaf, outer
from medark.define.compile.projection import expressions, projected
from medark.define.nodes import Aggregate, Frame, InConcepts, IndexValue, Node, PickedColumn, Value

ENTRY = ("entry_id", "person_id", "entry_start", "entry_end", "visit_occurrence_id")
CARRIED = {name: name for name in ENTRY}
_INDEX = {"start": "entry_start", "end": "entry_end", "person": "person_id", "visit": "visit_occurrence_id"}
_ALIAS = "e"
Row = tuple[Frame, Value | None, Value | None]  # of an at_each: the frame, and when its index starts and ends


@dataclass(frozen=True, slots=True)
class Entries:
    """A relation with the columns ENTRY.

    `constants`: what the index says of every entry alike, by `IndexValue.name`. `by_person`: there is one entry for
    each person and entry_id is person_id, so that rows of a person need no join to be rows of an entry.
    """

    relation: str
    constants: Mapping[str, Callable[[], exp.Expr]] = field(default_factory=dict)
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a leaf is: a relation with entry_id, not of every entry, and how it is read from there."""

    relation: str
    read: Callable[[str], exp.Expr]  # alias of the relation -> value


@dataclass(frozen=True, slots=True)
class Moments:
    """What `at_each` values are at each row of a frame: a relation with row_key, and a column for each value.

    `by_entry`: it has entry_id too, as a row is another index for another entry. `in_frame`: it has rows that are in
    the frame of some entry, but not of each.
    """

    relation: str
    columns: Mapping[Value, str]
    by_entry: bool
    in_frame: bool


class Known:
    """The entries and what has been worked out for them."""

    def __init__(self, draft: Draft, entries: Entries) -> None:
        self.draft, self.entries = draft, entries
        self.leaves: dict[Node, Leaf] = {}
        self.moments: dict[Row, Moments] = {}

    def constant(self, value: Value) -> exp.Expr | None:
        """What the index says of every entry alike, if it does."""
        same = self.entries.constants.get(value.name) if isinstance(value, IndexValue) else None
        return None if same is None else same()

    def is_constant(self, value: Value) -> bool:
        """Is it the same for all entries?"""
        return not any(
            is_leaf(node) or (isinstance(node, IndexValue) and node.name not in self.entries.constants)
            for node in outer(value)
        )

    def select(self, values: Mapping[str, Value], carried: Mapping[str, str] = CARRIED) -> exp.Select:
        """One row an entry: columns of its relation under new names, then the values by name."""
        scope = EntryScope(self, values.values())
        return projected(scope, values, {name: exp.column(held, table=_ALIAS) for name, held in carried.items()})


class EntryScope:
    """The entries joined with each relation that holds a leaf that is asked for."""

    def __init__(self, known: Known, values: Iterable[Value]) -> None:
        self.draft, self._known = known.draft, known
        self._relations: dict[str, str] = {}  # relation -> alias
        self._memberships = Memberships(self.draft, _looked_up(values))

    def held(self, value: Value) -> exp.Expr | None:
        if isinstance(value, IndexValue):
            return self._known.constant(value) or exp.column(_INDEX[value.name], table=_ALIAS)
        if isinstance(value, InConcepts):
            return self._memberships.held(value, expressions(self).of, is_required=False)
        if value not in self._known.leaves:
            return None
        leaf = self._known.leaves[value]
        return leaf.read(self._relations.setdefault(leaf.relation, f"v{len(self._relations) + 1}"))

    def source(self) -> exp.Select:
        query = exp.Select().from_(exp.to_table(self._known.entries.relation, alias=_ALIAS), copy=False)
        lists = self._memberships.joined(exp.Select(), expressions(self).of, ())  # first: it may ask for more relations
        for relation, alias in self._relations.items():
            on = exp.column("entry_id", table=alias).eq(exp.column("entry_id", table=_ALIAS))
            query = query.join(exp.to_table(relation, alias=alias), on=on, join_type="left", copy=False)
        for join in lists.args.get("joins") or []:
            query.append("joins", join)
        return query


def _looked_up(values: Iterable[Value]) -> list[InConcepts]:
    """The lookups of values of the entry itself, not those of rows that they are worked out from."""
    seen: dict[Node, None] = {}  # in order, so that the SQL is the same each time
    pending: list[Node] = list(values)
    while pending:
        node = pending.pop()
        if node not in seen and not isinstance(node, Aggregate | PickedColumn):
            seen[node] = None
            pending.extend(node.children())
    return [node for node in seen if isinstance(node, InConcepts)]
