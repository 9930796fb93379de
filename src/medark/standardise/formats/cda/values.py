"""Coded and measured values (CD, PQ, IVL_PQ, ST, INT, RTO …) as columns of an event"""

from __future__ import annotations

from typing import NamedTuple

from medark.standardise.formats.cda.narrative import Passages
from medark.standardise.formats.cda.parse import Element, data_type

Columns = dict[str, str | None]

_CODED = frozenset({"CD", "CE", "CO", "CV", "CS"})
_TEXT = 1000  # characters of a free-text answer that are kept as a value; the narrative has all of it


class Coding(NamedTuple):
    """A code of a system (an OID) and the words the document has for it."""

    code: str
    system: str | None
    text: str | None


class Concept(NamedTuple):
    """One idea: its codings, best first (the code itself, then its translations), and its words."""

    codings: tuple[Coding, ...]
    text: str | None

    @property
    def main(self) -> Coding | None:
        return self.codings[0] if self.codings else None

    @property
    def said(self) -> bool:
        return bool(self.codings or self.text)

    def columns(self) -> Columns:
        """code … alt2_system of an event."""
        main, alt, alt2 = (*self.codings[:3], None, None, None)[:3]
        return {
            "code": main and main.code,
            "code_system": main and main.system,
            "code_text": (main and main.text) or self.text,
            "alt_code": alt and alt.code,
            "alt_system": alt and alt.system,
            "alt2_code": alt2 and alt2.code,
            "alt2_system": alt2 and alt2.system,
        }


NOTHING = Concept((), None)


def concept(element: Element | None, passages: Passages) -> Concept:
    """A CD or CE element, its translations and its original text (resolved into the narrative)."""
    if element is None:
        return NOTHING
    found = [_coding(e) for e in (element, *element.findall("translation"))]
    words = passages.text(element.find("originalText"))
    text = element.get("displayName") or words
    if text is None and element.get("code") is None:
        text = next((coding.text for coding in found if coding and coding.text), None)
    return Concept(tuple(coding for coding in found if coding), text)


def _coding(element: Element) -> Coding | None:
    code = (element.get("code") or "").strip()
    return Coding(code, element.get("codeSystem"), element.get("displayName")) if code else None


def is_assertion(code: Concept) -> bool:
    """ActCode ASSERTION: the value is the statement; so too when there is no code at all."""
    return code.main is None or code.main.code == "ASSERTION"


def answer(value: Element | None, passages: Passages) -> Columns:
    """value … unit of an event. Numbers stay the text they were; null flavors say nothing."""
    if value is None:
        return {}
    kind = data_type(value)
    if kind == "PQ" or (not kind and value.get("unit")):
        return _quantity(value, passages)
    if kind in _CODED or (not kind and value.get("code")):
        return _coded(value, passages)
    if kind == "IVL_PQ":
        return _interval(value)
    if kind in ("RTO", "RTO_PQ_PQ"):
        return _ratio(value)
    if value.get("value") is not None:  # INT, REAL, BL, TS, MO
        return {"value": value.get("value"), "unit": value.get("unit") or value.get("currency")}
    words = passages.text(value)
    return {"value": words[:_TEXT]} if words and value.get("representation") != "B64" else {}


def _quantity(value: Element, passages: Passages) -> Columns:
    translation = value.find("translation")
    if value.get("value") is not None:
        unit = value.get("unit")
        if unit is None and translation is not None:
            unit = _unit_of(translation, passages)
        return {"value": value.get("value"), "unit": unit}
    if translation is not None and translation.get("value") is not None:
        return {"value": translation.get("value"), "unit": _unit_of(translation, passages)}
    return {}


def _unit_of(translation: Element, passages: Passages) -> str | None:
    return translation.get("code") or passages.text(translation.find("originalText")) or translation.get("displayName")


def _coded(value: Element, passages: Passages) -> Columns:
    idea = concept(value, passages)
    main = idea.main
    if main is None:
        return {"value": idea.text[:_TEXT]} if idea.text else {}
    return {"value_code": main.code, "value_system": main.system, "value_text": main.text or idea.text}


def _interval(value: Element) -> Columns:
    """`> 5` when only low is given, `<= 5` when only an inclusive high is, `3-5` when both are."""
    low, high = _end(value, "low"), _end(value, "high")
    if low is not None and high is not None:
        unit = low.get("unit") or high.get("unit")
        return {"value": f"{low.get('value')}-{high.get('value')}", "unit": unit}
    end = low if low is not None else high
    if end is None:
        return {}
    sign = (">" if low is not None else "<") + ("=" if end.get("inclusive", "true") != "false" else "")
    return {"value": end.get("value"), "operator": sign, "unit": end.get("unit")}


def _end(value: Element, name: str) -> Element | None:
    end = value.find(name)
    return end if end is not None and end.get("value") is not None else None


def _ratio(value: Element) -> Columns:
    above, below = value.find("numerator"), value.find("denominator")
    if above is None or below is None or above.get("value") is None or below.get("value") is None:
        return {}
    units = "/".join(unit for unit in (above.get("unit"), below.get("unit")) if unit)
    return {"value": f"{above.get('value')}:{below.get('value')}", "unit": units or None}
