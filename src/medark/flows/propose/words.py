"""What kinds of tables, meanings of columns, and what speaks for them are called, in the reader's language"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from medark.messages import N_, _, spoken
from medark.standardise.propose.kinds import kinds
from medark.standardise.propose.names import Element, elements
from medark.standardise.propose.profile import ColumnProfile
from medark.standardise.propose.reading import Candidate
from medark.standardise.propose.slots import slot_of, slots

KINDS: Final[Mapping[str, str]] = {
    "patient": N_("patients"), "visit": N_("visits"), "stay": N_("stays in wards"), "diagnosis": N_("diagnoses"),
    "procedure": N_("procedures"), "drug": N_("drugs"), "lab": N_("results"), "note": N_("notes"),
    "exam": N_("examinations"), "fee": N_("charges"), "coverage": N_("insurance"), "allergy": N_("allergies"),
    "device": N_("devices"), "dept": N_("departments"), "staff": N_("staff"), "dictionary": N_("dictionary"),
    "other": N_("something else"),
}  # fmt: skip
FORMS: Final[Mapping[str, str]] = {
    "gender": N_("sex"), "yes_no": N_("yes and no"), "id_cn": N_("identity numbers"), "phone": N_("telephone numbers"),
    "name": N_("names of people"), "address": N_("addresses"), "prose": N_("long text"), "words": N_("words"),
    "iso_date": N_("dates"), "iso_time": N_("times"), "ymd": N_("dates"), "dmy": N_("dates"), "mdy": N_("dates"),
    "compact_date": N_("dates"), "compact_time": N_("times"), "epoch_s": N_("seconds since 1970"),
    "epoch_ms": N_("milliseconds since 1970"), "roc": N_("days of the Republic of China"),
    "integer": N_("whole numbers"), "decimal": N_("numbers"),
    "compared": N_("numbers with < or >"), "range": N_("ranges"), "unit": N_("units of measurement"), "icd10": "ICD-10",
    "icd10_cn": "ICD-10", "icd9": "ICD-9", "icd10_plain": "ICD-10", "icd9_proc": "ICD-9-CM-3", "loinc": "LOINC",
    "atc": "ATC", "snomed": "SNOMED CT", "ndc": "NDC", "uuid": "UUID", "code": N_("codes"), "route": N_("routes"),
    "frequency": N_("frequencies"), "flag": N_("marks"), "blood": N_("blood groups"), "nation": N_("ethnic groups"),
    "id_us": N_("identity numbers"), "outcome": N_("outcomes"), "uid": "UID", "icd9_plain": "ICD-9",
}  # fmt: skip
_NAMED: Final = ("wide:", "id:", "obs:")  # slots that say after a colon which one
_LEAST_SHARE: Final = 0.5  # of a form that is told
_LARGE: Final = 1e6  # numbers from here on are rather numbers of things
_GENERAL: Final = frozenset({"iso_date", "iso_time", "integer", "decimal", "words", "code"})


def kind_named(kind: str) -> str:
    """A kind of tables."""
    return _(KINDS.get(kind, kind))


def kind_choices() -> list[tuple[str, str]]:
    """All kinds, each with its words."""
    return [(kind, kind_named(kind)) for kind in kinds()]


def meaning(slot: str, kind: str, element: str = "") -> str:
    """What a column in a slot is: the words of the element that fills it in a table of a kind.

    >>> meaning("diag.code", "diagnosis")
    'Diagnosis code'
    """
    if not slot:
        return _("nothing is made of it")
    own = bare(slot)
    known = elements().get(element)
    told = known if known is not None and slot_of(element, kind) in (slot, own) else _fillers(kind).get(own)
    if told is None:
        return slot
    return _names()[told.name][spoken() == "zh"] or slot


def bare(slot: str) -> str:
    """A slot as a person names it, without how good a choice it is.

    >>> bare("row_key:3"), bare("id:NI")
    ('row_key', 'id:NI')
    """
    return slot if slot.startswith(_NAMED) else slot.partition(":")[0]


def meanings(kind: str) -> list[tuple[str, str]]:
    """Every slot that a person may name, with its words."""
    return sorted(((slot, meaning(slot, kind)) for slot in slots()), key=lambda one: one[1].casefold())


@cache
def _fillers(kind: str) -> Mapping[str, Element]:
    """Of each slot the element that says best what it is: one whose own it is in every table, else by the kind."""
    found: dict[str, Element] = {}
    for one in elements().values():
        for slot in filter(None, (one.slot, slot_of(one.name, kind))):
            own = bare(slot)
            if own not in found or (slot == own and own != found[own].slot):
                found[own] = one
    return found


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    """Of each element its English and its Chinese name."""
    text = files("medark.standardise.propose").joinpath("elements.csv").read_text("utf-8")
    return {row["element"]: (row["name_en"], row["name_zh"]) for row in csv.DictReader(text.splitlines())}


def reasons(one: Candidate) -> list[str]:
    """What speaks for a candidate."""
    told = []
    if one.exact:
        told.append(_("its name is known"))
    elif one.by:
        told.append(_("called like {name}", name=one.by))
    if one.tested:
        told.append(_("{share} of its values look so", share=f"{one.tested:.0%}"))
    return told


def values_in_words(column: ColumnProfile) -> str:
    """What a column's values look like: their form, spread or words; no value that tells of somebody."""
    if not column.known:
        return _("empty")
    parts = [_form(column)]
    if column.top:
        parts.append(", ".join(value for value, _n in column.top[:5]))
    elif column.years:
        parts.append(f"{column.years[0]} – {column.years[-1]}")
    elif column.numbers and not column.is_key and abs(column.numbers[-1]) < _LARGE:
        parts.append(" – ".join(f"{number:,.10g}" for number in (column.numbers[0], column.numbers[-1])))
    return ": ".join(part for part in parts if part)


def _form(column: ColumnProfile) -> str:
    if column.personal:
        return _(FORMS.get(column.personal, column.personal))
    told = ("integer", "decimal") if column.numbers else column.forms
    forms = {name: column.share(name) for name in told if column.share(name) >= _LEAST_SHARE}
    name = max(forms, key=lambda one: (one not in _GENERAL, forms[one]), default="")
    return _(FORMS.get(name, "")) if name in FORMS else ""
