"""Operation notes: who did what under which anaesthesia, and how it went"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.reports.context import Stays, doctor_names, found_at
from medark.synthetic.reports.frames import ANAESTHESIA, FRAMES
from medark.synthetic.reports.said import Said, filled, or_else, plain, protected, scattered
from medark.synthetic.reports.wording import DATES, called, clock, days, whole
from medark.synthetic.reports.writing import Desk, Notes, as_keys, hours, within
from medark.synthetic.world import World, column, indexes

_MINOR = ("local", "topical", "intravenous")  # anaesthesia under which nothing is opened layer by layer


def operations(desk: Desk, world: World) -> Notes:
    """A note of each operation done under anaesthesia."""
    stays, language, done = desk.stays, desk.stays.language, world["operation"]
    at = found_at(column(stays.encounters, "encounter"), column(done, "encounter"))
    kept = np.flatnonzero((at >= 0) & pc.is_valid(done["anaesthesia"]).to_numpy())
    done, stay = done.take(pa.array(kept)), at[kept]
    after = hours(desk.chance.uniform(0.5, 3, len(stay)))
    written = within(stays, column(done, "end") + after, stay)
    columns = {slot: desk.words[slot].take(stay) for slot in ("name", "sex", "age", "patient_no", "diagnosis")}
    columns |= _who_and_when(stays, done)
    columns["date"] = protected("date", days(written, DATES[language]))
    columns["blood"] = plain(whole(10 * np.rint(desk.chance.lognormal(1.6, 0.8, len(stay))) + 5))
    minor = pc.is_in(done["anaesthesia"].cast(pa.string()), value_set=pa.array(_MINOR)).to_numpy()
    columns["steps"] = scattered(
        len(stay), [*desk.say("course_of_operation", columns, ~minor), *desk.say("course_of_minor", columns, minor)]
    )
    columns["blood"] = desk.only("blood", columns, ~minor)
    text = filled(FRAMES["operation", language], columns, np.arange(len(stay)))
    return Notes(stay, written, as_keys(done["surgeon"]), text)


def _who_and_when(stays: Stays, done: pa.Table) -> Mapping[str, Said]:
    language = stays.language
    nobody = "无" if language == "zh" else "none"
    doctors = {
        slot: doctor_names(stays.city, done[slot], language) for slot in ("surgeon", "assistant", "anaesthetist")
    }
    words = pa.array([*(said[language == "en"] for said in ANAESTHESIA.values()), ""])
    kinds = indexes(done, "anaesthesia", tuple(ANAESTHESIA))
    start = column(done, "start")
    return {
        **{slot: or_else(names, nobody) for slot, names in doctors.items()},
        "op_date": protected("date", days(start, DATES[language])),
        "clock": plain(clock(start)),
        "op_end": plain(clock(column(done, "end"))),
        "operation": plain(called(done["procedure"], "procedures", language)),
        "anaesthesia": plain(words.take(pa.array(kinds % len(words)))),
    }
