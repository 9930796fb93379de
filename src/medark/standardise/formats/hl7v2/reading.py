"""Fields as values: codes, keys, places, times and words of messages that share delimiters, each worked out once"""

from __future__ import annotations

from dataclasses import astuple
from typing import NamedTuple

from medark.standardise.formats.hl7v2.delimiters import NULL, Delimiters
from medark.standardise.formats.hl7v2.times import readable

REPETITIONS = 1000  # of one field; a sender has no honest use for more


class Coding(NamedTuple):
    """CE, CWE or CNE as staged: codes and the names of their systems as given, the best first."""

    code: str | None = None
    code_system: str | None = None
    code_text: str | None = None
    alt_code: str | None = None
    alt_system: str | None = None
    alt2_code: str | None = None
    alt2_system: str | None = None

    @property
    def said(self) -> str:
        """What tells one idea from another: the code, else the words; "" when the field says nothing."""
        return self.code or self.code_text or ""


class Identified(NamedTuple):
    """CX or XCN: an identifier, who assigned it, and of what type it is."""

    value: str = ""
    authority: str = ""
    type: str = ""
    key: str = ""  # value|authority, or the bare value when the source calls the authority its own


class Patient(NamedTuple):
    """What the rest of a message needs of its PID."""

    person_key: str
    account_key: str | None
    death_time: str  # PID-29 as written
    is_dead: str  # PID-30


class Place(NamedTuple):
    """PL: the ward and the bed as keys, and the ward as it may be shown."""

    ward_key: str | None = None
    bed_key: str | None = None
    ward_name: str | None = None
    kind: str | None = None


class Times(dict[str, "str | None"]):
    """Field → the time it gives, "" where it gives none, None where it can't be read."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._delimiters = delimiters

    def __missing__(self, field: str) -> str | None:
        d = self._delimiters
        stamp = field.split(d.repetition, 1)[0].split(d.component, 1)[0].split(d.sub, 1)[0].strip()
        self[field] = given = "" if stamp in ("", NULL) else stamp if readable(stamp) else None
        return given


class Reading:
    """How the fields of some messages are read: their delimiters, their codec, and which authorities are ours."""

    __slots__ = (
        "_codings",
        "_identified",
        "_places",
        "_providers",
        "_words",
        "authorities",
        "codec",
        "delimiters",
        "digits",
        "patients",
        "times",
    )

    def __init__(self, delimiters: Delimiters, codec: str, authorities: tuple[str, ...]) -> None:
        self.delimiters, self.codec, self.authorities = delimiters, codec, authorities
        marks = astuple(delimiters)
        self.digits = "".join(c for c in "0123456789.-+" if c not in marks)  # a value of these alone is a number
        self.patients: dict[str, Patient] = {}  # by PID segment
        self.times = Times(delimiters)
        self._codings: dict[str, Coding] = {}
        self._identified: dict[str, Identified] = {}
        self._places: dict[str, Place] = {}
        self._providers: dict[str, str | None] = {}
        self._words: dict[str, str | None] = {"": None}

    def fields(self, segment: str, width: int) -> list[str]:
        """The fields of a segment up to number `width` - 1, "" for those that are not there."""
        found = segment.split(self.delimiters.field, width)
        return found if len(found) >= width else found + [""] * (width - len(found))

    def text(self, raw: str) -> str | None:
        """Words of a field or component, escapes replaced; None for nothing and for an explicit null."""
        if not raw:
            return None
        raw = raw.strip()
        if not raw or raw == NULL:
            return None
        if self.delimiters.escape not in raw:
            return raw
        return self.delimiters.unescaped(raw, self.codec).strip() or None

    def repetitions(self, field: str) -> list[str]:
        """The repetitions that say something, at most REPETITIONS + 1."""
        if self.delimiters.repetition not in field:
            return [field] if field and field != NULL else []
        found = field.split(self.delimiters.repetition, REPETITIONS + 1)
        return [repetition for repetition in found[: REPETITIONS + 1] if repetition and repetition != NULL]

    def first(self, field: str) -> str:
        """The first repetition."""
        return field.split(self.delimiters.repetition, 1)[0]

    def components(self, raw: str, count: int) -> list[str]:
        """The first `count` components, "" for those that are not there."""
        found = raw.split(self.delimiters.component, count)[:count]
        return found + [""] * (count - len(found))

    def word(self, raw: str) -> str | None:
        """The first component of the first repetition: an ID, IS, SI, NM, or the code of a coded field."""
        if raw not in self._words:
            d = self.delimiters
            self._words[raw] = self.text(raw.split(d.repetition, 1)[0].split(d.component, 1)[0].split(d.sub, 1)[0])
        return self._words[raw]

    def name_of(self, raw: str) -> str | None:
        """The code of a coded field, else its words."""
        code, text = self.components(self.first(raw), 2)
        return self.word(code) or self.text(text)

    def coding(self, raw: str) -> Coding:
        """The first repetition of a coded field."""
        known = self._codings.get(raw)
        if known is None:
            known = self._codings[raw] = self._coding(self.first(raw))
        return known

    def _coding(self, raw: str) -> Coding:
        part = self.components(raw, 12)
        text = self.text(part[1]) or self.text(part[8]) or self.text(part[4])
        given = [
            (self.word(part[code]), self.text(part[system]))
            for code, system in ((0, 2), (3, 5), (9, 11))
            if self.word(part[code])
        ]
        if not given and not text:
            return Coding()
        (code, system), alt, alt2 = [*given, *[(None, None)] * 3][:3]
        return Coding(code, system, text, *alt, *alt2)

    def identified(self, raw: str) -> Identified:
        """One repetition of a CX: an identifier of a person, an account or a visit."""
        if not raw:
            return Identified()
        known = self._identified.get(raw)
        if known is None:
            known = self._identified[raw] = self._numbered(raw, authority=3, kind=4)
        return known

    def _numbered(self, raw: str, authority: int, kind: int) -> Identified:
        if self.delimiters.component not in raw:
            value = self.text(raw.split(self.delimiters.sub, 1)[0]) or ""
            return Identified(value, "", "", value)
        part = self.components(raw, max(authority, kind) + 1)
        value = self.text(part[0].split(self.delimiters.sub, 1)[0]) or ""
        if not value:
            return Identified()
        names = [self.text(name) or "" for name in part[authority].split(self.delimiters.sub, 2)[:2] if name]
        assigned_by = next((name for name in names if name), "")
        ours = not assigned_by or any(name and name in self.authorities for name in names)
        return Identified(
            value, assigned_by, (self.text(part[kind]) or "").upper(), value if ours else f"{value}|{assigned_by}"
        )

    def provider_key(self, field: str) -> str | None:
        """Key of the first person with a number in an XCN field; a name alone is no key."""
        if field not in self._providers:
            keys = (self._numbered(each, authority=8, kind=9).key for each in self.repetitions(field)[:10])
            self._providers[field] = next(filter(None, keys), None)
        return self._providers[field]

    def number(self, entity: str) -> str | None:
        """An entity identifier (EI): the number, with its namespace where one is given."""
        if not entity:
            return None
        sub = self.delimiters.sub
        part = entity.split(self.delimiters.component, 3)
        value = self.text(part[0].split(sub, 1)[0])
        if value is not None:
            for space in part[1:3]:
                if name := self.text(space.split(sub, 1)[0]):
                    return f"{value}|{name}"
        return value

    def place(self, field: str) -> Place:
        """A person location: point of care, room, bed, facility, type, building, floor."""
        known = self._places.get(field)
        if known is None:
            known = self._places[field] = self._place(self.first(field))
        return known

    def _place(self, raw: str) -> Place:
        part = [self.word(component) for component in self.components(raw, 9)]
        point, room, bed, facility, _, kind, building, floor = part[:8]
        ward = [point or room or building, facility]
        if not any(ward):
            return Place()
        ward_key = "|".join(name for name in (facility, ward[0]) if name)
        bed_key = "|".join(name or "" for name in (ward_key, building, floor, room, bed))
        return Place(ward_key, bed_key, ", ".join(name for name in ward if name), kind)
