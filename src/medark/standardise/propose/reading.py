"""A profiled table read: what it is, and what each column is, with chances and what speaks for them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from medark.standardise.propose import kinds
from medark.standardise.propose.evidence import (
    FEATURES,
    UNKNOWN,
    Seen,
    Vector,
    features,
    is_key_of,
    is_proof,
    said,
    test_share,
)
from medark.standardise.propose.listing import listed
from medark.standardise.propose.model import Coefficients, Grounds, chances, coefficients, kind_chances, line_chance
from medark.standardise.propose.names import Lexicon, elements, scored
from medark.standardise.propose.profile import Link, TableProfile
from medark.standardise.propose.slots import bare, hangs_on_kind, is_one_of_many, slot_of

_CLEAR = 0.5  # chance of what a table is, from which on it tells what columns are that name its rows


@dataclass(frozen=True, slots=True)
class Candidate:
    """A slot that a column may fill. `element`: the likeliest that fills it; `by`: the name that was nearest."""

    slot: str
    element: str
    chance: float
    exact: bool = False
    by: str = ""
    tested: float | None = None


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
    """A table, its kind with the chance of each, and its columns."""

    table: TableProfile = field(repr=False)
    kind: str
    kinds: Mapping[str, float]
    columns: tuple[ColumnReading, ...]


def read_table(
    table: TableProfile,
    lexicon: Lexicon,
    *,
    kind: str = "",
    told: Coefficients | None = None,
    linked: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> TableReading:
    """Read a table. `kind`: what somebody said that it is; `linked`: of columns, the kinds of the tables whose keys
    their values are.
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
    found = kind_chances(kinds.features(table.name, first, keys), weights)
    if kind:
        found = {name: float(name == kind) for name in found}
    best = max(found, key=found.__getitem__)
    each = []
    for one, (names, vectors) in zip(seen, _of_kinds(read, found), strict=True):
        likely = dict(zip(names, chances(vectors, weights.column).tolist(), strict=True))
        each.append(candidates(one, likely, best))
    columns = []
    for one, may_be, second in zip(seen, each, taken([some[0] for some in each]), strict=True):
        why = grounds(one, may_be[0], found[best], taken=second)
        columns.append(ColumnReading(one.profile.name, may_be, why, line_chance(why, weights)))
    return TableReading(table, best, found, tuple(columns))


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
    alone = [read_table(table, lexicon, kind=kinds_said.get(table.name, ""), told=told) for table in tables]
    kind_of = {one.table.name: one.kind for one in alone if one.kinds[one.kind] >= _CLEAR}
    linked: dict[str, dict[str, set[str]]] = {}
    for link in found:
        if link.key_table in kind_of:
            linked.setdefault(link.table, {}).setdefault(link.column, set()).add(kind_of[link.key_table])
    return [
        read_table(
            one.table, lexicon, kind=kinds_said.get(one.table.name, ""), told=told,
            linked={column: frozenset(kinds_) for column, kinds_ in linked[one.table.name].items()},
        )
        if one.table.name in linked else one
        for one in alone
    ]  # fmt: skip


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


def candidates(seen: Seen, likely: Mapping[str, float], kind: str) -> tuple[Candidate, ...]:
    """Elements that fill the same slot, as first or as second choice, together."""
    slots: dict[str, dict[str, float]] = {}
    for name, chance in likely.items():
        slots.setdefault(bare(slot_of(name, kind)) if name else "", {})[name] = chance
    found = [_candidate(seen, kind, of_slot) for of_slot in slots.values()]
    return tuple(sorted(found, key=lambda one: -one.chance)[:6])


def taken(best: Sequence[Candidate]) -> list[bool]:
    """Of a table's columns: does another fill the same slot that is likelier to, where one alone can?"""
    most: dict[str, float] = {}
    for one in best:
        most[bare(one.slot)] = max(most.get(bare(one.slot), 0.0), one.chance)
    return [bool(one.slot) and one.chance < most[bare(one.slot)] and not is_one_of_many(one.slot) for one in best]


def grounds(seen: Seen, best: Candidate, kind: float, *, taken: bool) -> Grounds:
    """What speaks for the likeliest that a column may be. `taken`: another column is likelier to fill its slot."""
    score = seen.names.get(best.element)
    tests = elements()[best.element].tests if best.element else ""
    return Grounds(
        column=best.chance,
        kind=kind,
        hangs_on_kind=bool(best.element) and hangs_on_kind(best.element),
        exact=best.exact,
        proven=is_proof(tests, best.tested),
        linked=bool(best.element) and is_key_of(best.element, seen.linked),
        nothing=not best.slot,
        near=score.near if score else 0.0,
        fact=bool(best.element) and elements()[best.element].group not in kinds.ANYWHERE,
        taken=taken,
        known=seen.profile.known,
    )


def _candidate(seen: Seen, kind: str, chances_: Mapping[str, float]) -> Candidate:
    element = max(chances_, key=chances_.__getitem__)
    score = seen.names.get(element)
    return Candidate(
        slot=slot_of(element, kind) if element else "",
        element=element,
        chance=sum(chances_.values()),
        exact=score is not None and score.exact > 0,
        by=score.by if score else "",
        tested=test_share(seen.profile, elements()[element]) if element else None,
    )
