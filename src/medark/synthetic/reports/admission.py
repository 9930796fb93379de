"""Admission notes: complaint, history, examination, what is known of the first day, plan"""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from medark.synthetic.reports.charted import measured
from medark.synthetic.reports.frames import CHILD, CONTACT, FRAMES, HABITS
from medark.synthetic.reports.pictured import picture
from medark.synthetic.reports.said import Said, filled, scattered
from medark.synthetic.reports.wording import ages
from medark.synthetic.reports.writing import Desk, Notes, as_keys, hours, is_said, when_words, within
from medark.synthetic.world import column


def admissions(desk: Desk) -> Notes:
    """A note of each stay, some hours after it began."""
    stays, language = desk.stays, desk.stays.language
    stay = np.arange(len(stays))
    written = within(stays, stays.start + hours(desk.chance.uniform(2, 9, len(stays))))
    columns = {**desk.words, **when_words(written, language), "labs": desk.labs.on(stay, np.zeros(len(stay), np.int64))}
    everywhere = np.ones(len(stay), dtype=bool)
    related, grown = is_said(columns["relative"]), ages(column(stays.people, "birth"), stays.start) >= 14
    slots, known = measured(desk.vitals, stay, np.zeros(len(stay), np.int64))
    columns["picture"] = picture(desk, stay, written, stays.start[stay])
    columns |= {
        "contact": scattered(len(stay), [(some := np.flatnonzero(related), filled(CONTACT[language], columns, some))]),
        "onset": desk.by_class("onset", columns, stay, ("", "cold", "plain")),
        "came": desk.only("came", columns, everywhere),
        "general": desk.only("general", columns, everywhere),
        "past": desk.either("past", columns, is_said(columns["past"])),
        "allergy": desk.either("allergy", columns, is_said(columns["allergy"])),
        "habits": _habits(desk, grown),
        "vitals": desk.only("vitals", slots, known),
        "state": desk.only("state", columns, everywhere),
        "labs": desk.either("labs", columns, is_said(columns["labs"])),
        "told": desk.either("told", columns, related),
    }
    return Notes(
        stay, written, as_keys(stays.encounters["doctor"]), filled(FRAMES["admission", language], columns, stay)
    )


def _habits(desk: Desk, grown: np.ndarray) -> Said:
    people, language = desk.stays.people, desk.stays.language
    columns = {
        slot: desk.either(slot, {}, pc.fill_null(people[name], False).to_numpy().astype(bool))
        for slot, name in (("smoke", "smoker"), ("drink", "drinker"))
    }
    parts = ((HABITS, np.flatnonzero(grown)), (CHILD, np.flatnonzero(~grown)))
    return scattered(len(grown), [(some, filled(words[language], columns, some)) for words, some in parts])
