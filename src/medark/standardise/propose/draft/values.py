"""What values of short lists stand for: by a person's word, by a list beside them, in words of other languages"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from medark.messages import N_
from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.draft.parts import KNOWN, SAID, Line, ValueMap, ValueRead, quoted
from medark.standardise.propose.draft.sets import FIELDS, meaning_of, meanings, word_for
from medark.standardise.propose.names import concepts, is_pinyin
from medark.standardise.propose.profile import ColumnProfile

# Slots whose values may be codes that a list in another table explains.
UNITS = ("meas.unit", "drug.dose_unit")
LISTED = ("gender", "class_text", "race", "ethnicity", "admitted_from", "discharged_to", "drug.route", "drug.freq",
          "diag.status", "meas.flag", "note.class", "fee.category", "cov.payer", *UNITS)  # fmt: skip
_CODED = {"1": "M", "2": "F", "0": "U", "9": "U"}  # GB/T 2261.1
_STANDARD = N_("by the standard GB/T 2261.1")
_MOSTLY = 0.9  # of the values
_NOT_SAID = 0.85  # how sure one may be that 1 is a man, where nobody's standard says so
_WORDS: Mapping[str, Mapping[str, str]] = {
    "gender": {
        "w": "F", "weiblich": "F", "femme": "F", "féminin": "F", "mujer": "F", "femenino": "F",
        "männlich": "M", "maennlich": "M", "homme": "M", "masculin": "M", "hombre": "M", "varón": "M",
        "masculino": "M", "m": "M", "f": "F",
    },
    "class_text": {
        "stationär": "inpatient", "vollstationär": "inpatient", "teilstationär": "inpatient", "ambulant": "outpatient",
        "notfall": "emergency", "hospitalisation": "inpatient", "hospitalisé": "inpatient", "externe": "outpatient",
        "consultation": "outpatient", "urgence": "emergency", "urgences": "emergency", "ingreso": "inpatient",
        "hospitalización": "inpatient", "ambulatorio": "outpatient", "consulta": "outpatient", "urgencias": "emergency",
    },
}  # fmt: skip
_CALLED = {"gender": "gender_word", "class_text": "visit_word"}
_MAIN = {"primary": ("1", "Y", "是", "true", "t", "J"), "secondary": ("0", "N", "否", "false", "f")}

Said = Mapping[str, Mapping[str, str]]  # of columns, of values, what people said that they mean
Lists = Mapping[str, tuple[str, Mapping[str, str]]]  # of columns, a list's name and what it calls their values


def meant(line: Line, choice: Choice, lists: Mapping[str, Line], said: Said) -> Line:
    """A line whose values are told by a person or a list, or whose words are told in words known downstream."""
    found = _by_list(line, choice, lists)
    told = _told(line.field, choice.column, said)
    if not told:
        return found
    is_whole = all(value in told for value, _ in choice.column.top)
    text = f"coalesce({_said_name(line.field)}({quoted(choice.column.name)}), {found.expression})"
    chance = choice.chance if is_whole else found.chance
    return replace(found, expression=text, chance=chance, why=(*found.why, "its values are said by a person"))


def _by_list(line: Line, choice: Choice, lists: Mapping[str, Line]) -> Line:
    listed = lists.get(choice.column.name)
    if listed is not None:
        text = f"coalesce({listed.expression}, {line.expression})"
        return replace(line, expression=text, why=(*line.why, *listed.why))
    if line.field == "gender" and choice.column.share("gender") < 0.5:
        chance = line.chance if _is_chinese(choice.column) else line.chance * _NOT_SAID
        return replace(line, expression=f"gender_word({line.expression})", chance=chance)
    if line.field in _WORDS and words_of(choice.column, line.field):
        text = f"coalesce({_CALLED[line.field]}({line.expression}), {line.expression})"
        return replace(line, expression=text)
    if is_main_flag(choice):
        return replace(line, expression=f"coalesce(main_flag({line.expression}), {line.expression})")
    return line


def is_main_flag(choice: Choice) -> bool:
    """Does a yes say that a diagnosis is the main one?"""
    return choice.candidate.element == "main_diag_flag" and choice.column.share("yes_no") >= _MOSTLY


def _told(field: str, column: ColumnProfile, said: Said) -> dict[str, str]:
    """What people said of the values of a column, in words that are known downstream."""
    known = meanings(field)
    told = said.get(column.name, {})
    return {value: word_for(field, means) for value, means in told.items() if means in known}


def _said_name(field: str) -> str:
    return f"said_{field}"


def words_of(column: ColumnProfile, field: str) -> Mapping[str, str]:
    """The words of a column, as it writes them, and what they stand for; none, if all of them are known anyhow."""
    known = _WORDS.get(field, {})
    found = {value: known[value.lower()] for value, _ in column.top if value.lower() in known}
    return found if {value.lower() for value in found} - {"m", "f"} else {}


def values_of(choices: Mapping[str, Choice], written: str, said: Said) -> dict[str, dict[str, str]]:
    """The lists of values that the expressions of a table, as written, call."""
    found: dict[str, dict[str, str]] = {}
    for field, name in _CALLED.items():
        if f"{name}(" in written and field in choices:
            found[name] = dict(words_of(choices[field].column, field)) or dict(_CODED)
    if "main_flag(" in written:
        found["main_flag"] = {value: means for means, values in _MAIN.items() for value in values}
    for slot, field in FIELDS.items():
        if f"{_said_name(field)}(" in written and slot in choices:
            found[_said_name(field)] = _told(field, choices[slot].column, said)
    return found


def read_of(choices: Mapping[str, Choice], used: frozenset[str], said: Said, lists: Lists) -> list[ValueMap]:
    """What the values of short lists are read as, for people. `used`: the columns that are read."""
    found = []
    for slot, field in FIELDS.items():
        choice = choices.get(slot)
        if choice is None or choice.column.name not in used or not choice.column.top:
            continue
        told = said.get(choice.column.name, {})
        name, listed = lists.get(choice.column.name, ("", {}))
        values = tuple(_read(field, choice, one, rows, told, (name, listed)) for one, rows in choice.column.top)
        others = choice.column.known - sum(rows for _, rows in choice.column.top)
        found.append(ValueMap(choice.column.name, field, values, others))
    return found


def _read(
    field: str, choice: Choice, value: str, rows: int, told: Mapping[str, str], listed: tuple[str, Mapping[str, str]]
) -> ValueRead:
    if told.get(value) in meanings(field):
        return ValueRead(value, rows, told[value], SAID)
    name, calls = listed
    if word := calls.get(value):
        return ValueRead(value, rows, meaning_of(field, word), f"{word} ({name})")
    word = words_of(choice.column, field).get(value, value)
    if field == "gender" and choice.column.share("gender") < 0.5:
        return ValueRead(value, rows, meaning_of(field, _CODED.get(value, "")), _STANDARD)
    if is_main_flag(choice):
        word = next((means for means, values in _MAIN.items() if value in values), value)
    means = meaning_of(field, word)
    return ValueRead(value, rows, means, KNOWN if means else "")


def _is_chinese(column: ColumnProfile) -> bool:
    """No word of a language of Europe: a Chinese name, pinyin, or first letters. There 1 is a man by standard."""
    return not column.name.isascii() or not concepts(column.name) or is_pinyin(column.name)
