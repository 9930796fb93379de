"""What is told of records by what they refer to: provider, care site, visit; and visits that are not their person's"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medark.check.achilles.cells import Cells, Coded, as_they_are
from medark.check.achilles.coders import Coder, Codes, Column, Few, Flag, Values, short
from medark.check.achilles.compiled import compiled
from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import OTHERS_AS
from medark.check.achilles.places import Bools, Found, Nulls, Numbers, nulls_and_any
from medark.check.achilles.references import NOBODY, References

_TOLD = {"provider": "specialty", "care_site": "place_of_service"}
_NUMBER = np.dtype(np.int64)
_NO_COLUMN = Column(_NUMBER)
_NO, _FLAG, _STRANGE = 1, 3, 4  # the code of no; bits of `lost`
_MOST_CODE = 1 << 31


class LookedUp:
    """Looks up what the records of a table refer to. `coders`: by column, how what is told was coded before."""

    def __init__(self, events: Events, references: References, coders: Mapping[str, Coder]) -> None:
        self._references, self._coders, self._flag = references, coders, Flag()
        self._others = {name: Column(_NUMBER, coders.get(f"other_{name}")) for name in ("visit", "visit_detail")}
        self.fits = True  # until a record refers to what is there twice
        self._told = {name: self._told_by_kind(name) for name in events.refers}

    def told(self, name: str, keys: Numbers, nulls: Nulls, who: Numbers) -> Coded:
        """What is told of records by the keys of what they refer to; `name`: of `Events.refers`."""
        if nulls is not None and nulls.all():
            return self.of_nothing(name)
        coder, told = self._told[name]
        of = self._references.tables[name]
        place = of.at(keys)
        lost, there = np.empty(len(keys), np.int8), np.empty(len(keys), np.int8)
        if of.is_twice is not None:
            known = place >= 0 if nulls is None else (place >= 0) & ~nulls
            self.fits &= not of.is_twice[place[known]].any()
        owners = of.people if of.people is not None and len(of.people) else who
        strange = _refer(
            place, *nulls_and_any(nulls), of.kind, told, who, owners,
            of.people is not None, lost, there,
        )  # fmt: skip
        other = self._other(name, keys, np.flatnonzero(lost & _STRANGE) if strange else None)
        lost &= _FLAG
        return self._named(name, short(lost), short(there), (coder, short(place)), other)

    def of_nothing(self, name: str) -> Coded:
        """What is told of records that refer to nothing."""
        coder, told = self._told[name]
        return self._named(name, _NO, _NO, (coder, int(told[-1])), (self._others.get(name, _NO_COLUMN).coder, 0))

    def _named(self, name: str, lost: Codes, there: Codes, told: Cells, other: Cells) -> Coded:
        """What is told, under its names."""
        flag = self._flag
        match name:
            case "provider":
                return {"provider_lost": (flag, lost), "has_provider": (flag, there), "specialty": told}
            case "care_site":
                return {"care_site_lost": (flag, lost), "place_of_service": told}
            case _:
                return {f"{name}_lost": (flag, lost), f"of_{name}": told, f"other_{name}": other}

    def _other(self, name: str, keys: Numbers, strange: Numbers | None) -> Cells:
        """Visits that are not of the record's person, as far as they are told apart; `strange`: in which rows."""
        coder = self._others.get(name, _NO_COLUMN)
        if strange is None:
            return coder.coder, 0
        some = coder.codes(np.fmod(keys[strange], OTHERS_AS), None)
        if some is None:
            is_strange = np.zeros(len(keys), bool)
            is_strange[strange] = True
            return None, as_they_are(np.fmod(keys, OTHERS_AS), ~is_strange)
        codes = np.zeros(len(keys), np.int64 if isinstance(some, int) else some.dtype)
        codes[strange] = some
        return coder.coder, codes

    def _told_by_kind(self, name: str) -> tuple[Coder, Values]:
        """The codes of what is told, by kind; the last but one is of NULL, the last of what is not there."""
        of, told = self._references.tables[name], _TOLD.get(name, f"of_{name}")
        coder = self._coders.get(told) or Few(_NUMBER)
        values, is_null = np.append(of.kinds, [0, 0]), np.zeros(len(of.kinds) + 2, bool)
        is_null[len(of.kinds) :] = name in _TOLD  # of no visit is told as of a visit without a concept
        codes = coder.codes(values, is_null if is_null.any() else None)
        every = np.full(len(values), codes if codes is not None else 0, np.int64)
        self.fits &= codes is not None and int(every.max()) < _MOST_CODE
        return coder, every.astype(np.int32)


@compiled
def _refer(
    place: Found, nulls: Bools, has_nulls: bool, kind: Found, told: Values, who: Numbers, owners: Numbers,
    has_owners: bool, lost: Values, there: Values,
) -> int:  # fmt: skip
    """Of each row's place the code of what is told there; whether its key is lost (2), whether something is there (2).

    Found: how many refer to what is another's, nobody's or nothing, which `lost` says too (4).
    """
    strange = 0
    for row in range(len(place)):
        at = place[row]
        is_null = has_nulls and nulls[row]
        is_there = at >= 0 and not is_null
        is_strange = has_owners and not is_there and not is_null
        if has_owners and is_there:
            is_strange = owners[at] == NOBODY or (owners[at] != who[row] and who[row] != NOBODY)
        lost[row] = (1 if is_there or is_null else 2) | (_STRANGE if is_strange else 0)
        there[row] = 2 if is_there else 1
        place[row] = told[len(told) - 1]
        if is_there:
            place[row] = told[kind[at] if kind[at] >= 0 else len(told) - 2]
        strange += is_strange
    return strange
