"""The first letters of how a Chinese text is said: xhdb of 血红蛋白, as doctors type it

Source: GB/T 2312-1980 orders its 3,755 more frequent characters by pinyin, so that where one stands tells its letter.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

_FIRST: Final = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"  # the first character of each letter
_LETTERS: Final = "abcdefghjklmnopqrstwxyz"
_STARTS: Final = [letter.encode("gb2312") for letter in _FIRST]
_LAST: Final = "座".encode("gb2312")
_ROW: Final = 94  # characters of a row of the standard
_SYLLABLE: Final = 16  # characters that are said nearly alike: a syllable has ten of them, and is beside the like ones


def initials(text: str) -> str:
    """A letter for each character; "" for a text with a character whose letter its place does not tell.

    >>> initials("血红蛋白"), initials("钾"), initials("HbA1c")
    ('xhdb', 'j', '')
    """
    found = [_initial(character) for character in text]
    return "".join(found) if all(found) else ""


def apart_in_sound(one: str, other: str) -> int | None:
    """How many characters stand between two in the order of pinyin, from which on they are said otherwise: None.

    >>> apart_in_sound("塘", "糖"), apart_in_sound("塘", "压")
    (6, None)
    """
    if _initial(one) == "" or _initial(one) != _initial(other):
        return None
    row, column = (a - b for a, b in zip(one.encode("gb2312"), other.encode("gb2312"), strict=True))
    apart = abs(row * _ROW + column)
    return apart if apart <= _SYLLABLE else None


def _initial(character: str) -> str:
    try:
        place = character.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    return _LETTERS[bisect_right(_STARTS, place) - 1] if _STARTS[0] <= place <= _LAST else ""
