"""Discharge summaries: why, what was done, how it ended"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.reports.charted import last_measured, measured
from medark.synthetic.reports.context import found_at
from medark.synthetic.reports.frames import FRAMES
from medark.synthetic.reports.pictured import picture
from medark.synthetic.reports.said import Said, filled, or_else, plain, protected, scattered
from medark.synthetic.reports.wording import DATES, called, days
from medark.synthetic.reports.writing import Desk, Notes, as_keys, is_said, when_words, word_is
from medark.synthetic.world import World, column

_ENDINGS = ("death", "against_advice", "transfer")  # all others go home


def discharges(desk: Desk, world: World) -> Notes:
    """A summary of each stay that has ended."""
    stays, language = desk.stays, desk.stays.language
    stay = np.flatnonzero(~np.isnat(column(stays.encounters, "end")))
    written = stays.end[stay]
    columns = {slot: words.take(stay) for slot, words in desk.words.items()}
    columns |= when_words(written, language)
    columns |= {"labs": desk.labs.last(stay), "drugs": desk.drugs.at(stay, written - np.timedelta64(1, "D"))}
    slots, known = measured(desk.vitals, stay, last_measured(desk.vitals)[stay])
    alive = ~word_is(stays.encounters, "discharge", "death")[stay]
    columns |= {
        "treated": desk.either("treated", columns, is_said(columns["drugs"])),
        "operated": _operated(desk, world, stay),
        "picture": picture(desk, stay, written, stays.start[stay]),
        "ending": _ending(desk, columns, stay),
        "vitals": desk.only("vitals", slots, known & alive),
        "advice": desk.only("advice", columns, alive),
        "labs": or_else(columns["labs"], "未复查" if language == "zh" else "not done"),
    }
    author = as_keys(stays.encounters["doctor"]).take(pa.array(stay))
    return Notes(stay, written, author, filled(FRAMES["discharge", language], columns, np.arange(len(stay))))


def _ending(desk: Desk, columns: Mapping[str, Said], stay: Ints) -> Said:
    found = {word: word_is(desk.stays.encounters, "discharge", word)[stay] for word in _ENDINGS}
    found["home"] = ~np.any(list(found.values()), axis=0)
    return scattered(len(stay), [pair for word, some in found.items() for pair in desk.say(word, columns, some)])


def _operated(desk: Desk, world: World, stay: Ints) -> Said:
    """The first operation of each stay that had one."""
    stays, done = desk.stays, world["operation"]
    at = found_at(column(stays.encounters, "encounter")[stay], column(done, "encounter"))
    kept = np.flatnonzero((at >= 0) & pc.is_valid(done["anaesthesia"]).to_numpy())
    kept = kept[np.argsort(column(done, "start")[kept], kind="stable")]
    rows, first = np.unique(at[kept], return_index=True)
    done = done.take(pa.array(kept[first]))
    date = protected("date", days(column(done, "start"), DATES[stays.language]))
    columns = {
        "op_date": scattered(len(stay), [(rows, date)]),
        "operation": scattered(len(stay), [(rows, plain(called(done["procedure"], "procedures", stays.language)))]),
    }
    return desk.only("operated", columns, is_said(columns["operation"]))
