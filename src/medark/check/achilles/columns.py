"""The columns of a sum as codes and the values of these: what is asked of a value is worked out once, not in every row

NULL is 0.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.cells import values_of
from medark.check.achilles.coders import Coder, Few, Near
from medark.check.achilles.grouping import firsts
from medark.check.achilles.packed import Packed

Numbers = np.ndarray[Any, Any]
_NEAR: Final = 1 << 12  # numbers that are no further apart are told whether they are there or not


class Values:
    """What the codes of a column stand for, each once; the first is NULL, but where all rows say the same."""

    def __init__(self, array: pa.Array) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    @cached_property
    def text(self) -> pa.Array:
        """As it is written."""
        return self.array.cast(pa.string())

    @cached_property
    def numbers(self) -> Numbers:
        """Whole numbers and flags as numbers; anything for NULL."""
        return values_of(self.array)[0].astype(np.int64)


class Coded:
    """The codes of some rows, and what they stand for."""

    __slots__ = ("codes", "values")

    def __init__(self, codes: Numbers, values: Values) -> None:
        self.codes, self.values = codes, values

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> Coded:
        """A column, its values in the order of coming."""
        array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        told = array.dictionary_encode()
        codes = told.indices.fill_null(-1).to_numpy().astype(np.int64) + 1
        return cls(codes, Values(pa.concat_arrays([pa.nulls(1, array.type), told.dictionary])))

    def at(self, rows: Numbers) -> Coded:
        """Of some of the rows."""
        return Coded(self.codes[rows], self.values)

    def by_value(self, array: pa.Array) -> Coded:
        """What each value becomes: several may become the same."""
        told = Coded.of(array)
        return Coded(told.codes[self.codes], told.values)

    def told(self) -> pa.Array:
        """The values of the rows."""
        return self.values.array.take(pa.array(self.codes))

    def texts(self) -> pa.Array:
        """The same as they are written."""
        return self.values.text.take(pa.array(self.codes))


class Columns:
    """The columns of a sum, each coded when it is first asked for."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._coded: dict[str, Coded] = {}

    def coded(self, name: str) -> Coded:
        """A column, as codes."""
        if name not in self._coded:
            self._coded[name] = self._found(name)
        return self._coded[name]

    def measure(self, name: str) -> Numbers:
        """A column of whole numbers that are added up."""
        raise NotImplementedError

    def array(self, name: str) -> pa.Array | pa.ChunkedArray:
        """A column as it is."""
        return self.coded(name).told()

    def depth(self, names: Collection[str]) -> int:
        """How many of the first columns have all of these, where fewer columns may be fewer rows."""
        return 0

    def having(self, names: Collection[str]) -> Columns:
        """The same in fewer rows, if only these columns are asked for and what is alike in them is added up."""
        return self

    def _found(self, name: str) -> Coded:
        raise NotImplementedError


class OfTable(Columns):
    """Those of a table."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__(table.num_rows)
        self._table = table

    def measure(self, name: str) -> Numbers:
        found: Numbers = self._table[name].to_numpy()
        return found

    def array(self, name: str) -> pa.ChunkedArray:
        return self._table[name]

    def _found(self, name: str) -> Coded:
        return Coded.of(self._table[name])


class Together(Columns):
    """Those of what sums say together: columns that are coded, and how many there are of each row, `n`."""

    def __init__(self, coded: Mapping[str, Coded], n: Numbers) -> None:
        super().__init__(len(n))
        self._coded, self._n = dict(coded), n

    def measure(self, name: str) -> Numbers:
        return self._n


class OfPacked(Columns):
    """Those of packed combinations. `known`: the values of coders, told once for all sums that are coded alike."""

    def __init__(self, packed: Packed, known: dict[int, Values]) -> None:
        super().__init__(len(packed.keys))
        self.packed, self._known = packed, known
        self._fewer: dict[int, OfPacked] = {len(packed.names): self}

    def measure(self, name: str) -> Numbers:
        return self.packed.counts

    def depth(self, names: Collection[str]) -> int:
        return max((self.packed.names.index(name) + 1 for name in names), default=0)

    def having(self, names: Collection[str]) -> Columns:
        """By the first columns that have all of these: keys are in their order."""
        many = self.depth(names)
        if many not in self._fewer:
            longer = self._fewer[min(known for known in self._fewer if known > many)]
            self._fewer[many] = OfPacked(_first_columns(longer.packed, many), self._known)
        return self._fewer[many]

    def _found(self, name: str) -> Coded:
        one = self.packed
        place = one.names.index(name)
        codes = ((one.keys >> sum(one.bits[place + 1 :])) & ((1 << one.bits[place]) - 1)).astype(np.int64)
        coder = one.coders[place]
        if isinstance(coder, Near):
            return _near(coder, codes)
        if id(coder) not in self._known:
            self._known[id(coder)] = Values(_told(coder, np.arange(_many(coder))))
        return Coded(codes, self._known[id(coder)])


def _first_columns(one: Packed, many: int) -> Packed:
    """Added up by the first so many columns."""
    if not many:
        nothing = np.zeros(1, np.int64)
        return Packed((), (), (), nothing, np.array([one.counts.sum(dtype=np.int64)]), one.measure)
    keys = one.keys >> sum(one.bits[many:])
    first = firsts(keys)
    counts = np.add.reduceat(one.counts, first, dtype=np.int64) if len(first) else np.zeros(0, np.int64)
    return Packed(one.names[:many], one.coders[:many], one.bits[:many], keys[first], counts, one.measure)


def _near(coder: Near, codes: Numbers) -> Coded:
    """Codes by the least that is there."""
    is_null = codes == 0
    least, most = int(codes.min(initial=1 << 62, where=~is_null)), int(codes.max(initial=0))
    if most - least < _NEAR:
        values = np.append(0, np.arange(least, most + 1))
        moved = np.where(is_null, 0, codes - (least - 1))
        return Coded(moved, Values(_told(coder, values)))
    values, moved = np.unique(np.append(0, codes), return_inverse=True)
    return Coded(moved[1:], Values(_told(coder, values)))


def _many(coder: Coder) -> int:
    """How many codes there are."""
    return len(coder.numbers) + 1 if isinstance(coder, Few) else 1 << coder.bits


def _told(coder: Coder, codes: Numbers) -> pa.Array:
    array = coder.told(codes)
    return array.cast(pa.int64()) if pa.types.is_integer(array.type) else array
