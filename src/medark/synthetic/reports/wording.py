"""Values as words in Chinese or English: names of keys, days, ages, numbers; and phrases chosen by chance"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.facts import rows as fact_rows
from medark.synthetic.reports.said import Said, filled, plain

DATES = {"zh": "%Y年%m月%d日", "en": "%Y-%m-%d"}


@cache
def names(fact: str, language: str) -> Mapping[str, str]:
    """What the keys of a fact table are called."""
    return {row["key"]: row[f"name_{language}"] for row in fact_rows(fact)}


def called(keys: pa.ChunkedArray | pa.Array, fact: str, language: str) -> pa.Array:
    """A column of keys as names; a key that the facts do not know stays as it is."""
    known = names(fact, language)
    held = _dictionary(keys)
    words = [known.get(key, key.replace("_", " ")) for key in held.dictionary.to_pylist()]
    return pc.fill_null(pa.array(words, pa.string()).take(held.indices), "")


def unit(ucum: str, language: str) -> str:
    """A unit of UCUM as doctors write it.

    >>> unit("10*9/L", "zh"), unit("umol/L", "zh"), unit("{puff}", "en"), unit("[pH]", "zh")
    ('×10^9/L', 'μmol/L', ' puff', '')
    """
    said = _UNITS.get(ucum, (ucum, ucum))[language == "en"]
    return said.replace("10*", "×10^").replace("[Hg]", "Hg").replace("[IU]", "IU").replace("[HPF]", "HP")


def from_table(words: Sequence[str], places: Ints) -> Said:
    """Words at these places of a list; none at -1."""
    return plain(pa.array(["", *words], pa.string()).take(pa.array(places + 1)))


def days(when: np.ndarray, form: str) -> pa.Array:
    """Days or times in the form of strftime: each day is written once."""
    numbers = when.astype("datetime64[D]").astype(np.int64)
    first, last = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    table = pa.array(np.arange(first, last + 1).astype("datetime64[D]"), pa.date32())
    return pc.strftime(table.cast(pa.timestamp("s")), format=form).take(pa.array(numbers - first))


def clock(when: np.ndarray) -> pa.Array:
    """Times as HH:MM."""
    minutes = (when - when.astype("datetime64[D]")).astype("timedelta64[m]").astype(np.int64)
    return _CLOCK.take(pa.array(minutes))


def whole(values: np.ndarray) -> pa.Array:
    """Whole numbers as text."""
    return pa.array(values.astype(np.int64)).cast(pa.string())


def decimal(values: np.ndarray, decimals: int) -> pa.Array:
    """Numbers with so many decimals; NaN is an error."""
    scaled = np.rint(values * 10**decimals).astype(np.int64)
    if decimals == 0:
        return pa.array(scaled).cast(pa.string())
    digits = pc.utf8_lpad(pa.array(np.abs(scaled)).cast(pa.string()), decimals + 1, "0")
    parts = pc.utf8_slice_codeunits(digits, 0, -decimals), pc.utf8_slice_codeunits(digits, -decimals, None)
    unsigned = pc.binary_join_element_wise(*parts, ".")
    return (
        pc.binary_join_element_wise(pc.if_else(pa.array(scaled < 0), "-", ""), unsigned, "")
        if (scaled < 0).any()
        else unsigned
    )


def ages(birth: np.ndarray, on: np.ndarray) -> Ints:
    """Completed years."""
    born, then = birth.astype("datetime64[D]"), on.astype("datetime64[D]")
    born_month, then_month = born.astype("datetime64[M]"), then.astype("datetime64[M]")
    months = (then_month - born_month).astype(np.int64)
    return np.asarray(np.maximum(0, (months - ((then - then_month) < (born - born_month))) // 12), dtype=np.int64)


@cache
def phrases(part: str, language: str) -> tuple[str, ...]:
    """The ways of saying a part of a note; English ones with the space after them."""
    after = " " if language == "en" else ""
    return tuple(
        row["text"] + after for row in fact_rows("note_phrases") if (row["part"], row["language"]) == (part, language)
    )


def chosen(
    chance: np.random.Generator, templates: Sequence[str], columns: Mapping[str, Said], rows: Ints
) -> list[tuple[Ints, Said]]:
    """One of the templates, filled, for each of these rows: rows and their texts, to be scattered."""
    picked = chance.integers(len(templates), size=len(rows)) if len(templates) > 1 else np.zeros(len(rows))
    groups = [(rows[picked == at], template) for at, template in enumerate(templates)]
    return [(some, filled(template, columns, some)) for some, template in groups if len(some)]


def _dictionary(keys: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    held = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
    return held if isinstance(held, pa.DictionaryArray) else held.dictionary_encode()


_UNITS = {  # Chinese, English
    "1": ("", ""), "[pH]": ("", ""), "{puff}": ("吸", " puff"), "{drop}": ("滴", " drop"), "[iU]": ("IU", " IU"),
    "ug": ("μg", "μg"), "umol/L": ("μmol/L", "μmol/L"), "ug/L": ("μg/L", "μg/L"), "[arb'U]/mL": ("U/mL", "U/mL"),
    "mg/L{FEU}": ("mg/L FEU", "mg/L FEU"),
}  # fmt: skip
_CLOCK = pa.array([f"{minute // 60:02}:{minute % 60:02}" for minute in range(1440)])
