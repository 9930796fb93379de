"""What people call units, numbers and powers of ten: `word.csv`, and every prefix before the units that take one"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

# In small letters, as they are compared; none of them is a prefix of a volume that anybody fills.
_PREFIXES: Final = MappingProxyType(
    {"": "", "k": "k", "h": "h", "d": "d", "c": "c", "m": "m", "u": "u", "n": "n", "p": "p", "f": "f", "mc": "u"}
)
_BASES: Final = MappingProxyType({
    "g": "g", "l": "L", "mol": "mol", "m": "m", "s": "s", "eq": "eq", "osm": "osm", "iu": "[IU]", "[iu]": "[IU]",
    "u": "U", "[u]": "U", "kat": "kat", "pa": "Pa", "j": "J", "w": "W", "v": "V", "hz": "Hz", "bq": "Bq", "cal": "cal",
    "gy": "Gy", "ohm": "Ohm",
})  # fmt: skip
_ALONE: Final = MappingProxyType({"h": "h", "d": "d", "min": "min", "wk": "wk", "mo": "mo", "%": "%"})


@cache
def words() -> Mapping[str, str]:
    """UCUM by word, in small letters and without spaces; what only counts (个, cells) is "1".

    >>> words()["毫克"], words()["miu"], words()["cells"]
    ('mg', 'm[IU]', '1')
    """
    made = {p + b: prefix + base for p, prefix in _PREFIXES.items() for b, base in _BASES.items()}
    # A mcg is no milli-centigram, a min no milli-inch, and 10 d are days.
    return MappingProxyType({**made, **_ALONE, **_rows("unit"), **_rows("count")})


@cache
def powers() -> Mapping[str, str]:
    """Powers of ten by word: thou, 万, Mio."""
    return MappingProxyType(_rows("power"))


@cache
def cased() -> Mapping[str, tuple[str, ...]]:
    """Whole units in which capital letters decide, likeliest first: G/L is giga per litre, or gram."""
    return MappingProxyType({word: tuple(codes.split("|")) for word, codes in _rows("cased").items()})


def _rows(kind: str) -> dict[str, str]:
    text = files("medark.standardise.units").joinpath("word.csv").read_text(encoding="utf-8")
    return {row["word"]: row["ucum"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind}
