"""How a mention is meant: negated, only possible, past, looked for, or somebody else's; in Chinese and English

The method is ConText's (Chapman 2001, J Biomed Inform 34:301; Harkema 2009, J Biomed Inform 42:839): a cue has a
direction and a scope, which ends with the sentence, at a word that turns it, or at a comma after which something new
begins. The cues are ours: cues.csv.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from medark.standardise.notes.lexicon import Cue
from medark.standardise.notes.nouns import Context, Kind, Span

_FAR = {"zh": 45, "en": 90}  # characters that a cue reaches forward
_NEAR = {"zh": 14, "en": 45}  # and backward
_SOFT = re.compile(r"[,，]")
_LIST = re.compile(
    r"(?:[\s,，、/()及和或与等均的者]|and/or|\b(?:and|or|nor|any|other|significant|also|the|a|an|of|in)\b|不适|症状|病史|体征|"
    r"传染病|慢性病|慢性|史|病|等|明显|其他|特殊|任何|疾病|或者|以及|history)*"
)
_PAST_KINDS = frozenset((Kind.DISEASE, Kind.OPERATION, Kind.SYMPTOM))
_TURNS = {
    "end": frozenset(("negated", "possible", "past", "hypothetical")),
    "end_negation": frozenset(("negated",)),
    "end_family": frozenset(("family",)),
}
_PLANNED = frozenset((Kind.OPERATION, Kind.IMAGING, Kind.TEST))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a folded text with the mentions and cues in it, each in order."""

    text: str
    start: int
    end: int
    language: str
    spans: Sequence[Span]
    cues: Sequence[tuple[int, int, Cue]]


def contexts(sentence: Sentence, section: str) -> list[Context]:
    """The context of each mention of a sentence of such a section."""
    cues = [one for one in sentence.cues if not _is_inside(one, sentence.spans)]
    return [_context(set(_said(sentence, span, cues)), span, section) for span in sentence.spans]


def _context(said: set[str], span: Span, section: str) -> Context:
    is_past = "past" in said or (section in ("past", "surgeries") and span.kind in _PAST_KINDS)
    is_planned = "hypothetical" in said or (section == "plan" and span.kind in _PLANNED)
    is_family = "family" in said or section == "family"
    return Context(
        is_negated="negated" in said and "possible" not in said,
        is_possible="possible" in said,
        is_past=is_past and span.kind is not Kind.BODY,
        is_hypothetical=is_planned and "past" not in said,
        subject="family" if is_family else "patient",
    )


def _said(sentence: Sentence, span: Span, cues: Sequence[tuple[int, int, Cue]]) -> set[str]:
    """What the cues around a mention say of it."""
    said = set()
    for start, end, cue in cues:
        if cue.says == "none" or cue.where == "" or cue.says.startswith("end"):
            continue
        if end <= span.start:
            reaches = _forward(sentence, span, start, end, cue, cues)
        else:
            reaches = (
                _backward(sentence, span, start, cue, cues) if start >= span.end else _shares(span, start, end, cue)
            )
        if reaches:
            said.add(cue.says)
    return said


def _forward(
    sentence: Sentence, span: Span, start: int, end: int, cue: Cue, cues: Sequence[tuple[int, int, Cue]]
) -> bool:
    if cue.where == "touching":
        return end == span.start or (sentence.language == "en" and sentence.text[end : span.start] in (" ", "-"))
    if cue.where == "clause":
        return _is_alone(sentence, start) and "," not in sentence.text[end : span.start]
    if cue.where not in ("before", "either") or span.start - end > _FAR[sentence.language]:
        return False
    if sentence.text[start] == "?":
        return not sentence.text[end : span.start].strip()
    return not _is_turned(sentence, end, span.start, cue, cues) and _passes(sentence, end, span.start, cue)


def _backward(sentence: Sentence, span: Span, start: int, cue: Cue, cues: Sequence[tuple[int, int, Cue]]) -> bool:
    if cue.where == "touching_after":
        return start == span.end
    between = sentence.text[span.end : start]
    if (
        cue.where not in ("after", "either")
        or len(between) > _NEAR[sentence.language]
        or _is_turned(sentence, span.end, start, cue, cues)
    ):
        return False
    if sentence.text[start] == "?":
        return not between.strip()
    return "," not in between or _is_list(sentence, span.end, start)


def _shares(span: Span, start: int, end: int, cue: Cue) -> bool:
    """Do a mention and a cue after it share a letter, as 高血压病 and 病史 do?"""
    return span.start < start < span.end < end and cue.where in ("after", "either")


def _is_turned(sentence: Sentence, start: int, end: int, cue: Cue, cues: Sequence[tuple[int, int, Cue]]) -> bool:
    """Does a word stand between that ends what the cue says? "有" and the like do once something was said before."""
    for s, e, other in cues:
        is_between = start <= s and e <= end and cue.says in _TURNS.get(other.says, ())
        if is_between and (
            other.says == "end" or any(start <= span.start and span.end <= s for span in sentence.spans)
        ):
            return True
    return False


def _passes(sentence: Sentence, end: int, start: int, cue: Cue) -> bool:
    """Does a cue go on past the commas between it and a mention? Only along a list of mentions."""
    commas = [found.start() for found in _SOFT.finditer(sentence.text, end, start)]
    if not commas or cue.says == "family":
        return True
    next_comma = _SOFT.search(sentence.text, start, sentence.end)
    upto = next_comma.start() if next_comma else sentence.end
    return _is_list(sentence, commas[0], start) and _is_list(sentence, start, upto)


def _is_list(sentence: Sentence, start: int, end: int) -> bool:
    """Is a stretch nothing but mentions and what joins them?"""
    at = start
    first = bisect_left(sentence.spans, start, key=lambda span: span.start)
    last = bisect_right(sentence.spans, end, key=lambda span: span.start)
    for span in sentence.spans[first:last]:
        if not _LIST.fullmatch(sentence.text, at, min(span.start, end)):
            return False
        at = span.end
    return at >= end or _LIST.fullmatch(sentence.text, at, end) is not None


def _is_alone(sentence: Sentence, start: int) -> bool:
    return start == sentence.start or sentence.text[start - 1] in " ,，、:;；。其"


def _is_inside(cue: tuple[int, int, Cue], spans: Sequence[Span]) -> bool:
    """Is a cue a part of a mention, as 可能 is not but 不全 in 功能不全 is?"""
    at = bisect_right(spans, cue[0], key=lambda span: span.start) - 1
    return at >= 0 and spans[at].start <= cue[0] and cue[1] <= spans[at].end
