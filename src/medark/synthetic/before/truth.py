"""What is true of the city, as tables: who is who, what happened, what was found, which errors were planted where"""

from __future__ import annotations

from collections.abc import Iterator

from medark.synthetic.before.care import Encounter, Life
from medark.synthetic.before.city import City, second_number, visit_no
from medark.synthetic.before.facts import drugs, problems, tests
from medark.synthetic.before.output import Output, Row
from medark.synthetic.before.places import CLINIC, NORTH, SOUTH
from medark.synthetic.before.results import reported
from medark.synthetic.before.writers.emr import KINDS, note_no
from medark.synthetic.before.writers.his import diagnoses, fees, operated

_PEOPLE = ("person", "sex", "birth", "death", "name", "identity_no", "phone", "address", "chronic")
_PATIENTS = ("person", "organisation", "patient_no", "merged_into")
_ENCOUNTERS = ("person", "organisation", "visit_no", "kind", "start", "end", "died")
_DIAGNOSES = ("person", "organisation", "visit_no", "rank", "problem", "icd10", "icd10cm")
_RESULTS = (
    "person", "organisation", "visit_no", "test", "loinc", "time", "value", "unit", "corrected_from",
)  # fmt: skip
_DRUGS = ("person", "organisation", "visit_no", "drug", "rxnorm", "start", "days")
_FEES = ("person", "organisation", "visit_no", "class", "amount")
_OPERATIONS = ("person", "organisation", "visit_no", "code", "time")
_NOTES = ("person", "organisation", "visit_no", "note_no", "kind")
_PLANTED = ("source", "file", "row_no", "what", "outcome", "reason", "table")


def write(city: City, out: Output) -> None:
    """All tables under truth/."""
    out.truth("people", _PEOPLE, map(_person, city.lives))
    out.truth("patients", _PATIENTS, _patients(city))
    out.truth("encounters", _ENCOUNTERS, (_encounter(life, e) for life, e in _all(city)))
    out.truth("diagnoses", _DIAGNOSES, (row for life, e in _all(city) for row in _diagnoses(life, e)))
    out.truth("results", _RESULTS, (row for life, e in _all(city) for row in _results(life, e)))
    out.truth("drugs", _DRUGS, (row for life, e in _all(city) for row in _drugs(life, e)))
    out.truth("operations", _OPERATIONS, (row for life, e in _all(city) for row in _operations(life, e)))
    out.truth("fees", _FEES, (row for life, e in _all(city) for row in _fees(life, e)))
    out.truth("notes", _NOTES, (row for life, e in _all(city) for row in _notes(life, e)))
    out.truth("planted", _PLANTED, (
        (p.source, p.file, str(p.row_no), p.what, p.ending.outcome, p.ending.reason, p.ending.table)
        for p in out.planted
    ))  # fmt: skip


def _all(city: City) -> Iterator[tuple[Life, Encounter]]:
    return ((life, encounter) for life in city.lives for encounter in life.encounters)


def _person(life: Life) -> Row:
    who = life.person
    died = life.death.isoformat(sep=" ") if life.death else ""
    return (
        str(who.number), who.sex, who.birth.isoformat(), died, who.name_zh, who.identity_no, who.phone,
        who.address_zh, " ".join(who.chronic),
    )  # fmt: skip


def _patients(city: City) -> Iterator[Row]:
    for life in city.lives:
        number = str(life.person.number)
        for place in life.organisations:
            yield number, place.name, place.patient_no(life.person.number), ""
        if (second := second_number(city.seed, life)) is not None:
            yield number, NORTH.name, second[0], NORTH.patient_no(life.person.number)


def _key(life: Life, encounter: Encounter) -> tuple[str, str, str]:
    return str(life.person.number), encounter.organisation.name, visit_no(life, encounter)


def _encounter(life: Life, each: Encounter) -> Row:
    return *_key(life, each), each.kind, each.start.isoformat(sep=" "), each.end.isoformat(sep=" "), str(int(each.died))


def _diagnoses(life: Life, each: Encounter) -> Iterator[Row]:
    for rank, key in diagnoses(each):
        yield *_key(life, each), str(rank), key, problems()[key].icd10, problems()[key].icd10cm


def _results(life: Life, each: Encounter) -> Iterator[Row]:
    wide = each.organisation is SOUTH
    for result in each.results:
        test = tests()[result.test]
        loinc, unit = (test.loinc_conventional, test.unit_conventional) if wide else (test.loinc, test.unit)
        first = "" if result.first_value is None else reported(test, result.first_value, wide)
        value = reported(test, result.value, wide)
        yield *_key(life, each), test.key, loinc, result.time.isoformat(sep=" "), value, unit, first


def _drugs(life: Life, each: Encounter) -> Iterator[Row]:
    for key in each.drugs:
        yield *_key(life, each), key, drugs()[key].rxnorm, each.start.isoformat(sep=" "), str(drugs()[key].days)


def _operations(life: Life, each: Encounter) -> Iterator[Row]:
    if each.operation:
        yield *_key(life, each), each.operation, operated(each).isoformat(sep=" ")


def _fees(life: Life, each: Encounter) -> Iterator[Row]:
    """What a hospital bills; the clinic's feed has no money in it."""
    if each.organisation.hospital:
        for _, _, kind, yuan in fees(each):
            yield *_key(life, each), kind, str(yuan)


def _notes(life: Life, each: Encounter) -> Iterator[Row]:
    if each.kind == "inpatient" and each.organisation is not CLINIC:
        for kind in KINDS:
            yield *_key(life, each), note_no(life, each, kind), kind
