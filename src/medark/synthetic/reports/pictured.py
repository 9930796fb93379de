"""What pictures showed, as notes cite it"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.reports.context import Stays, found_at
from medark.synthetic.reports.imaging_text import impression_of
from medark.synthetic.reports.said import Said, plain, protected, scattered
from medark.synthetic.reports.wording import DATES, called, days
from medark.synthetic.reports.writing import Desk
from medark.synthetic.world import column


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


def picture(desk: Desk, stay: Ints, before: np.ndarray, after: np.ndarray) -> Said:
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
