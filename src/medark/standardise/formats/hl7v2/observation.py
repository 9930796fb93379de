"""OBX: results and findings, typed, with their own time, unit, range, flag and state"""

from __future__ import annotations

from medark.standardise.formats.hl7v2 import texts
from medark.standardise.formats.hl7v2.delimiters import NULL
from medark.standardise.formats.hl7v2.filing import file_answer, file_result
from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.hl7v2.values import IDENTIFYING, PLAIN, TEXT, TYPED, Value

# OBX-11 (HL7 table 0085): states in which there is no result, or none any more.
_NO_RESULT = {
    "D": "result deleted", "W": "result withdrawn as wrong", "X": "result can't be obtained",
    "N": "not asked for", "O": "order detail, no result", "I": "result pending",
}  # fmt: skip


def obx(unit: Unit, f: list[str]) -> None:
    """One OBX: a result for each repetition of its value, or a line of a text."""
    state, kind, raw = f[11], f[2], f[5]
    if kind == "NM" and raw and not raw.strip(unit.digits) and state not in _NO_RESULT:
        file_result(unit, f, raw, 0)  # nearly all: a number that is nothing but one
    elif state in _NO_RESULT:
        unit.issue("excluded", _NO_RESULT[state], "OBX-11")
    elif not raw or raw == NULL:
        if unit.document is None:  # in a document it is an empty line
            unit.issue("excluded", "no value", "OBX-5")
    elif kind in TEXT or (kind == "ST" and (unit.document is not None or len(raw) > texts.FINDING)):
        texts.line(unit, f)
    elif kind in PLAIN or kind in TYPED:
        _typed(unit, f)
    else:
        _untyped(unit, f)


def _typed(unit: Unit, f: list[str]) -> None:
    typed = TYPED.get(f[2])
    for each in unit.repetitions(f[5], "OBX-5"):
        value = typed(each, unit.reading) if typed else Value(unit.reading.text(each))
        if value != Value():
            file_answer(unit, f, value.value, value.answer)


def _untyped(unit: Unit, f: list[str]) -> None:
    if f[2] == "ED":
        texts.embedded(unit, f)
    elif f[2] == "RP":
        unit.issue("not_understood", "pointer to something kept elsewhere", "OBX-5")
    elif f[2] in IDENTIFYING:
        unit.issue("excluded", "a name, address or number is no result", "OBX-2")
    else:
        unit.issue("not_understood", "value type not known", "OBX-2")
