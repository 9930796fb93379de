"""Operation notes: who did what under which anaesthesia, and how it went"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.reports.context import doctor_names, found_at
from medark.synthetic.reports.frames import ANAESTHESIA, FRAMES
from medark.synthetic.reports.said import filled, plain, protected
from medark.synthetic.reports.wording import DATES, called, clock, days, whole
from medark.synthetic.reports.writing import Desk, Notes, as_keys, hours, within
from medark.synthetic.world import World, column, indexes


def operations(desk: Desk, world: World) -> Notes:
    stays, language, done = desk.stays, desk.stays.language, world["operation"]
    at = found_at(column(stays.encounters, "encounter"), column(done, "encounter"))
    kept = np.flatnonzero((at >= 0) & pc.is_valid(done["anaesthesia"]).to_numpy())
    done, stay = done.take(pa.array(kept)), at[kept]
    start, end = column(done, "start"), column(done, "end")
    written = within(desk.stays, end + hours(desk.chance.uniform(0.5, 3, len(stay))), stay)
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
    return Notes(stay, written, as_keys(done["surgeon"]), text)
