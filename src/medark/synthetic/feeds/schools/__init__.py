"""The schools' registers: pupils absent for illness, in UTF-8 with a byte order mark, a pupil and day a line"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from medark.synthetic.events.schools import open_schools
from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export, System
from medark.synthetic.feeds.tabular import wording

_HEADER = "\ufeff登记日期,学校,班级,姓名,身份证号,症状,登记时间\r\n"
_ABSENCES = Export("因病缺勤_{part:03d}.csv", wording("schools", "absences"), header=_HEADER)


def _write(desk: Desk) -> None:
    desk.facts("schools")
    settings = desk.city.settings
    is_open = open_schools(settings.start)
    days = [settings.start + dt.timedelta(days=day) for day in range(settings.days) if is_open(day)]
    desk.register("school_day", pa.table({"day": pa.array(days, pa.date32())}))
    desk.lines(_ABSENCES)


SYSTEMS = (System("schools/absences", _write),)
