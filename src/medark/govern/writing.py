"""May this reader keep a form about a person? Decided by values alone; nobody may by default"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from medark.messages import N_
from medark.model.access import Purpose, Reader

FOR: Final = (Purpose.CARE, Purpose.PUBLIC_HEALTH)  # a record is written for care, and where a case is investigated
NOT_FOR_THIS = N_("a person's record is written for care or public health alone")
OTHER_PURPOSE = N_("the application works for another purpose than the one that you read for")
NO_WRITER = N_("none of your roles may write in people's records")
NOT_SEEN = N_("this person is not in your care, or not known here")
NOT_APPROVED = N_("the application may not write this: nobody has approved it")


def why_not(reader: Reader, purpose: Purpose, writers: Collection[str]) -> str:
    """Why a reader may not write through an application of a purpose, as a fixed phrase; "" if they may.

    >>> why_not(Reader("nina", Purpose.CARE, frozenset({"nurse"})), Purpose.CARE, ("doctor", "nurse"))
    ''
    """
    if purpose not in FOR:
        return NOT_FOR_THIS
    if reader.purpose is not purpose:
        return OTHER_PURPOSE
    return "" if reader.roles & frozenset(writers) else NO_WRITER
