"""What an encounter is called and classed as, in the header and in entries alike"""

from __future__ import annotations

from medark.model.source import Source
from medark.standardise.formats.cda.identifiers import identifiers
from medark.standardise.formats.cda.parse import Element

ACT_CODE = "2.16.840.1.113883.5.4"


def visit_class(encounter: Element) -> dict[str, str | None]:
    """class_code, class_system and class_text: an ActCode (AMB, IMP …) if there is one, else the code as given."""
    code = encounter.find("code")
    if code is None:
        return {}
    codings = [e for e in (code, *code.findall("translation")) if e.get("code")]
    best = next((e for e in codings if e.get("codeSystem") == ACT_CODE), codings[0] if codings else None)
    if best is None:
        return {"class_text": code.get("displayName")}
    return {
        "class_code": best.get("code"),
        "class_system": best.get("codeSystem"),
        "class_text": best.get("displayName"),
    }


def visit_key(encounter: Element, person_key: str, source: Source) -> str | None:
    """The encounter's key: bare if the source calls its authority its own, else within its person."""
    found = identifiers(encounter.findall("id"))
    if not found:
        return None
    key = found[0].key(source)
    return key if key == found[0].extension else f"{person_key}|{key}"
