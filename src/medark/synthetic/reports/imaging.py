"""Imaging: studies with their findings and the reports that a radiologist dictates of them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Ints, stream
from medark.synthetic.city import City
from medark.synthetic.facts import keys, rows
from medark.synthetic.facts.read import Row
from medark.synthetic.reports.comparison import compared
from medark.synthetic.reports.context import HOSPITALS, Stays, doctor_names, doctors
from medark.synthetic.reports.findings import (
    PRESENT,
    UNSAID,
    Patients,
    Seen,
    of_study,
    places,
    seen,
    traits,
    with_first_said,
)
from medark.synthetic.reports.illness import Illness
from medark.synthetic.reports.imaging_text import report
from medark.synthetic.reports.said import Said, plain, protected, scattered
from medark.synthetic.reports.stay_words import age_words
from medark.synthetic.reports.studies import Studies, asked_for, pictured, staffed
from medark.synthetic.reports.wording import DATES, ages, days
from medark.synthetic.settings import Part
from medark.synthetic.tables import FINDING
from medark.synthetic.world import World, column, table
from medark.synthetic.world import numbers as row_numbers

Found = list[tuple[Ints, list[Seen]]]  # of each kind of study: its rows, and what is seen in them


def imaging(city: City, part: Part, world: World) -> pa.Table:
    """The table of imaging studies, in the order of time."""
    chance = stream(city.settings.seed, "imaging", part.number)
    stays = Stays.of(city, world, pictured(world))
    studies = asked_for(chance, stays)
    with_pictures, encounter = np.unique(studies.stay, return_inverse=True)
    of_row = stays.take(studies.stay)
    illness = Illness(world, stays.take(with_pictures))
    patients = _patients(city, of_row, encounter, studies)
    found = _found(city, part, chance, studies, patients, illness)
    doctor = staffed(chance, of_row, {each: doctors(city, each, "radiology") for each in HOSPITALS})
    words = _words(world, of_row, studies, patients, doctor)
    said = _reports(chance, city.settings.note_language, studies, patients, found, words)
    kinds = rows("studies")
    return table(
        "imaging",
        study=row_numbers(part.number, len(of_row)),
        **{name: of_row.encounters[name] for name in ("encounter", "person", "organisation")},
        **{name: (studies.study, [kind[name] for kind in kinds]) for name in ("modality", "body_part")},
        ordered=studies.ordered, performed=studies.performed, reported=studies.reported,
        radiologist=doctor, findings=_listed(found, len(of_row)), report=said.texts, spans=said.listed(),
        pictures=np.array([int(kind["pictures"]) for kind in kinds])[studies.study],
    )  # fmt: skip


def _patients(city: City, stays: Stays, encounter: Ints, studies: Studies) -> Patients:
    _, person = np.unique(column(stays.encounters, "person"), return_inverse=True)
    since = (studies.performed.astype("datetime64[D]") - np.datetime64(city.settings.start)).astype(np.int64)
    age = ages(column(stays.people, "birth"), studies.performed)
    return Patients(person, encounter, age, stays.woman, np.maximum(0, since / 365.25))


def _found(
    city: City, part: Part, chance: np.random.Generator, studies: Studies, of: Patients, illness: Illness
) -> Found:
    people, encounters = int(of.person.max(initial=-1)) + 1, len(illness)
    names = dict.fromkeys(fact["finding"] for fact in rows("findings"))
    trait = {name: traits(city.settings.seed, part, name, people, encounters) for name in names}
    found: Found = []
    for number, key in enumerate(keys("studies")):
        some = np.flatnonzero(studies.study == number)
        patients = _some(of, some)
        findings = [seen(chance, fact, patients, trait[fact["finding"]], illness) for fact in of_study(key)]
        found.append((some, [with_first_said(findings), *findings[1:]]))
    return found


def _some(of: Patients, rows: Ints) -> Patients:
    return Patients(of.person[rows], of.encounter[rows], of.age[rows], of.woman[rows], of.years[rows])


def _words(
    world: World, stays: Stays, studies: Studies, of: Patients, doctor: tuple[Ints, list[str]]
) -> Mapping[str, Said]:
    language, kinds = stays.language, rows("studies")
    places, everybody = doctor
    radiologist = pa.array([*everybody, ""]).take(pa.array(places % (len(everybody) + 1)))
    return {
        **stays.words(world),
        "age": plain(age_words(stays)),
        **{
            slot: plain(pa.array([kind[f"{name}_{language}"] for kind in kinds]).take(pa.array(studies.study)))
            for slot, name in (("study", "name"), ("technique", "technique"))
        },
        "date": protected("date", days(studies.performed, DATES[language])),
        "reported": protected("date", days(studies.reported, DATES[language])),
        "doctor": doctor_names(stays.city, radiologist, language),
    }


def _reports(
    chance: np.random.Generator, language: str, studies: Studies, of: Patients, found: Found, words: Mapping[str, Said]
) -> Said:
    said = []
    for (some, findings), kind in zip(found, rows("studies"), strict=True):
        if not len(some):
            continue
        before = compared(chance, language, _some(of, some), studies.performed[some], findings)
        mine = {name: word.take(some) for name, word in words.items()}
        said.append((some, report(chance, language, mine, findings, before, kind[f"normal_{language}"])))
    return scattered(len(studies.study), said)


def _listed(found: Found, count: int) -> pa.Array:
    """The findings of every study as list<FINDING>, in the order of the report; what is possible is neither."""
    names = list(dict.fromkeys(fact["finding"] for fact in rows("findings")))
    parts = [_of_finding(some, each, names) for some, findings in found for each in findings]
    row, name, state, side, size = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(row, kind="stable")
    offsets = np.searchsorted(row[order], np.arange(count + 1)).astype(np.int32)
    state = state[order]
    columns = [
        pa.array(names).take(pa.array(name[order])),
        pa.array(state == PRESENT, mask=state > PRESENT),
        pa.array(_SIDES, pa.string()).take(pa.array(side[order])),
        pa.array(size[order], from_pandas=True),
    ]
    return pa.ListArray.from_arrays(pa.array(offsets), pa.StructArray.from_arrays(columns, fields=list(FINDING)))


_SIDES = (None, "left", "right", "both")


def _of_finding(some: Ints, each: Seen, names: Sequence[str]) -> tuple[np.ndarray, ...]:
    said = each.state != UNSAID
    state = each.state[said]
    sides = np.array([_SIDES.index(row["side"] or None) for row in _with_none(places(each.fact))])
    side = np.where(state != 0, sides[each.place[said]], 0)
    name = np.full(len(state), names.index(each.fact["finding"]))
    return some[said], name, state, side, each.size[said]


def _with_none(found: Sequence[Row]) -> list[Row]:
    return [*found, {"side": ""}]
