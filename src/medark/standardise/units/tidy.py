"""The many hands in which the same signs are written, made one: full-width, superscripts, powers of ten"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺₂", "0123456789-+2")
_RAISED_RUN: Final = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_SIGNS: Final = str.maketrans({
    "μ": "u", "µ": "u", "×": "x", "✕": "x", "╳": "x", "х": "x", "·": ".", "∙": ".", "⋅": ".", "•": ".", "●": ".",
    "−": "-", "–": "-", "—": "-", "∕": "/", "⁄": "/", "÷": "/", "ˆ": "^", "˄": "^", "⌃": "^", "º": "°", "﹪": "%",
})  # fmt: skip
_POWER: Final = re.compile(r"^[x*.]?10(?:\^|\*\*|\*|e|\+)\+?\(?(-?\d{1,2})\)?[.*x]?", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"^[x*.]?10\((-?\d{1,2})\)", re.IGNORECASE)
_EXPONENT: Final = re.compile(r"^[x*.]?1?e\+?(\d{1,2})(?=[/a-z个\[(]|$)", re.IGNORECASE)
_BARE: Final = re.compile(r"^[x*.]?10(3|6|9|12)(?=/)")
_BARE_TIMES: Final = re.compile(r"^[x*.]10(3|6|9|12)(?=\D|$)", re.IGNORECASE)
_TWICE_UNDER: Final = re.compile(r"(/[a-z]+)-1(?=$|/)", re.IGNORECASE)  # g/L-1, by people who mean g/L
_RAISING: Final = re.compile(r"(?<=[a-z])(?:\^|\*\*|\*)(?=-?\d)", re.IGNORECASE)


def tidied(text: str) -> str:
    """The text without spaces, in plain signs, in the capitals that it had; a leading power of ten as UCUM writes it.

    >>> tidied(" ×10⁹ / L "), tidied("μｍｏｌ／Ｌ"), tidied("10E12/L"), tidied("kg/m²")
    ('10*9/L', 'umol/L', '10*12/L', 'kg/m2')
    """
    plain = _RAISED_RUN.sub(lambda run: "^" + run[0].translate(_RAISED), html.unescape(text)).replace("₂", "2")
    plain = unicodedata.normalize("NFKC", plain.translate(_SIGNS)).translate(_SIGNS)
    return _TWICE_UNDER.sub(r"\1", _RAISING.sub("", _with_power("".join(plain.split()))))


def _with_power(text: str) -> str:
    for pattern in (_POWER, _BRACKETS, _EXPONENT, _BARE, _BARE_TIMES):
        found = pattern.match(text)
        if found:
            return f"10*{int(found[1])}{text[found.end() :]}"
    return text
