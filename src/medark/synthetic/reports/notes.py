"""Notes of stays: admission, progress, operation, discharge; they say what the charts hold"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints, stream
from medark.synthetic.city import City
from medark.synthetic.reports.charted import DAYS, Drugs, Labs, last_measured, measured, vitals
from medark.synthetic.reports.context import HOSPITALS, Stays, doctor_names, found_at
from medark.synthetic.reports.frames import ANAESTHESIA, CHILD, CONTACT, FRAMES, HABITS, KINDS
from medark.synthetic.reports.imaging_text import impression_of
from medark.synthetic.reports.said import Said, filled, plain, protected, scattered, together
from medark.synthetic.reports.stay_words import stay_words
from medark.synthetic.reports.wording import DATES, ages, called, chosen, clock, days, phrases, whole
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column, indexes, table
from medark.synthetic.world import numbers as row_numbers

_MOST_PROGRESS = 8  # progress notes of a stay
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of one kind: the stay of each, when it was written, by whom, and its text."""

    stay: Ints
    written: np.ndarray
    author: pa.Array
    text: Said


@dataclass(frozen=True)
class Desk:
    """What the writers of notes have before them."""

    chance: np.random.Generator
    stays: Stays
    words: Mapping[str, Said]  # of each stay
    labs: Labs
    drugs: Drugs
    vitals: Mapping[str, np.ndarray]
    pictures: tuple[pa.Table, pa.Array]  # imaging, and what each study came to

    def say(self, part: str, columns: Mapping[str, Said], where: np.ndarray) -> list[tuple[Ints, Said]]:
        """A part of a note for the rows where it can be said."""
        return chosen(self.chance, phrases(part, self.stays.language), columns, np.flatnonzero(where))

    def only(self, part: str, columns: Mapping[str, Said], where: np.ndarray) -> Said:
        """A part of a note where it can be said, nothing elsewhere."""
        return scattered(len(where), self.say(part, columns, where))

    def either(self, part: str, columns: Mapping[str, Said], where: np.ndarray) -> Said:
        """A part where there is something to be said; elsewhere that there is nothing."""
        return scattered(len(where), [*self.say(part, columns, where), *self.say(f"{part}_none", columns, ~where)])


def notes(city: City, part: Part, world: World) -> pa.Table:
    """The table of notes, in the order of time."""
    chance = stream(city.settings.seed, "notes", part.number)
    stays = Stays.of(city, world, _stays(world))
    desk = Desk(
        chance, stays, stay_words(chance, world, stays), Labs(world, stays), Drugs(world, stays),
        vitals(world, stays), impressions(world["imaging"], stays),
    )  # fmt: skip
    found = [_admissions(desk), _progress(desk), _operations(desk, world), _discharges(desk)]
    kind = np.repeat(np.arange(len(KINDS)), [len(each.stay) for each in found])
    stay, written = (np.concatenate([getattr(each, name) for each in found]) for name in ("stay", "written"))
    text = together([each.text for each in found])
    order = np.lexsort((kind, stay, written))
    text = text.take(order)
    of = stays.encounters.take(pa.array(stay[order]))
    return table(
        "note", note=row_numbers(part.number, len(order)),
        **{name: of[name] for name in ("encounter", "person", "organisation")},
        kind=(kind[order], KINDS), written=written[order],
        author=pa.concat_arrays([each.author for each in found]).take(pa.array(order)),
        language=(np.zeros(len(order), np.int64), [stays.language]), text=text.texts, spans=text.listed(),
    )  # fmt: skip


def _stays(world: World) -> pa.Table:
    encounters = world["encounter"]
    here = pc.is_in(encounters["organisation"].cast(pa.string()), value_set=pa.array(HOSPITALS))
    stay = pc.equal(encounters["kind"].cast(pa.string()), "inpatient")
    return encounters.filter(pc.and_not(pc.and_(here, stay), pc.fill_null(encounters["cancelled"], False)))


def _admissions(desk: Desk) -> Notes:
    stays, language = desk.stays, desk.stays.language
    stay = np.arange(len(stays))
    written = _within(stays, stays.start + _seconds(desk.chance.uniform(2, 9, len(stays)) * _HOUR))
    columns = {**desk.words, **_when(written, language), "labs": desk.labs.on(stay, np.zeros(len(stay), np.int64))}
    everywhere = np.ones(len(stay), dtype=bool)
    related, grown = _said(columns["relative"]), ages(column(stays.people, "birth"), stays.start) >= 14
    slots, known = measured(desk.vitals, stay, np.zeros(len(stay), np.int64))
    columns["picture"] = _picture(desk, stay, written, stays.start[stay])
    columns |= {
        "contact": scattered(len(stay), [(some := np.flatnonzero(related), filled(CONTACT[language], columns, some))]),
        "onset": desk.only("onset", columns, everywhere),
        "came": desk.only("came", columns, everywhere),
        "general": desk.only("general", columns, everywhere),
        "past": desk.either("past", columns, _said(columns["past"])),
        "allergy": desk.either("allergy", columns, _said(columns["allergy"])),
        "habits": _habits(desk, grown),
        "vitals": desk.only("vitals", slots, known),
        "state": desk.only("state", columns, everywhere),
        "labs": desk.either("labs", columns, _said(columns["labs"])),
        "told": desk.either("told", columns, related),
    }
    return Notes(stay, written, _keys(stays.encounters["doctor"]), filled(FRAMES["admission", language], columns, stay))


def _habits(desk: Desk, grown: np.ndarray) -> Said:
    people, language = desk.stays.people, desk.stays.language
    columns = {
        slot: desk.either(slot, {}, pc.fill_null(people[name], False).to_numpy().astype(bool))
        for slot, name in (("smoke", "smoker"), ("drink", "drinker"))
    }
    parts = ((HABITS, np.flatnonzero(grown)), (CHILD, np.flatnonzero(~grown)))
    return scattered(len(grown), [(some, filled(words[language], columns, some)) for words, some in parts])


def _progress(desk: Desk) -> Notes:
    stays, language = desk.stays, desk.stays.language
    stay, day = _rounds(stays)
    morning = stays.start[stay].astype("datetime64[D]").astype("datetime64[s]")
    minute = desk.chance.integers(8 * 60, 11 * 60, len(stay)) * 60
    written = morning + (day * 86400 + minute).astype("timedelta64[s]")
    kept = written < stays.end[stay]
    stay, day, written = stay[kept], day[kept], written[kept]
    columns = {slot: desk.words[slot].take(stay) for slot in ("name", "patient_no", "complaint", "doctor", "exam")}
    columns |= _when(written, language)
    columns |= {"labs": desk.labs.on(stay, day), "drugs": desk.drugs.at(stay, written)}
    slots, known = measured(desk.vitals, stay, day)
    dying = _word_is(stays.encounters, "discharge", "death")[stay] & (
        stays.end[stay] - written < np.timedelta64(48, "h")
    )
    first = (day <= 1) & ~dying
    rounds = [
        *desk.say("morning_first", columns, first),
        *desk.say("morning_worse", columns, dying),
        *desk.say("morning", columns, ~first & ~dying),
    ]
    stop = "。" if language == "zh" else "."
    columns["finding"] = columns["exam"]
    columns |= {
        "morning": scattered(len(stay), rounds),
        "vitals": desk.only("vitals", slots, known),
        "exam": scattered(len(stay), [(some := np.flatnonzero(first), filled("{finding}" + stop, columns, some))]),
        "labs": desk.only("labs", columns, _said(columns["labs"])),
        "picture": _picture(desk, stay, written, written - np.timedelta64(24, "h")),
        "drugs": desk.either("drugs", columns, _said(columns["drugs"])),
    }
    author = _keys(stays.encounters["doctor"]).take(pa.array(stay))
    return Notes(stay, written, author, filled(FRAMES["progress", language], columns, np.arange(len(stay))))


def _rounds(stays: Stays) -> tuple[Ints, Ints]:
    """Days on which a progress note is written: the first three, then every third."""
    length = (stays.end.astype("datetime64[D]") - stays.start.astype("datetime64[D]")).astype(np.int64)
    schedule = [1, 2, 3, *range(6, DAYS, 3)][:_MOST_PROGRESS]
    stay, number = np.nonzero(np.array(schedule)[None, :] <= length[:, None])
    return stay, np.array(schedule)[number]


def _operations(desk: Desk, world: World) -> Notes:
    stays, language, done = desk.stays, desk.stays.language, world["operation"]
    at = found_at(column(stays.encounters, "encounter"), column(done, "encounter"))
    kept = np.flatnonzero((at >= 0) & pc.is_valid(done["anaesthesia"]).to_numpy())
    done, stay = done.take(pa.array(kept)), at[kept]
    start, end = column(done, "start"), column(done, "end")
    written = _within(desk.stays, end + _seconds(desk.chance.uniform(0.5, 3, len(stay)) * _HOUR), stay)
    columns = {slot: desk.words[slot].take(stay) for slot in ("name", "sex", "age", "patient_no", "diagnosis")}
    columns |= {
        slot: doctor_names(stays.city, done[slot], language) for slot in ("surgeon", "assistant", "anaesthetist")
    }
    word = 0 if language == "zh" else 1
    kinds = indexes(done, "anaesthesia", tuple(ANAESTHESIA))
    anaesthesia = pa.array([*(said[word] for said in ANAESTHESIA.values()), ""])
    columns |= {
        "op_date": protected("date", days(start, DATES[language])),
        "clock": plain(clock(start)),
        "op_end": plain(clock(end)),
        "date": protected("date", days(written, DATES[language])),
        "operation": plain(called(done["procedure"], "procedures", language)),
        "anaesthesia": plain(anaesthesia.take(pa.array(kinds % len(anaesthesia)))),
        "blood": plain(whole(10 * np.rint(desk.chance.lognormal(1.6, 0.8, len(stay))) + 5)),
    }
    everywhere = np.ones(len(stay), dtype=bool)
    columns["steps"] = desk.only("course_of_operation", columns, everywhere)
    columns["blood"] = desk.only("blood", columns, everywhere)
    text = filled(FRAMES["operation", language], columns, np.arange(len(stay)))
    return Notes(stay, written, _keys(done["surgeon"]), text)


def _discharges(desk: Desk) -> Notes:
    stays, language = desk.stays, desk.stays.language
    over = ~np.isnat(column(stays.encounters, "end"))
    stay = np.flatnonzero(over)
    written = stays.end[stay]
    columns = {slot: words.take(stay) for slot, words in desk.words.items()}
    columns |= _when(written, language)
    columns |= {"labs": desk.labs.last(stay), "drugs": desk.drugs.at(stay, written - np.timedelta64(1, "D"))}
    slots, known = measured(desk.vitals, stay, last_measured(desk.vitals)[stay])
    endings = {
        word: _word_is(stays.encounters, "discharge", word)[stay] for word in ("death", "against_advice", "transfer")
    }
    alive = ~endings["death"]
    home = ~np.any(list(endings.values()), axis=0)
    everywhere = np.ones(len(stay), dtype=bool)
    none = "未复查。" if language == "zh" else "not done."
    columns |= {
        "treated": desk.either("treated", columns, _said(columns["drugs"])),
        "operated": scattered(len(stay), []),
        "picture": _picture(desk, stay, written, stays.start[stay]),
        "ending": scattered(
            len(stay),
            [
                *desk.say("home", columns, home),
                *(each for word, some in endings.items() for each in desk.say(word, columns, some)),
            ],
        ),
        "vitals": desk.only("vitals", slots, known & alive),
        "advice": desk.only("advice", columns, alive & everywhere),
    }
    columns["labs"] = plain(pc.if_else(pa.array(_said(columns["labs"])), columns["labs"].texts, none))
    author = _keys(stays.encounters["doctor"]).take(pa.array(stay))
    return Notes(stay, written, author, filled(FRAMES["discharge", language], columns, np.arange(len(stay))))


def _picture(desk: Desk, stay: Ints, before: np.ndarray, after: np.ndarray) -> Said:
    """What the last study reported between two times came to."""
    study, impression = desk.pictures
    of, reported = column(study, "stay"), column(study, "reported")
    first, end = (np.searchsorted(of, stay, side=side) for side in ("left", "right"))
    count = np.repeat(np.arange(len(stay)), end - first)
    row = np.repeat(first - np.cumsum(end - first) + end - first, end - first) + np.arange(len(count))
    fits = (reported[row] <= before[count]) & (reported[row] >= after[count])
    at = np.full(len(stay), -1)
    at[count[fits]] = row[fits]
    there = at >= 0
    some = pa.array(np.maximum(at, 0))
    if not len(of):
        return scattered(len(stay), [])
    columns = {
        "study": plain(study["name"].take(some)),
        "study_date": protected(
            "date", days(column(study, "performed")[np.maximum(at, 0)], DATES[desk.stays.language])
        ),
        "impression": plain(impression.take(some)),
    }
    return desk.only("picture", columns, there)


def impressions(imaging: pa.Table, stays: Stays) -> tuple[pa.Table, pa.Array]:
    """The studies of stays by stay and time, and what each came to in one line."""
    at = found_at(column(stays.encounters, "encounter"), column(imaging, "encounter"))
    kept = np.flatnonzero(at >= 0)
    kept = kept[np.lexsort((column(imaging, "reported")[kept], at[kept]))]
    some = imaging.select(["performed", "reported", "modality", "body_part", "report"]).take(pa.array(kept))
    key = pc.binary_join_element_wise(
        pc.utf8_lower(some["modality"].cast(pa.string())), some["body_part"].cast(pa.string()), "_"
    )
    some = some.append_column("stay", pa.array(at[kept])).append_column("name", called(key, "studies", stays.language))
    return some, impression_of(some["report"], stays.language)


def _when(written: np.ndarray, language: str) -> Mapping[str, Said]:
    return {"date": protected("date", days(written, DATES[language])), "clock": plain(clock(written))}


def _within(stays: Stays, written: np.ndarray, stay: Ints | None = None) -> np.ndarray:
    end = stays.end if stay is None else stays.end[stay]
    return np.minimum(written, end)


def _seconds(hours: np.ndarray) -> np.ndarray:
    return hours.astype(np.int64).astype("timedelta64[s]")


def _said(column_of: Said) -> np.ndarray:
    return np.asarray(pc.greater(pc.binary_length(column_of.texts), 0).to_numpy(zero_copy_only=False))


def _word_is(of: pa.Table, name: str, word: str) -> np.ndarray:
    return np.asarray(pc.fill_null(pc.equal(of[name].cast(pa.string()), word), False).to_numpy())


def _keys(of: pa.ChunkedArray) -> pa.Array:
    return of.cast(pa.string()).combine_chunks()
