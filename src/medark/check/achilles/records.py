"""Records of a table coded some rows at a time, with what they refer to looked up: `events.rows` over arrays"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from medark.check.achilles.cells import Cells, Coded, as_they_are, filled, values_of
from medark.check.achilles.coders import Coder, Column, Flag, Values
from medark.check.achilles.crowd import Crowd
from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import KEYS, Alike, left_out, of_numbers
from medark.check.achilles.looked_up import LookedUp
from medark.check.achilles.of_numbers import PLACES, have_any, places
from medark.check.achilles.places import Bools, Found, Nulls
from medark.check.achilles.references import NOBODY, References
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns


class Records:
    """Codes rows of `events.plain_rows`, without columns of the table in which all are `alike`."""

    def __init__(self, events: Events, references: References, coders: Mapping[str, Coder], alike: Alike) -> None:
        self._events, self._coders = events, coders
        self._columns: dict[str, Column] = {}
        self._whole, self._flag = Flag(is_whole=True), Flag()
        self._looked_up = LookedUp(events, references, coders)
        self._of_all = self._of_alike(left_out(events, alike), alike)

    @property
    def fits(self) -> bool:
        """Could all records be looked up? If one refers to what is there twice, they can't."""
        return self._looked_up.fits

    def coded(self, batch: pa.RecordBatch, crowd: Crowd) -> tuple[Coded, Found, Bools]:
        """The codes of each column of some rows, the number of each row's person, and who is inside."""
        cells = {name: values_of(batch.column(name)) for name in batch.schema.names}
        (who, nobody), (days, no_day) = cells.pop("person_id"), cells.pop("day")
        who = filled(who, nobody, NOBODY)
        numbers = crowd.numbered(who)
        inside = crowd.is_inside(numbers, days, no_day)
        found: dict[str, Cells] = {"is_inside": (self._whole, self._whole.codes(inside, None)), **self._of_all}
        for name in self._events.refers:
            if (key := KEYS[name][1]) in cells:
                found |= self._looked_up.told(name, *cells.pop(key), who)
        if "number" in cells:
            found |= self._of_numbers(cells)
        for name, (values, nulls) in cells.items():
            found[name] = self._coded(name, values, nulls)
        return found, numbers, inside

    def _of_alike(self, columns: Mapping[str, str], alike: Alike) -> Coded:
        """What is told of every record by columns in which all are alike."""
        kinds = arrow_schema(lake_columns(self._events.table))
        keys = {KEYS[name][1]: name for name in self._events.refers}
        found = dict[str, Cells]()
        for name, column in columns.items():
            if name in keys:
                found |= self._looked_up.of_nothing(keys[name])
            else:
                kind = np.dtype(kinds.field(column).type.to_pandas_dtype())
                found[name] = self._coded(name, *_one(alike[column], kind))
        return found

    def _coded(self, name: str, values: Values, nulls: Nulls) -> Cells:
        column = self._column(name, values.dtype)
        if nulls is not None and nulls.all() and column.coder is not None:
            return column.coder, 0
        codes = column.codes(values, nulls)
        return column.coder, codes if codes is not None else as_they_are(values, nulls)

    def _column(self, name: str, kind: np.dtype[Any]) -> Column:
        if name not in self._columns:
            self._columns[name] = Column(kind, self._coders.get(name))
        return self._columns[name]

    def _of_numbers(self, cells: Mapping[str, tuple[Values, Nulls]]) -> Coded:
        """What follows from numbers, their bounds and the concepts of values."""
        found = dict[str, Cells]()
        number = cells["number"]
        nothing = np.zeros(len(number[0])), np.ones(len(number[0]), bool)
        for name in of_numbers(self._events):
            if name == "place":
                coder, codes = self._coded(name, PLACES, None)
                assert isinstance(codes, np.ndarray)
                bounds = (cells.get(one, nothing) for one in ("low", "high"))
                found[name] = (coder, places(number, *bounds, codes))
            else:
                of = ["number"] if name == "has_number" else ["number", "value_concept_id"]
                found[name] = (self._flag, have_any(*(cells[one][1] for one in of if one in cells)))
        return found


def _one(value: int | None, kind: np.dtype[Any]) -> tuple[Values, Nulls]:
    return np.array([value or 0], kind), np.array([True]) if value is None else None
