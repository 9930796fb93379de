"""What values of short lists stand for: sexes and visits in words of other languages, codes by a list beside them"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from medark.standardise.propose.draft.filled import Choice
from medark.standardise.propose.draft.parts import Line
from medark.standardise.propose.names import concepts
from medark.standardise.propose.profile import ColumnProfile

# Slots whose values may be codes that a list in another table explains.
LISTED = ("gender", "class_text", "race", "ethnicity", "admitted_from", "discharged_to", "drug.route", "drug.freq",
          "diag.status", "meas.flag", "note.class", "fee.category", "cov.payer")  # fmt: skip
_CODED = {"1": "M", "2": "F", "0": "U", "9": "U"}  # GB/T 2261.1
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


def meant(line: Line, choice: Choice, lists: Mapping[str, Line]) -> Line:
    """A line whose codes are told by a list, or whose words are told in words that are known downstream."""
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
    return line


def words_of(column: ColumnProfile, field: str) -> Mapping[str, str]:
    """The words of a column, as it writes them, and what they stand for; none, if all of them are known anyhow."""
    known = _WORDS.get(field, {})
    found = {value: known[value.lower()] for value, _ in column.top if value.lower() in known}
    return found if {value.lower() for value in found} - {"m", "f"} else {}


def values_of(choices: Mapping[str, Choice], written: str) -> dict[str, dict[str, str]]:
    """The lists of values that the expressions of a table, as written, call."""
    found: dict[str, dict[str, str]] = {}
    for field, name in _CALLED.items():
        if f"{name}(" in written and field in choices:
            found[name] = dict(words_of(choices[field].column, field)) or dict(_CODED)
    return found


def _is_chinese(column: ColumnProfile) -> bool:
    """No word of a language of Europe: a Chinese name, or its first letters. There 1 is a man by standard."""
    return not column.name.isascii() or not concepts(column.name)
