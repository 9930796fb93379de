"""Numbers as JavaScript reads them: what would lose digits there is text, and so are keys, whatever their size"""

from __future__ import annotations

from typing import Any, Final

_EXACT: Final = 1 << 53  # below it every whole number is a double. Source: ECMA-262, Number.MAX_SAFE_INTEGER


def is_key(name: str) -> bool:
    """Is it the name of a key, such as person_id? Concepts have small numbers, and keep them.

    >>> is_key("person_id"), is_key("drug_concept_id"), is_key("count")
    (True, False, False)
    """
    return name.endswith("_id") and not name.endswith("concept_id")


def exact(value: Any, name: str = "") -> Any:
    """A JSON value, called so, with text where it stands for a key or for a whole number of more than 53 bits.

    >>> exact({"person_id": 7, "n": 7, "of": [9007199254740993]})
    {'person_id': '7', 'n': 7, 'of': ['9007199254740993']}
    """
    match value:
        case bool():
            return value
        case int():
            return str(value) if is_key(name) or abs(value) >= _EXACT else value
        case dict():
            return {key: exact(one, str(key)) for key, one in value.items()}
        case list() | tuple():
            return [exact(one, name) for one in value]
    return value
