"""What is told of records by what they refer to: provider, care site, visit; and visits that are not their person's"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medark.check.achilles.cells import Cells, Coded, as_they_are
from medark.check.achilles.coders import Coder, Codes, Column, Few, Flag, Values, short
from medark.check.achilles.compiled import compiled
from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import OTHERS_AS
from medark.check.achilles.places import Bools, Found, Nulls, Numbers, nulls_and_any, slot_of
from medark.check.achilles.references import NOBODY, References

_TOLD = {"provider": "specialty", "care_site": "place_of_service"}
_NUMBER = np.dtype(np.int64)
_NO_COLUMN = Column(_NUMBER)
_NO, _MOST_CODE = 1, 1 << 31  # the code of no
_MOST_OWN = 32  # that are looked at one after another
_NO_KIND, _NOBODYS = np.full(1, -1, np.int32), np.full(1, NOBODY)


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
        owners = of.people
        lost, there, found, strange = (np.empty(len(keys), kind) for kind in (np.int8, np.int8, np.int32, np.int32))
        many, is_twice = _refer(
            keys, *nulls_and_any(nulls), *of.places.opened, of.kind if len(of.kind) else _NO_KIND, told,
            *nulls_and_any(of.is_twice), who, owners if owners is not None and len(owners) else _NOBODYS,
            owners is not None,
            *of.own.people.opened, of.own.first, of.own.last, lost, there, found, strange,
        )  # fmt: skip
        self.fits &= not is_twice
        other = self._other(name, keys, strange[:many] if many else None)
        return self._named(name, short(lost), short(there), (coder, short(found)), other)

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
def _own(key: int, known: Numbers, first: int, last: int) -> int:
    """The place of a key among those of its record's person; -1 if it is none of these. (To look at all of a few is
    faster than to stop.)
    """
    place = -1
    for at in range(first, last):
        place = at if known[np.uint64(at)] == key else place
    return place


@compiled
def _refer(
    keys: Numbers, nulls: Bools, has_nulls: bool, known: Numbers, table: Found, shift: np.uint64,
    kind: Found, told: Values, twice: Bools, has_twice: bool, who: Numbers, owners: Numbers, has_owners: bool,
    people: Numbers, table_of_people: Found, shift_of_people: np.uint64, first: Numbers, last: Numbers,
    lost: Values, there: Values, found: Values, strange: Found,
) -> tuple[int, bool]:  # fmt: skip
    """Of each row the code of what is told where its key leads; whether that is lost (2), whether something is there.

    Found: how many, the first `strange`, refer to what is another's, nobody's or nothing; is any key there twice? There
    are few branches: which rows are NULL can't be foreseen. `kind` and `owners` have one at least.
    """
    many, is_twice, of_null, of_nothing = 0, False, len(told) - 2, len(told) - 1
    person, run, start, end = np.int64(NOBODY), np.int64(-1), np.int64(0), np.int64(0)
    for row in range(len(keys)):
        if has_owners and who[row] != person:
            person, run = who[row], run + 1  # mostly they come in the same order
            if run >= len(first) or people[run] != person:
                run = np.int64(table_of_people[slot_of(person, people, table_of_people, shift_of_people)])
            start = first[run] if run >= 0 else 0
            end = min(last[run], start + _MOST_OWN) if run >= 0 else 0
        is_null = has_nulls and nulls[row]
        at = np.int64(_own(keys[row], known, start, end))
        if at < 0:
            at = np.int64(table[slot_of(keys[row], known, table, shift)])
        is_there, place = (at >= 0) & (not is_null), np.uint64(max(at, 0))
        lost[row] = 1 if is_there | is_null else 2
        there[row] = 2 if is_there else 1
        of = kind[place] if kind[place] >= 0 else of_null
        found[row] = told[of if is_there else of_nothing]
        owner = owners[place if has_owners else np.uint64(0)]
        is_others = (owner != who[row]) & (who[row] != NOBODY) | (owner == NOBODY)
        if has_owners & (not is_null) & ((not is_there) | is_others):
            strange[many] = row
            many += 1
        if has_twice and is_there and twice[place]:
            is_twice = True
    return many, is_twice
