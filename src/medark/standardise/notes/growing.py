"""Chinese entities that no list holds: a last part that tells the kind, and what may stand before it"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from medark.standardise.notes.lexicon import Meanings
from medark.standardise.notes.nouns import Kind, Span

# What may stand before the last part of each kind: kinds of modifiers, and entities.
_BEFORE: Mapping[Kind, frozenset[str]] = {
    Kind.DISEASE: frozenset(("of disease", "of site", "of degree", "body", "disease", "head disease")),
    Kind.SYMPTOM: frozenset(("of symptom", "of site", "body")),
    Kind.OPERATION: frozenset(("of operation", "of site", "body", "disease", "head operation", "head disease")),
    Kind.IMAGING: frozenset(("of imaging", "of site", "body")),
    Kind.BODY: frozenset(("of site", "body")),
}
_IDLE = frozenset("上下内外前后中部区段周旁组管底缘、及+并大小轻重全半次颈体")  # begin no entity by themselves
_STOPS = frozenset(
    "予以给用对服及和加联合行入后前为了的等在于口静滴注射与或已再经未停改换共期含止始组次受药,、。:;；()（）“”\"' \n+"
)
_PLAIN = frozenset(("病", "症", "增强", "平扫", "造影"))  # by themselves, or after a disease, they say nothing
_LONGEST = 40  # characters of an entity
_UNKNOWN = 7  # characters of an unknown word before its ending


@dataclass(slots=True)
class Ends:
    """What ends where in a text: for each place the starts of what ends there, by role."""

    at: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    idle: dict[int, int] = field(default_factory=dict)  # each place within an everyday word, and where that ends

    def note(self, start: int, end: int, means: Meanings) -> None:
        """What a known string may be a part of."""
        if means.is_idle:
            self.idle.update(dict.fromkeys(range(start + 1, end), end))
        roles = [f"of {kind}" for kind in means.modifies]
        roles += [*(word.kind.value for word in means.words), *(f"head {kind}" for kind in means.heads)]
        if roles:
            self.at.setdefault(end, []).extend((start, role) for role in roles)


def grown(text: str, heads: Sequence[tuple[int, int, Kind]], ends: Ends) -> list[Span]:
    """Entities that end with a known last part, as far to the left as their parts go."""
    found = []
    for start, end, kind in heads:
        if text[start:end] in _PLAIN and any(role == "disease" for _, role in ends.at.get(start, ())):
            continue
        if ends.idle.get(end, end) > end:
            continue
        begins = _leftmost(text, start, end, _BEFORE[kind], ends)
        if begins < start and not _is_told(begins, start, ends):
            continue
        if begins < start or (kind is Kind.IMAGING and text[start:end] not in _PLAIN):
            found.append(Span(begins, end, kind, found_by="pattern"))
    return found


def ended(text: str, endings: Sequence[tuple[int, int, Kind]]) -> list[Span]:
    """Words that no list holds, told by their ending: 头孢替安 by none, 阿莫西林 by 西林."""
    found = []
    for start, end, kind in endings:
        at = start
        while at > 0 and start - at < _UNKNOWN and "\u3400" <= text[at - 1] <= "\u9fff" and text[at - 1] not in _STOPS:
            at -= 1
        if at < start:
            found.append(Span(at, end, kind, found_by="pattern"))
    return found


def _leftmost(text: str, start: int, end: int, allowed: frozenset[str], ends: Ends) -> int:
    at = start
    while end - at < _LONGEST:
        before = min((s for s, role in ends.at.get(at, ()) if role in allowed), default=at)
        if before == at:
            break
        at = before
    while at < start and text[at] in _IDLE and not _is_part(at, start, ends):
        at += 1
    return at


def _is_told(begins: int, start: int, ends: Ends) -> bool:
    """Does more stand before the last part than last parts of others, as in 癌转移?"""
    return any(
        s == begins and not role.startswith("head")
        for place in range(begins + 1, start + 1)
        for s, role in ends.at.get(place, ())
    )


def _is_part(at: int, start: int, ends: Ends) -> bool:
    """Does a body part or a longer modifier begin here?"""
    return any(
        s == at and (role in ("body", "disease", "of operation", "of disease") or place - s > 1)
        for place in range(at + 1, min(start, at + 8) + 1)
        for s, role in ends.at.get(place, ())
    )
