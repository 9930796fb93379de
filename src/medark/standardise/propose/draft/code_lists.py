"""Tables that explain codes: one list in a table of its own, or many in one, told apart by the name of the list"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import combinations
from typing import Any

import pyarrow as pa

from medark.standardise.propose.names import tokens
from medark.standardise.propose.profile.forms import forms
from medark.standardise.propose.profile.sketch import hashes

_MOST_ROWS = 4000
_MOST_COLUMNS = 12
_FEWEST = 4  # rows
_LONGEST = 40  # characters of a list's name, of a code, of what it means
_MOSTLY = 0.9
_WORDS = 0.6  # of what codes mean
_NAMES = 0.5  # of a column's values: with more that look like names of people, it is no dictionary
_PERSONAL = frozenset({"id_cn", "id_us", "phone", "address", "uuid", "prose"})
_CODE_WORDS = frozenset({"code", "id", "key", "dm", "bm", "代码", "编码", "value", "cd", "no"})
_NAME_WORDS = frozenset({"name", "meaning", "mc", "名称", "含义", "label", "description", "desc", "text", "title"})


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of codes in a table. `name`: which of its lists, "" where it is the only one; `aliases`: what else it is
    called; `list_column`: whose value `name` is; `codes`: each with what it means; `hashes`: of the codes, under the
    workspace's secret.
    """

    table: str
    name: str
    list_column: str
    code_column: str
    name_column: str
    codes: Mapping[str, str] = field(repr=False)
    hashes: frozenset[int] = field(repr=False)
    aliases: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """For people."""
        return f"{self.table} {self.name}".strip()


Columns = Mapping[str, Sequence[str]]


def code_lists(table: str, rows: pa.Table, seed: int) -> tuple[CodeList, ...]:
    """The lists of a table, if it is nothing but such; `rows`: all of it. Nothing of a table that tells of people."""
    columns = _plain(rows)
    if not columns:
        return ()
    if (parts := _parted(columns)) is not None:
        return tuple(_many(table, columns, parts, seed))
    return tuple(_alone(table, columns, seed))


def with_more(before: Sequence[CodeList], new: Sequence[CodeList]) -> tuple[CodeList, ...]:
    """The lists of a table together with what a later delivery of it has; its word on a code is the last."""
    held = {(one.name, one.list_column, one.code_column, one.name_column): one for one in before}
    for one in new:
        key = (one.name, one.list_column, one.code_column, one.name_column)
        old = held.get(key, one)
        held[key] = replace(one, codes={**old.codes, **one.codes}, hashes=old.hashes | one.hashes)
    return tuple(held.values())


def _plain(rows: pa.Table) -> Columns:
    """Its columns as text; none where it is too large, or holds what tells who somebody is."""
    if not _FEWEST <= len(rows) <= _MOST_ROWS or not 2 <= rows.num_columns <= _MOST_COLUMNS:
        return {}
    columns = {name: [(value or "").strip() for value in rows.column(name).to_pylist()] for name in rows.column_names}
    for values in columns.values():
        there = [value for value in dict.fromkeys(values) if value]
        found = [forms(value) for value in there]
        personal = sum(not _PERSONAL.isdisjoint(one) for one in found)
        named = sum("name" in one and not value.isascii() for value, one in zip(there, found, strict=True))
        if personal > (1 - _MOSTLY) * len(there) or named > _NAMES * len(there):
            return {}
    return columns


def _parted(columns: Columns) -> tuple[str, str, str] | None:
    """Which column names the list, which the code in it, and which what it means. A code comes again in other lists."""
    there = [name for name, values in columns.items() if all(values) and max(map(len, values)) <= _LONGEST]
    found = []
    for which, code in ((a, b) for pair in combinations(there, 2) for a, b in (pair, pair[::-1])):
        lists, codes = set(columns[which]), set(columns[code])
        rows = len(columns[which])
        is_key = len(set(zip(columns[which], columns[code], strict=True))) == rows
        is_code = len(lists) < len(codes) or (_says(code, _CODE_WORDS) and not _says(which, _CODE_WORDS))
        if not (is_key and is_code and 2 <= len(lists) <= rows / 2 and len(codes) < rows):
            continue
        if meaning := _meaning(columns, (which, code)):
            found.append((not _says(code, _CODE_WORDS), len(lists), list(columns).index(which), which, code, meaning))
    return min(found)[3:] if found else None


def _meaning(columns: Columns, but: Sequence[str]) -> str:
    """The column of words that says what codes mean: called so, or the one with the longest words."""
    found = []
    for name, values in columns.items():
        there = [value for value in values if value]
        if name in but or len(there) < _MOSTLY * len(values) or len(set(there)) < 2:
            continue
        wordy = sum("words" in forms(value) or not value.isascii() for value in there)
        if wordy >= _WORDS * len(there) and max(map(len, there)) <= _LONGEST:
            found.append((_says(name, _NAME_WORDS), len(set(there)), sum(map(len, there)), name))
    return max(found)[3] if found else ""


def _says(name: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(tokens(name)) or any(name.lower().endswith(word) for word in words if len(word) == 2)


def _many(table: str, columns: Columns, parts: tuple[str, str, str], seed: int) -> Iterator[CodeList]:
    which, code, meaning = parts
    same = [name for name in columns if name not in parts and _goes_with(columns[which], columns[name])]
    grouped: dict[str, dict[str, str]] = {}
    also: dict[str, dict[str, None]] = {}
    for place, name in enumerate(columns[which]):
        grouped.setdefault(name, {})[columns[code][place]] = columns[meaning][place]
        also.setdefault(name, {}).update(dict.fromkeys(columns[each][place] for each in same))
    for name, codes in grouped.items():
        yield CodeList(table, name, which, code, meaning, codes, _hashed(codes, seed), tuple(also[name]))


def _goes_with(lists: Sequence[str], other: Sequence[str]) -> bool:
    """Is a column another name of the list: one for each?"""
    pairs = set(zip(lists, other, strict=True))
    return len(pairs) == len(set(lists)) == len(set(other)) and all(other)


def _alone(table: str, columns: Columns, seed: int) -> Iterator[CodeList]:
    """A table that is one list."""
    for code, values in columns.items():
        is_key = all(values) and len(set(values)) == len(values) and max(map(len, values)) <= _LONGEST
        if is_key and (meaning := _meaning(columns, (code,))):
            codes = dict(zip(values, columns[meaning], strict=True))
            yield CodeList(table, "", "", code, meaning, codes, _hashed(codes, seed), (table,))
            return


def _hashed(codes: Mapping[str, str], seed: int) -> frozenset[int]:
    return frozenset(hashes(pa.array(list(codes), pa.string()), seed).tolist())


def plain_list(one: CodeList) -> dict[str, Any]:
    """For JSON."""
    told = {each.name: getattr(one, each.name) for each in fields(CodeList)}
    return {**told, "codes": dict(one.codes), "hashes": [f"{value:x}" for value in sorted(one.hashes)]}


def read_list(told: Mapping[str, Any]) -> CodeList:
    """What `plain_list` gave."""
    hashed = frozenset(int(value, 16) for value in told["hashes"])
    return CodeList(**{**told, "hashes": hashed, "aliases": tuple(told["aliases"])})
