"""OBX: results and findings, typed, with their own time, unit, range, flag and state"""

from __future__ import annotations

from medark.standardise.formats.hl7v2 import texts
from medark.standardise.formats.hl7v2.delimiters import NULL
from medark.standardise.formats.hl7v2.filing import file_answer, file_result
from medark.standardise.formats.hl7v2.reading import REPETITIONS
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
    if state in _NO_RESULT:
        unit.issue("excluded", _NO_RESULT[state], "OBX-11")
    elif not raw or raw == NULL:
        unit.issue("excluded", "no value", "OBX-5")
    elif kind in TEXT or (kind == "ST" and unit.document is not None):
        texts.line(unit, f)
    elif kind in PLAIN and unit.reading.is_plain(raw):
        file_result(unit, f, raw.strip() or None, 0)
    elif kind in PLAIN or kind in TYPED:
        _typed(unit, f)
    else:
        _untyped(unit, f)


def _typed(unit: Unit, f: list[str]) -> None:
    repetitions = unit.reading.repetitions(f[5])
    if len(repetitions) > REPETITIONS:
        unit.issue("quarantined", "too many repetitions", "OBX-5")
        return
    typed = TYPED.get(f[2])
    for each in repetitions:
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
