"""Discharge summaries: why, what was done, how it ended"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.reports.charted import last_measured, measured
from medark.synthetic.reports.frames import FRAMES
from medark.synthetic.reports.pictured import picture
from medark.synthetic.reports.said import filled, plain, scattered
from medark.synthetic.reports.writing import Desk, Notes, as_keys, is_said, when_words, word_is
from medark.synthetic.world import column


def discharges(desk: Desk) -> Notes:
    stays, language = desk.stays, desk.stays.language
    over = ~np.isnat(column(stays.encounters, "end"))
    stay = np.flatnonzero(over)
    written = stays.end[stay]
    columns = {slot: words.take(stay) for slot, words in desk.words.items()}
    columns |= when_words(written, language)
    columns |= {"labs": desk.labs.last(stay), "drugs": desk.drugs.at(stay, written - np.timedelta64(1, "D"))}
    slots, known = measured(desk.vitals, stay, last_measured(desk.vitals)[stay])
    endings = {
        word: word_is(stays.encounters, "discharge", word)[stay] for word in ("death", "against_advice", "transfer")
    }
    alive = ~endings["death"]
    home = ~np.any(list(endings.values()), axis=0)
    everywhere = np.ones(len(stay), dtype=bool)
    none = "未复查。" if language == "zh" else "not done."
    columns |= {
        "treated": desk.either("treated", columns, is_said(columns["drugs"])),
        "operated": scattered(len(stay), []),
        "picture": picture(desk, stay, written, stays.start[stay]),
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
    columns["labs"] = plain(pc.if_else(pa.array(is_said(columns["labs"])), columns["labs"].texts, none))
    author = as_keys(stays.encounters["doctor"]).take(pa.array(stay))
    return Notes(stay, written, author, filled(FRAMES["discharge", language], columns, np.arange(len(stay))))
