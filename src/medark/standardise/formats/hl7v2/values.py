"""OBX-5 by its value type (OBX-2): numbers, codes, structured numbers, times, words"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from medark.standardise.formats.hl7v2.reading import Reading
from medark.standardise.formats.hl7v2.results import Answer

PLAIN = frozenset({"NM", "ST", "SI", "ID", "IS"})  # one component, as written
TEXT = frozenset({"TX", "FT"})
# Types whose values name or number a person, a place or a thing: never a result's value.
IDENTIFYING = frozenset({
    "PN", "XPN", "PPN", "CN", "XCN", "CX", "CK", "AD", "XAD", "TN", "XTN", "XON", "EI", "HD", "NDL", "JCC", "CCD", "PL",
    "SAD", "DLN",
})  # fmt: skip
_OPERATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "=": "=", "": None}


class Value(NamedTuple):
    """A value as text, where it is one number or word, and what else it is."""

    value: str | None = None
    answer: Answer | None = None


def structured(raw: str, reading: Reading) -> Value:
    """SN: comparator ^ number ^ separator or suffix ^ number.

    One number with its operator; a range, ratio or 2+ stays in words.
    """
    comparator, first, between, second = (reading.text(part) or "" for part in reading.components(raw, 4))
    if first and not between and not second and comparator in _OPERATORS:
        return Value(first, Answer(operator=_OPERATORS[comparator]))
    words = f"{comparator}{first}{between}{second}"
    return Value(None, Answer(value_text=words)) if words else Value()


def coded(raw: str, reading: Reading) -> Value:
    """CE, CWE, CNE, CF: a coded answer. A code without a system is a word."""
    answer = reading.coding(raw)
    if answer.code is None:
        return Value(answer.code_text)
    word = answer.code if answer.code_system is None else None
    return Value(word, Answer(answer.code, answer.code_system, answer.code_text))


def moment(raw: str, reading: Reading) -> Value:
    """DT, TM, TS, DTM, DR: a time as it was written; of a span its beginning."""
    return Value(reading.word(raw))


def amount(raw: str, reading: Reading) -> Value:
    """CQ, MO, CP: the quantity; its unit or currency stays in the raw record."""
    return Value(reading.word(raw))


TYPED: dict[str, Callable[[str, Reading], Value]] = {
    "SN": structured, "CE": coded, "CWE": coded, "CNE": coded, "CF": coded, "CM": coded, "DT": moment, "TM": moment,
    "TS": moment, "DTM": moment, "DR": moment, "CQ": amount, "MO": amount, "CP": amount,
}  # fmt: skip
MEASURED = frozenset({"NM", "SN", "CQ"})  # a number was measured, whatever the message
