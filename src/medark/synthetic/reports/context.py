"""Who, where and which illness: what reports say of a person's encounter, found by key"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.city import City
from medark.synthetic.reports.registered import patient_numbers
from medark.synthetic.reports.said import Said, plain, protected
from medark.synthetic.reports.wording import called
from medark.synthetic.world import World, column

HOSPITALS = ("north", "south", "county")
_DENSE = 20_000_000


def found_at(keys: np.ndarray, wanted: np.ndarray) -> Ints:
    """Where each wanted key stands among the keys (each there once); -1 where it is not."""
    if not len(keys) or not len(wanted):
        return np.full(len(wanted), -1)
    low, high = int(keys.min()), int(keys.max())
    if high - low < _DENSE:  # keys of a part: a table of them is faster than a search
        place = np.full(high - low + 2, -1)
        place[keys - low] = np.arange(len(keys))
        return place[np.where((wanted >= low) & (wanted <= high), wanted - low, high - low + 1)]
    order = np.argsort(keys, kind="stable")
    at = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    return np.where(keys[at] == wanted, at, -1)


@dataclass(frozen=True)
class Stays:
    """Some encounters with their people: `encounters` and `people` have a row for each."""

    city: City
    encounters: pa.Table
    people: pa.Table

    @classmethod
    def of(cls, city: City, world: World, encounters: pa.Table) -> Stays:
        """The encounters, each with its person."""
        at = found_at(column(world["person"], "person"), column(encounters, "person"))
        return cls(city, encounters, world["person"].take(pa.array(at)))

    def take(self, rows: Ints) -> Stays:
        """Some of them, in this order."""
        places = pa.array(rows)
        return Stays(self.city, self.encounters.take(places), self.people.take(places))

    def __len__(self) -> int:
        return int(self.encounters.num_rows)

    @property
    def language(self) -> str:
        """Of reports and notes."""
        return self.city.settings.note_language

    @cached_property
    def start(self) -> np.ndarray:
        """When each began."""
        return column(self.encounters, "start")

    @cached_property
    def end(self) -> np.ndarray:
        """End; where it is open, half a day after the start."""
        end = column(self.encounters, "end")
        return np.where(np.isnat(end), self.start + np.timedelta64(12, "h"), end)

    @cached_property
    def woman(self) -> np.ndarray:
        """Where the patient is one."""
        return np.asarray(pc.equal(self.people["sex"].cast(pa.string()), "F"), dtype=bool)

    def words(self, world: World) -> Mapping[str, Said]:
        """What heads every document: who, where, numbers."""
        chinese = self.language == "zh"
        hospital = called(self.encounters["organisation"], "organisations", self.language)
        name = self.people["name_zh"] if chinese else _joined(self.people, "given_en", "family_en", " ")
        return {
            "name": protected("name", name),
            "sex": plain(pa.array(("男", "女") if chinese else ("male", "female")).take(pa.array(self.woman * 1))),
            "hospital": protected("hospital", hospital),
            "patient_no": protected("patient_no", patient_numbers(world["registration"], self.encounters)),
            "department": plain(called(self.encounters["department"], "departments", self.language)),
        }


def doctors(city: City, organisation: str, department: str) -> list[str]:
    """Keys of the staff of a department."""
    staff = city.staff
    here = pc.and_(
        pc.equal(staff["organisation"].cast(pa.string()), organisation),
        pc.equal(staff["department"].cast(pa.string()), department),
    )
    return list(staff.filter(here)["key"].cast(pa.string()).to_pylist())


def doctor_names(city: City, keys: pa.ChunkedArray | pa.Array, language: str) -> Said:
    """The names of staff by key."""
    name = city.staff[f"name_{language}"].cast(pa.string())
    known = dict(zip(city.staff["key"].cast(pa.string()).to_pylist(), name.to_pylist(), strict=True))
    held = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
    held = held if isinstance(held, pa.DictionaryArray) else held.dictionary_encode()
    words = pa.array([known.get(key, "") for key in held.dictionary.to_pylist()], pa.string())
    return protected("doctor", words.take(held.indices))


def _joined(of: pa.Table, first: str, second: str, between: str) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(of[first], of[second], between)
