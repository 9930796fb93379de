"""Letters that can stand on paper: what can't be seen, or has no font, is written as its number"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

# Line ends and tabs; joiners and variation selectors, which shape the letters beside them.
_KEPT: Final = frozenset("\n\t\u200b\u200c\u200d\u00ad\ufe0e\ufe0f")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})  # Unicode's general categories
_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]")


def has_han(text: str) -> bool:
    """Are there Chinese, Japanese or Korean letters in it?"""
    return _HAN.search(text) is not None


def on_paper(told: Any, missing: str = "") -> Any:
    """A value (texts in lists and mappings) with each letter that can't be seen, or is missing, as its number.

    >>> on_paper({"a": ["x\\u202ey", 3]})
    {'a': ['x[U+202E]y', 3]}
    """
    match told:
        case str():
            return _seen(told, missing)
        case Mapping():
            return {name: on_paper(value, missing) for name, value in told.items()}
        case list() | tuple():
            return [on_paper(value, missing) for value in told]
    return told


def _seen(text: str, missing: str) -> str:
    text = text.removeprefix("\ufeff")
    if text.isascii() and text.isprintable() and not missing:
        return text
    return "".join(f"[U+{ord(one):04X}]" if one in missing or _is_unseen(one) else one for one in text)


@cache
def _is_unseen(letter: str) -> bool:
    return letter not in _KEPT and unicodedata.category(letter) in _UNSEEN
