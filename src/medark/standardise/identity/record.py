"""What a key of a person says of them, as columns that can be compared"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Final, Protocol

import pyarrow as pa

from medark.standardise.identity.address import address_of
from medark.standardise.identity.name import Name, name_of
from medark.standardise.identity.number import as_18, birth_of, sex_of
from medark.standardise.lookups import data

# Kinds of identifier as sources name them (HL7 tables 0203 and FHIR's, or a word).
NUMBER_KINDS: Final = frozenset({"NI", "NNCHN", "PI-CN", "RRI"})
INSURANCE_KINDS: Final = frozenset({"SS", "HC", "NIIP", "MB", "MC", "insurance"})
PHONE_KINDS: Final = frozenset({"phone", "telecom", "sms"})
KINDS: Final = (*sorted(NUMBER_KINDS | INSURANCE_KINDS | PHONE_KINDS), "name", "address", "MR", "birth", "sex")
_SEXES: Final = {8507: "M", 8532: "F"}
_DAY: Final = re.compile(r"(\d{4})-?(\d{2})?-?(\d{2})?")
_PHONE_DIGITS: Final = 11
_SHORTEST_PHONE: Final = 6
_SHORTEST_NUMBER: Final = 4
_LONGEST: Final = 40  # characters of a number that are looked at

COLUMNS: Final = pa.schema(
    [("unique_id", pa.int64()), ("own_id", pa.int64()), ("fresh", pa.bool_())]
    + [
        (name, pa.string())
        for name in (
            "ni", "ni_raw", "insurance", "name", "sound", "latin", "family", "given", "birth", "birth_year", "sex",
            "phone", "address", "town", "road",
        )
    ]
)  # fmt: skip


class Record(Protocol):
    """One key's attributes, as its sources wrote them, by kind."""

    @property
    def key_no(self) -> int:
        """Its number."""

    @property
    def own_id(self) -> int:
        """The number of its person while nothing is joined."""

    @property
    def said(self) -> Mapping[str, Sequence[str]]:
        """Values by kind."""


def comparable(records: Iterable[Record], compared: Mapping[int, int] = MappingProxyType({})) -> pa.Table:
    """A row a record (COLUMNS); '' never stands for something unknown, null does.

    `compared`: what `digest` gave of each key when it was compared last; who is as then is not `fresh`.
    """
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS.names}
    for record in records:
        row = features(record)
        row["fresh"] = compared.get(record.key_no) != digest(row)
        for name, cells in columns.items():
            cells.append(row.get(name))
    return pa.table(columns, schema=COLUMNS)


def digest(row: Mapping[str, Any]) -> int:
    """A number that changes with any column of a record."""
    told = "\x1f".join(str(row.get(name) or "") for name in COLUMNS.names if name not in ("unique_id", "fresh"))
    return int.from_bytes(blake2b(told.encode(), digest_size=8).digest(), "big", signed=True)


def features(record: Record) -> dict[str, Any]:
    """A record's columns. Of several values of a kind the best counts: possible numbers, Chinese names, whole days."""
    said = record.said
    row: dict[str, Any] = {"unique_id": record.key_no, "own_id": record.own_id}
    numbers = [v for kind in (*sorted(NUMBER_KINDS), "MR") for v in said.get(kind, ())]
    row["ni"] = number = min(filter(None, map(as_18, numbers)), default=None)
    row["ni_raw"] = number or _first(said, NUMBER_KINDS)
    row["insurance"] = _first(said, INSURANCE_KINDS)
    row |= _named(said.get("name", ()))
    row["birth"] = day = best_day(said.get("birth", ()), number)
    row["birth_year"] = day and day[:4]
    row["sex"] = best_sex(said.get("sex", ()), number)
    phones = [p for kind in sorted(PHONE_KINDS) for v in said.get(kind, ()) if (p := phone_of(v))]
    row["phone"] = max(phones, default=None, key=lambda p: (len(p), p))
    addresses = filter(None, map(address_of, said.get("address", ())))
    lived = max(addresses, default=None, key=lambda a: (len(a.text), a.text))
    row |= {"address": lived.text, "town": lived.town or None, "road": lived.road or None} if lived else {}
    return row


def _first(said: Mapping[str, Sequence[str]], kinds: Iterable[str]) -> str | None:
    """Of the numbers of some kinds the smallest: four characters or more, not all the same."""
    numbers = (value[:_LONGEST] for kind in kinds for value in said.get(kind, ()))
    return min((n for n in numbers if len(n) >= _SHORTEST_NUMBER and len(set(n)) > 1), default=None)


def phone_of(written: str) -> str | None:
    """The last eleven digits of a phone number; None where there are fewer than six, or all are the same.

    >>> phone_of("+86 120-1650-8682"), phone_of("1111111"), phone_of("none")
    ('12016508682', None, None)
    """
    digits = "".join(filter(str.isdecimal, written[:_LONGEST]))[-_PHONE_DIGITS:]
    return digits if len(digits) >= _SHORTEST_PHONE and len(set(digits)) > 1 else None


def best_day(said: Iterable[str], number: str | None = None) -> str | None:
    """The day of birth that counts among some: the identity number's, else the most precise, else the earliest.

    >>> best_day(["1949", "19491231"]), best_day(["1950-01-01", "1949-12-31"], "11010519491231002X")
    ('1949-12-31', '1949-12-31')
    """
    days = sorted({day for text in said if (day := _day(text))})
    if number and (not days or birth_of(number) in days):
        return birth_of(number)
    return min(days, default=None, key=lambda day: (-len(day), day))


def best_sex(said: Iterable[str], number: str | None = None) -> str | None:
    """M or F; where both are said, what the identity number says; None if neither is."""
    known = {sex for word in said if (sex := _words().get(word.strip().lower()))}
    if number and (len(known) != 1 or sex_of(number) in known):
        return sex_of(number)
    return known.pop() if len(known) == 1 else None


def _named(written: Iterable[str]) -> Mapping[str, str | None]:
    names: list[Name] = [name for text in written if (name := name_of(text))]
    best = max(names, default=None, key=lambda name: (name.is_chinese, len(name.text), name.text))
    if best is None:
        return {}
    told = {"name": best.text, "sound": best.sound, "latin": "" if best.is_chinese else best.sound,
            "family": best.family, "given": best.given}  # fmt: skip
    return {name: value or None for name, value in told.items()}


def _day(text: str) -> str | None:
    """A day, month or year as ISO 8601; a day that does not exist is no day."""
    found = _DAY.match(text.strip()[:10])
    if found is None:
        return None
    year, month, day = found.groups()
    if month is None or day is None:
        return year
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _words() -> Mapping[str, str]:
    if not _SEX_OF:
        table = data()["value_concept"]
        rows = zip(*(table[name].to_pylist() for name in ("set_name", "value", "concept_id")), strict=True)
        _SEX_OF.update({value: _SEXES[c] for name, value, c in rows if name == "gender" and c in _SEXES})
    return _SEX_OF


_SEX_OF: dict[str, str] = {}
