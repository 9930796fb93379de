"""Days on which schools are open"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable


def open_schools(first: dt.date) -> Callable[[int], bool]:
    """Whether schools are open on a day counted from `first`: not on weekends, in July, August and most of February.

    >>> open_schools(dt.date(2024, 5, 6))(0), open_schools(dt.date(2024, 5, 6))(5)
    (True, False)
    """

    def is_open(day: int) -> bool:
        date = first + dt.timedelta(days=day)
        winter = (date.month, date.day) >= (1, 20) and (date.month, date.day) <= (2, 16)
        return date.weekday() < 5 and date.month not in (7, 8) and not winter

    return is_open
