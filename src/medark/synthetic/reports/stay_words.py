"""What notes of a stay say of the patient: a column a slot, a row a stay"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.facts import by_key, keys, rows
from medark.synthetic.reports.context import Stays, doctor_names, found_at
from medark.synthetic.reports.frames import UNITS
from medark.synthetic.reports.grouped import listed
from medark.synthetic.reports.household import relatives
from medark.synthetic.reports.said import Said, plain, protected
from medark.synthetic.reports.wording import DATES, ages, called, days, whole
from medark.synthetic.world import World, column, indexes

_MOST = 5  # diseases that a note lists


def stay_words(chance: np.random.Generator, world: World, stays: Stays) -> Mapping[str, Said]:
    """Columns by slot."""
    language, people = stays.language, stays.people
    address = people[f"address_{language}"]
    return {
        **stays.words(world),
        **relatives(world, stays),
        **_illness(chance, stays),
        **_diagnoses(world, stays),
        "age": plain(age_words(stays)),
        "occupation": plain(called(people["occupation"], "occupations", language)),
        "identity_no": protected("identity_no", people["identity_no"]),
        "phone": protected("phone", people["phone"]),
        "address": protected("address", address),
        "allergy": plain(called(people["drug_allergy"], "allergies", language)),
        "doctor": doctor_names(stays.city, stays.encounters["doctor"], language),
        "admitted": protected("date", days(stays.start, DATES[language])),
        "left": protected("date", days(stays.end, DATES[language])),
        "days": plain(whole(np.maximum(1, _length(stays)))),
        "weeks": plain(pa.array(["1", "2", "4"]).take(pa.array(chance.integers(3, size=len(stays))))),
    }


def _illness(chance: np.random.Generator, stays: Stays) -> Mapping[str, Said]:
    """Complaint, how long, course, examination and plan of the disease that is the reason."""
    language, facts = stays.language, rows("illness_phrases")
    at = _phrase_row(stays)
    return {
        "ago": plain(_ago(chance, at, language)),
        **(
            said := {
                slot: plain(_one_of(chance, [row[f"{slot}_{language}"].split("|") for row in facts], at))
                for slot in ("complaint", "course", "exam", "plan")
            }
        ),
        **{slot.capitalize(): plain(_capital(texts.texts)) for slot, texts in said.items()},
    }


def _capital(texts: pa.Array) -> pa.Array:
    """The texts as the beginning of a sentence."""
    first, rest = (pc.utf8_slice_codeunits(texts, *between) for between in ((0, 1), (1, None)))
    return pc.binary_join_element_wise(pc.utf8_upper(first), rest, "")


def beginnings(stays: Stays) -> np.ndarray:
    """How the illness of each stay begins: the column `onset` of facts/illness_phrases.csv."""
    return np.array([row["onset"] for row in rows("illness_phrases")])[_phrase_row(stays)]


def _phrase_row(stays: Stays) -> Ints:
    known = keys("illness_phrases")
    at = indexes(stays.encounters, "reason", known)
    return np.where(at < 0, known.index("other"), at)


def _one_of(chance: np.random.Generator, variants: list[list[str]], at: Ints) -> pa.Array:
    """One of the variants at each place."""
    many = np.array([len(each) for each in variants])
    first = np.cumsum(many) - many
    flat = pa.array([text for each in variants for text in each])
    return flat.take(pa.array(first[at] + (chance.random(len(at)) * many[at]).astype(np.int64)))


def _ago(chance: np.random.Generator, at: Ints, language: str) -> pa.Array:
    facts = rows("illness_phrases")
    low, high = (np.array([int(row[end]) for row in facts])[at] for end in ("low", "high"))
    number = low + np.floor((high - low + 1) * chance.random(len(at)) ** 2).astype(np.int64)
    unit = pa.array([UNITS[language][row["unit"]] for row in facts]).take(pa.array(at))
    if language == "en":
        unit = pc.if_else(pa.array(number == 1), pc.utf8_slice_codeunits(unit, 0, -1), unit)
    return pc.binary_join_element_wise(whole(number), unit, "")


def _diagnoses(world: World, stays: Stays) -> Mapping[str, Said]:
    """The main diagnosis, all of them numbered, and what the patient has had for long."""
    language = stays.language
    known = world["diagnosis"]
    at = found_at(column(stays.encounters, "encounter"), column(known, "encounter"))
    rank = column(known, "rank").astype(np.int64)
    disease = indexes(known, "disease", keys("diseases"))
    _, first = np.unique(np.where(at >= 0, at * 1000 + disease, -1), return_index=True)
    only = np.full(len(at), -1)
    only[first] = at[first]
    names = called(known["disease"], "diseases", language)
    between = "；" if language == "zh" else "; "
    return {
        "diagnosis": plain(called(stays.encounters["reason"], "diseases", language)),
        "diagnoses": listed(only, rank, len(stays), _MOST, between, lambda some: names.take(pa.array(some))),
        "past": _past(world, stays),
    }


def _past(world: World, stays: Stays) -> Said:
    """Diseases that began before the stay."""
    onset = world["onset"]
    chronic = [key for key in keys("diseases") if by_key("diseases")[key]["kind"] in ("chronic", "cancer")]
    mine = onset.filter(
        pc.and_(
            pc.is_in(onset["person"], value_set=pc.unique(stays.people["person"])),
            pc.is_in(onset["disease"].cast(pa.string()), value_set=pa.array(chronic)),
        )
    )
    order = np.argsort(column(mine, "person"), kind="stable")
    mine = mine.take(pa.array(order))
    person, day = column(mine, "person"), column(mine, "day").astype("datetime64[D]")
    who = column(stays.people, "person")
    begin, end = (np.searchsorted(person, who, side=side) for side in ("left", "right"))
    stay = np.repeat(np.arange(len(who)), end - begin)
    row = np.repeat(begin - np.cumsum(end - begin) + end - begin, end - begin) + np.arange(len(stay))
    before = day[row] < stays.start[stay].astype("datetime64[D]")
    names = called(mine["disease"], "diseases", stays.language)
    between = "、" if stays.language == "zh" else ", "
    group = np.where(before, stay, -1)
    return listed(group, row, len(stays), _MOST, between, lambda some: names.take(pa.array(row[some])))


def age_words(stays: Stays) -> pa.Array:
    """Years; of infants months or days."""
    birth = column(stays.people, "birth")
    years = ages(birth, stays.start)
    since = (stays.start.astype("datetime64[D]") - birth.astype("datetime64[D]")).astype(np.int64)
    number = np.select([years >= 1, since >= 31], [years, since // 31], np.maximum(since, 0))
    unit = np.select([years >= 1, since >= 31], [0, 1], 2)
    words = ("岁", "个月", "天") if stays.language == "zh" else ("", " months", " days")
    return pc.binary_join_element_wise(whole(number), pa.array(words).take(pa.array(unit)), "")


def _length(stays: Stays) -> np.ndarray:
    days_in = stays.end.astype("datetime64[D]") - stays.start.astype("datetime64[D]")
    return np.asarray(days_in, dtype="timedelta64[D]").astype(np.int64)
