"""A profiled table read: what it is, and what each column is, with chances and what speaks for them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from medark.standardise.propose import kinds
from medark.standardise.propose.candidates import Candidate, candidates, contenders, grounds
from medark.standardise.propose.evidence import (
    FEATURES,
    UNKNOWN,
    Seen,
    Vector,
    features,
    said,
)
from medark.standardise.propose.listing import listed
from medark.standardise.propose.model import (
    Coefficients,
    Grounds,
    chances,
    coefficients,
    kind_chances,
    line_chance,
    table_chance,
    table_numbers,
)
from medark.standardise.propose.names import Lexicon, elements, scored
from medark.standardise.propose.plausible import plausible
from medark.standardise.propose.profile import Link, TableProfile
from medark.standardise.propose.slots import bare

__all__ = ["Candidate", "ColumnReading", "TableReading", "read_table", "read_tables"]
_REGISTERED = {"person_key": "patient", "visit_key": "visit", "detail_key": "stay"}
_CLEAR = 0.5  # chance of what a table is, from which on it tells what columns are that name its rows


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """A column and what it may be, likeliest first; slot "" is: nothing is made of it. `grounds`: of the likeliest;
    `chance`: how often that is right.
    """

    name: str
    candidates: tuple[Candidate, ...]
    grounds: Grounds = field(repr=False)
    chance: float

    @property
    def best(self) -> Candidate:
        """The likeliest."""
        return self.candidates[0]


@dataclass(frozen=True, slots=True)
class TableReading:
    """A table, its kind with the chance of each, and its columns. `chance`: how often such a kind is right;
    `numbers`: by which that is told.
    """

    table: TableProfile = field(repr=False)
    kind: str
    kinds: Mapping[str, float]
    columns: tuple[ColumnReading, ...]
    chance: float
    numbers: Vector = field(repr=False)


def read_table(
    table: TableProfile,
    lexicon: Lexicon,
    *,
    kind: str = "",
    told: Coefficients | None = None,
    linked: Mapping[str, frozenset[str]] = MappingProxyType({}),
    pointed: frozenset[str] = frozenset(),
) -> TableReading:
    """Read a table. `kind`: what somebody said that it is; `linked`: of columns, the kinds of the tables whose keys
    their values are; `pointed`: columns that others' values are keys of.
    """
    weights = told or coefficients()
    named = scored(lexicon, table.name, [column.name for column in table.columns])
    seen = [
        Seen.of(column, scores, linked.get(column.name, frozenset()))
        for column, scores in zip(table.columns, named, strict=True)
    ]
    blind = {name: 1 / len(kinds.kinds()) for name in kinds.kinds()}
    read = _vectors(seen, blind)
    first = [dict(zip(names, chances(vectors, weights.column).tolist(), strict=True)) for names, vectors in read]
    keys = [column.is_key for column in table.columns]
    told_by = kinds.features(table.name, first, keys)
    found = kind_chances(told_by, weights)
    found = plausible(found, table, first, linked)
    if kind:
        found = {name: float(name == kind) for name in found}
    numbers = table_numbers(found, told_by)
    chance = 1.0 if kind else table_chance(numbers, weights)
    best = max(found, key=found.__getitem__)
    each = []
    for one, (names, vectors) in zip(seen, _of_kinds(read, found), strict=True):
        likely = dict(zip(names, chances(vectors, weights.column).tolist(), strict=True))
        each.append(candidates(one, likely, best))
    columns = []
    for one, may_be, other in zip(seen, each, contenders(each, best), strict=True):
        unpointed = bool(pointed) and one.profile.name not in pointed
        why = grounds(one, may_be[0], best, chance, contender=other, unpointed=unpointed)
        columns.append(ColumnReading(one.profile.name, may_be, why, line_chance(why, weights)))
    return TableReading(table, best, found, tuple(columns), chance, numbers)


def read_tables(
    tables: Sequence[TableProfile],
    lexicon: Lexicon,
    found: Sequence[Link],
    kinds_said: Mapping[str, str] = MappingProxyType({}),
    told: Coefficients | None = None,
) -> list[TableReading]:
    """Read the tables of one source together: what a table is tells what the columns are that name its rows elsewhere.

    `found`: of values within keys; `kinds_said`: what somebody said that tables are.
    """
    pointed = pointed_to(tables, found)
    alone = [
        read_table(
            table, lexicon, kind=kinds_said.get(table.name, ""), told=told,
            pointed=pointed.get(table.name, frozenset()),
        )
        for table in tables
    ]  # fmt: skip
    keys_of = _keys_of(alone)
    linked: dict[str, dict[str, set[str]]] = {}
    for link in found:
        if of_kind := keys_of.get((link.key_table, link.key)):
            linked.setdefault(link.table, {}).setdefault(link.column, set()).add(of_kind)
    return [
        read_table(
            one.table, lexicon, kind=kinds_said.get(one.table.name, ""), told=told,
            linked={column: frozenset(kinds_) for column, kinds_ in linked[one.table.name].items()},
            pointed=pointed.get(one.table.name, frozenset()),
        )
        if one.table.name in linked else one
        for one in alone
    ]  # fmt: skip


def _keys_of(alone: Sequence[TableReading]) -> Mapping[tuple[str, str], str]:
    """Of each table's columns, the kind of the table whose rows they name: mostly this one's; of a number of visits
    that stands once in a table of results, it is visits.
    """
    found: dict[tuple[str, str], str] = {}
    for one in alone:
        for column in one.columns:
            said = _REGISTERED.get(bare(column.best.slot), "") if column.best.chance >= _CLEAR else ""
            if said or one.kinds[one.kind] >= _CLEAR:
                found[one.table.name, column.name] = said or one.kind
    return found


def pointed_to(tables: Sequence[TableProfile], found: Sequence[Link]) -> Mapping[str, frozenset[str]]:
    """Of each table the keys that columns of others point to, several rows of theirs to one of its."""
    keys = {(table.name, column.name) for table in tables for column in table.columns if column.is_key}
    there: dict[str, set[str]] = {}
    for link in found:
        if (link.table, link.column) not in keys:
            there.setdefault(link.key_table, set()).add(link.key)
    return {table: frozenset(columns) for table, columns in there.items()}


_Read = list[tuple[list[str], Vector]]  # of each column the candidates and, a row for each, their numbers
_KIND, _KIND_MISSED, _NOTHING = (FEATURES.index(name) for name in ("kind", "kind_missed", "makes_nothing"))


def _of_kinds(read: _Read, found: Mapping[str, float]) -> _Read:
    """The same numbers, now that it is known what the table may be."""
    home, again = kinds.homes(found), list[tuple[list[str], Vector]]()
    for names, vectors in read:
        vectors = vectors.copy()
        vectors[1:, _KIND] = [home[name].fits for name in names[1:]]
        vectors[1:, _KIND_MISSED] = 1 - vectors[1:, _KIND]
        vectors[1:, _NOTHING] = [1 - home[name].made for name in names[1:]]
        again.append((names, vectors))
    return again


def _vectors(seen: Sequence[Seen], found: Mapping[str, float]) -> _Read:
    """Of each column the candidates and their numbers; "" is an element that nobody knows."""
    best: dict[str, list[float]] = {}
    for one in seen:
        for name, score in one.names.items():
            best.setdefault(name, []).append(said(score))
    top = {name: max(scores) for name, scores in best.items()}
    home, read = kinds.homes(found), list[tuple[list[str], Vector]]()
    for one in seen:
        names = listed(one)
        told = [
            features(one, elements()[name], home[name].fits, home[name].made, _rival(one, name, top)) for name in names
        ]
        read.append((["", *names], np.array([UNKNOWN, *told])))
    return read


def _rival(seen: Seen, name: str, top: Mapping[str, float]) -> float:
    mine = said(seen.names[name]) if name in seen.names else 0.0
    return max(0.0, top.get(name, 0.0) - mine)
