"""What the words of status columns say of their row: that it stands, that it was taken back, that nothing has happened

Source: which words mean what follows HL7 FHIR R4 status value sets (formats/fhir/status.py) and HL7 table 0085.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

KEPT, VOID, PLANNED = "kept", "void", "planned"
MEANINGS: Final = (KEPT, VOID, PLANNED)
_NUMBERED = re.compile(r"^\d{1,2}\s*[.、:：=-]\s*")  # 1.有效, 2-作废
_NAMED = re.compile(r"状态|标志|标识|是否|作废|有效|status|state$|flag|void|cancel|(?:zt|bz)(?:dm|bs)?$", re.IGNORECASE)
# Letters of states of results. Source: HL7 v2 table 0085.
RESULT_STATES: Final[Mapping[str, str]] = MappingProxyType({
    **dict.fromkeys("FCPASRUBV", KEPT), **dict.fromkeys("DW", VOID), **dict.fromkeys("XNOI", PLANNED),
})  # fmt: skip
_LONGEST = 12  # characters of a word that a column of states may hold


@cache
def state_words() -> Mapping[str, str]:
    """Words in lower case and what they say."""
    text = files("medark.standardise.propose").joinpath("states.csv").read_text("utf-8")
    return MappingProxyType({row["word"]: row["means"] for row in csv.DictReader(text.splitlines())})


def state_of(word: str) -> str:
    """What a word says of its row; "" if it is none that is known.

    >>> state_of("2.已退费"), state_of("Final"), state_of("预约"), state_of("内科")
    ('void', 'kept', 'planned', '')
    """
    return state_words().get(_NUMBERED.sub("", word.strip()).lower(), "")


def is_called_state(column: str) -> bool:
    """Is a column called like one of states or flags?

    >>> is_called_state("报告状态"), is_called_state("YZZT"), is_called_state("诊断")
    (True, True, False)
    """
    return bool(_NAMED.search(column))


def is_word_of_state(column: str, value: str) -> bool:
    """May it be a state that no list knows: a short word without figures, in a column that is called so?"""
    return is_called_state(column) and len(value) <= _LONGEST and not any(c.isdigit() for c in value)
