"""A table's profile: its columns, which of them are keys, and which lie within other tables' keys"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from medark.standardise.propose.names import concepts, tokens
from medark.standardise.propose.profile.column import ColumnProfile, merged
from medark.standardise.propose.profile.orders import Order
from medark.standardise.propose.profile.sketch import contained

_PROBES = 24  # hashes of a column that are looked up among all keys
_WITHIN = 0.9  # of distinct values
_FEW = 3  # distinct values: too few to say anything
_SHORT = 300  # rows of a list of codes
_NUMBERS = 0.9  # of values that are whole numbers, of a column of such
# What any name may say.
_ANY = frozenset(
    ["id", "code", "name", "type", "time", "sequence", "count", "flag", "status", "record", "list", "detail"]
)
# Parts of names that say only that it is a code.
_NO_WORDS = frozenset(["id", "cd", "code", "key", "no", "nr", "num", "代码", "编码", "编号", "类别", "type", "name"])


@dataclass(frozen=True, slots=True)
class TableProfile:
    """A table of one source by its name there: several files may have told of it. `orders`: of its columns of times."""

    name: str
    columns: tuple[ColumnProfile, ...]
    orders: tuple[Order, ...] = ()

    @property
    def rows(self) -> int:
        """How many."""
        return max((column.rows for column in self.columns), default=0)

    def column(self, name: str) -> ColumnProfile:
        """By name, whatever its case. KeyError."""
        return next(column for column in self.columns if column.name.lower() == name.lower())

    def with_more(self, new: TableProfile) -> TableProfile:
        """Together with what a later delivery brought."""
        later = {column.name.lower(): column for column in new.columns}
        both = [merged(old, later.pop(old.name.lower())) if old.name.lower() in later else old for old in self.columns]
        told = max(self.orders, new.orders, key=lambda some: sum(order.rows for order in some))
        return TableProfile(self.name, (*both, *later.values()), told)


@dataclass(frozen=True, slots=True)
class Link:
    """A column whose values lie within a key of another table. `within`: the share of distinct values that do."""

    table: str
    column: str
    key_table: str
    key: str
    within: float


def links(tables: Sequence[TableProfile]) -> tuple[Link, ...]:
    """Foreign keys, by inclusion in a unique column: of a column the likeliest first."""
    keys = [(t.name, c) for t in tables for c in t.columns if c.is_key and c.distinct > 1 and c.hashes.size]
    index: dict[int, list[int]] = defaultdict(list)
    for number, (_, key) in enumerate(keys):
        for value in key.hashes.tolist():
            index[value].append(number)
    return tuple(link for table in tables for column in table.columns for link in _of(table, column, keys, index))


Keys = Sequence[tuple[str, ColumnProfile]]


def _of(table: TableProfile, column: ColumnProfile, keys: Keys, index: Mapping[int, Sequence[int]]) -> Iterator[Link]:
    if not column.distinct or column.dated >= 0.5 or column.share("decimal") >= 0.5:
        return
    hits = Counter(number for value in column.hashes[:_PROBES].tolist() for number in index.get(value, ()))
    found = [
        Link(table.name, column.name, there, key.name, within)
        for number in hits
        for there, key in (keys[number],)
        if there != table.name and (within := contained(column.hashes, key.hashes) or 0.0) >= _WITHIN
        and _is_no_chance(column, there, key)
    ]  # fmt: skip
    yield from sorted(found, key=lambda link: (link.key.lower() != column.name.lower(), -link.within, link.key_table))


def _is_no_chance(column: ColumnProfile, table: str, key: ColumnProfile) -> bool:
    """Small whole numbers, and few values, lie within each other by chance: they need a name that says so."""
    if column.name.lower() == key.name.lower() and min(column.distinct, key.distinct) > _FEW:
        return True
    if _is_list_of(column, table, key):
        return True
    if key.is_running and column.share("integer") >= _NUMBERS:
        return min(column.distinct, key.distinct) > _FEW and _is_called(column, table, key)
    small = column.share("integer") >= _NUMBERS and column.mean_length <= 4
    return not small and column.distinct >= 8 and key.distinct > _FEW


def _is_called(column: ColumnProfile, table: str, key: ColumnProfile) -> bool:
    """Is a column called like the table that it leads to, or like its key: patient_id and patients.id?"""
    mine = {word for word in concepts(column.name, pinyin=True) if word not in _ANY}
    return bool(mine & {*concepts(table, pinyin=True), *concepts(key.name, pinyin=True)})


def _is_list_of(column: ColumnProfile, table: str, key: ColumnProfile) -> bool:
    """Is a table a short list of the codes of a column, by what both are called: SEX_C and ZC_SEX?"""
    words = {word for word in tokens(column.name) if word not in _NO_WORDS and len(word) > 1}
    return bool(words) and key.rows <= _SHORT and words <= {*tokens(table), *tokens(key.name)} - _NO_WORDS


def by_key(found: Iterable[Link]) -> Mapping[tuple[str, str], tuple[Link, ...]]:
    """Links of each table's column."""
    sorted_out: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in found:
        sorted_out[link.table, link.column].append(link)
    return {place: tuple(some) for place, some in sorted_out.items()}
