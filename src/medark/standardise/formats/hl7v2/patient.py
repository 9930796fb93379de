"""PID and its kin: who the patient is, for the person row; every identifier, for the crosswalk alone"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medark.standardise.formats.hl7v2.delimiters import NULL
from medark.standardise.formats.hl7v2.reading import Identified, Patient, Reading
from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.staged import Death, Identifier, Location, Person, PersonLink, PersonTie, Visit

# Identifier types (HL7 table 0203), the best first: numbers that a hospital gives its patients; then any other, but
# last those that name a person or an account elsewhere.
_PATIENT_NUMBERS = {"MR": 0, "MRN": 0, "PI": 1, "PT": 1}
_ELSEWHERE = frozenset({"SS", "DL", "PPN", "NI", "NIIP", "AN", "VN", "MB"})


FIELDS = 31  # of PID that are read


def pid(unit: Unit, segment: str) -> bool:
    """Person, death and identifiers; False when no number says who the patient is.

    A segment that the chunk had before, unchanged, is taken apart no second time.
    """
    reading = unit.reading
    known = reading.patients.get(segment)
    f: list[str] = []
    if known is None:
        f = reading.fields(segment, FIELDS)
        known = reading.patients[segment] = _patient(f, reading)
    unit.person_key, unit.account_key, death_time, is_dead = known
    if not unit.person_key:
        return False
    unit.people.append(unit.person_key)
    unit.death_time = unit.time(death_time, "PID-29")
    if unit.batch.is_news("PID", unit.person_key, segment):
        f = f or reading.fields(segment, FIELDS)
        _person(unit, f)
        _identifiers(unit, f)
    if is_dead == "Y" or (unit.death_time and is_dead != "N"):
        _death(unit)
    return True


def _patient(f: list[str], reading: Reading) -> Patient:
    numbers = [reading.identified(raw) for raw in reading.repetitions(f[3])]
    key = person_key(numbers) or reading.identified(f[2]).key or reading.identified(f[4]).key
    return Patient(key, reading.identified(reading.first(f[18])).key or None, f[29], f[30])


def person_key(numbers: list[Identified]) -> str:
    """The key of the number that the hospital tells its patients apart by; "" when there is none."""
    given = [number for number in numbers if number.value]

    def rank(number: Identified) -> int:
        return _PATIENT_NUMBERS.get(number.type, 3 if number.type in _ELSEWHERE else 2)

    return min(given, key=rank).key if given else ""


def _person(unit: Unit, f: list[str]) -> None:
    reading = unit.reading
    unit.add(
        Person,
        person_key=unit.person_key,
        birth_time=unit.time(f[7], "PID-7"),
        gender=reading.word(f[8]),
        race=reading.name_of(f[10]),
        ethnicity=reading.name_of(f[22]),
        location_key=_home(unit, f[11]),
    )


def _home(unit: Unit, addresses: str) -> str | None:
    """Key of the coarse place where a person lives: state, three digits of the postal code, country."""
    part = unit.reading.components(unit.reading.first(addresses), 6)
    state, code, country = (unit.reading.text(raw) for raw in part[3:6])
    zip3 = code[:3] if code and code[:3].isdigit() else None
    if not (state or zip3 or country):
        return None
    key = "|".join(("home", country or "", state or "", zip3 or ""))
    if key not in unit.batch.homes:
        unit.batch.homes.add(key)
        unit.add(Location, location_key=key, state=state, zip=zip3, country=country)
    return key


def _identifiers(unit: Unit, f: list[str]) -> None:
    reading = unit.reading
    numbers = [reading.identified(raw) for raw in unit.repetitions(f[3], "PID-3")]
    for raw, kind in ((f[2], "external"), (f[4], "alternate"), (f[18], "AN"), (f[19], "SS"), (f[20], "DL")):
        if raw:
            numbers += [reading.identified(each)._replace(type=kind) for each in reading.repetitions(raw)[:10]]
    said: list[tuple[str, str | None, str]] = [
        (number.type or "MR", number.authority or None, number.value) for number in numbers if number.value
    ]
    for at, words in _DIRECT:
        if f[at]:
            for raw in unit.repetitions(f[at], f"PID-{at}"):
                said += [(kind, None, value) for kind, value in words(raw, reading) if value]
    file = unit.batch.staged.filed[Identifier].append
    for part_no, (kind, system, value) in enumerate(said, unit.parts.get("identifier", 0)):
        file(Identifier(unit.batch.record_no, unit.row_no, part_no, unit.person_key, kind, system, value))
    unit.parts["identifier"] = unit.parts.get("identifier", 0) + len(said)


def _name(raw: str, reading: Reading) -> Iterator[tuple[str, str | None]]:
    """XPN: given, middle and family name; 王小明 in Chinese order and without spaces."""
    family, given, middle = reading.components(raw, 3)
    family = family.split(reading.delimiters.sub, 1)[0]
    if family and ord(family[0]) > 0x2E7F:  # the first of the CJK blocks
        yield "name", reading.text(family + given + middle)
    else:
        yield "name", _words(reading, (given, middle, family))


def _address(raw: str, reading: Reading) -> Iterator[tuple[str, str | None]]:
    """XAD: street, city, state, code and country in words."""
    yield (
        "address",
        _words(reading, raw.replace(reading.delimiters.sub, " ").split(reading.delimiters.component, 6)[:6]),
    )


def _words(reading: Reading, components: Iterable[str]) -> str | None:
    words = " ".join(" ".join(components).split())
    return reading.text(words.replace(NULL, "") if NULL in words else words)


def _phone(raw: str, reading: Reading) -> Iterator[tuple[str, str | None]]:
    """XTN: the number as written, the electronic address, the number in parts or unformatted."""
    part = reading.components(raw, 12)
    numbers = (part[0], part[3], part[11] or "".join(part[4:7])) if reading.delimiters.component in raw else (raw,)
    for number in map(reading.text, numbers):
        yield "email" if number and "@" in number else "phone", number


_DIRECT = ((5, _name), (9, _name), (11, _address), (13, _phone), (14, _phone))


def _death(unit: Unit, **cause: str | None) -> None:
    said = (unit.death_time, *cause.values())
    if unit.batch.is_news("death", unit.person_key, said):
        unit.add(Death, person_key=unit.person_key, death_time=unit.death_time, type="ehr", **cause)


def pda(unit: Unit, f: list[str]) -> None:
    """PDA: what the patient died of."""
    cause = unit.reading.coding(f[1])
    if cause.said:
        _death(unit, cause_code=cause.code, cause_system=cause.code_system, cause_text=cause.code_text)


def evn(unit: Unit, f: list[str]) -> None:
    """EVN: when it happened, else when it was recorded, is the time of what has no time of its own."""
    unit.event_time = unit.time(f[6], "EVN-6") or unit.time(f[2], "EVN-2") or unit.event_time


def mrg_person(unit: Unit, f: list[str]) -> None:
    """MRG of a merge (A40 …) or a new number (A47): the person of the old number is the person of PID."""
    old = person_key([unit.reading.identified(raw) for raw in unit.reading.repetitions(f[1])])
    old = old or unit.reading.identified(f[4]).key
    if not old:
        unit.issue("quarantined", "the number to be merged is missing", "MRG-1")
    elif old != unit.person_key:
        unit.add(PersonLink, person_key=old, survivor_key=unit.person_key)


def mrg_visit(unit: Unit, f: list[str]) -> None:
    """MRG of a moved visit (A45): the visit of MRG-5 is the patient's of PID."""
    visit_key = unit.reading.identified(unit.reading.first(f[5])).key
    if visit_key:
        unit.add(Visit, visit_key=visit_key, person_key=unit.person_key)
    else:
        unit.issue("quarantined", "the visit to be moved is missing", "MRG-5")


def linked(unit: Unit) -> None:
    """A24: the patients of the message are one person, and keep their numbers."""
    _tie(unit, "linked")


def unlinked(unit: Unit) -> None:
    """A37: what an A24 said of these patients holds no longer."""
    _tie(unit, "unlinked")


def _tie(unit: Unit, tie: str) -> None:
    one, *others = unit.people
    if not others:
        unit.issue("quarantined", "the other patient is missing", "PID")
    for other in dict.fromkeys(others):
        if other != one:
            unit.add(PersonTie, person_key=one, other_key=other, tie=tie, told_time=unit.event_time or None)
