"""Progress notes: how the patient is on a day, with the day's values and drugs"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.synthetic.chance import Ints
from medark.synthetic.reports.charted import DAYS, measured
from medark.synthetic.reports.context import Stays
from medark.synthetic.reports.frames import FRAMES
from medark.synthetic.reports.pictured import picture
from medark.synthetic.reports.said import filled, scattered
from medark.synthetic.reports.writing import Desk, Notes, as_keys, is_said, when_words, word_is

_MOST = 8  # progress notes of a stay


def progress(desk: Desk) -> Notes:
    """Notes of some mornings of each stay."""
    stays, language = desk.stays, desk.stays.language
    stay, day = _rounds(stays)
    morning = stays.start[stay].astype("datetime64[D]").astype("datetime64[s]")
    minute = desk.chance.integers(8 * 60, 11 * 60, len(stay)) * 60
    written = morning + (day * 86400 + minute).astype("timedelta64[s]")
    kept = written < stays.end[stay]
    stay, day, written = stay[kept], day[kept], written[kept]
    columns = {
        slot: desk.words[slot].take(stay) for slot in ("name", "patient_no", "complaint", "Complaint", "doctor", "Exam")
    }
    columns |= when_words(written, language)
    columns |= {"labs": desk.labs.on(stay, day), "drugs": desk.drugs.at(stay, written)}
    slots, known = measured(desk.vitals, stay, day)
    dying = word_is(stays.encounters, "discharge", "death")[stay] & (
        stays.end[stay] - written < np.timedelta64(48, "h")
    )
    first = (day <= 1) & ~dying
    quiet = desk.classes[stay] == "plain"
    rounds = [
        *desk.say("morning_first", columns, first & ~quiet),
        *desk.say("morning_first_plain", columns, first & quiet),
        *desk.say("morning_worse", columns, dying),
        *desk.say("morning", columns, ~first & ~dying & ~quiet),
        *desk.say("morning_plain", columns, ~first & ~dying & quiet),
    ]
    stop = "。" if language == "zh" else ". "
    columns |= {
        "morning": scattered(len(stay), rounds),
        "vitals": desk.only("vitals", slots, known),
        "exam": scattered(len(stay), [(some := np.flatnonzero(first), filled("{Exam}" + stop, columns, some))]),
        "labs": desk.only("labs", columns, is_said(columns["labs"])),
        "picture": picture(desk, stay, written, written - np.timedelta64(24, "h")),
        "drugs": desk.either("drugs", columns, is_said(columns["drugs"])),
    }
    author = as_keys(stays.encounters["doctor"]).take(pa.array(stay))
    return Notes(stay, written, author, filled(FRAMES["progress", language], columns, np.arange(len(stay))))


def _rounds(stays: Stays) -> tuple[Ints, Ints]:
    """Days on which a progress note is written: the first three, then every third."""
    length = (stays.end.astype("datetime64[D]") - stays.start.astype("datetime64[D]")).astype(np.int64)
    schedule = [1, 2, 3, *range(6, DAYS, 3)][:_MOST]
    stay, number = np.nonzero(np.array(schedule)[None, :] <= length[:, None])
    return stay, np.array(schedule)[number]
