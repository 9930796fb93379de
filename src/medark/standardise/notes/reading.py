"""A note read: its sections, what it speaks of, and how each is meant"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from medark.standardise.notes.context import Sentence, contexts
from medark.standardise.notes.details import details
from medark.standardise.notes.finding import Found, find
from medark.standardise.notes.folding import folded, language_of, sentences
from medark.standardise.notes.lexicon import Lexicon
from medark.standardise.notes.nouns import Context, Kind, Mention, Reading, Section, Span
from medark.standardise.notes.sections import HEADER, diagnoses, sections


def read(written: str, lexicon: Lexicon | None = None, more: Iterable[Span] = ()) -> Reading:
    """What a note says. `more`: mentions that a model found in it; where they meet others, they count.

    >>> [(m.text, m.span.kind.value, m.context.is_negated) for m in read("无发热，咳嗽3天。").mentions]
    [('发热', 'symptom', True), ('咳嗽', 'symptom', False)]
    """
    text, language = folded(written), language_of(written)
    parts = sections(text, written)
    listed = [one for part in parts for one in diagnoses(text, part)] if language == "zh" else []
    found = find(text, written, language, lexicon or Lexicon.shipped(), more, listed)
    mentions: list[Mention] = []
    for section in parts:
        if section.key != HEADER:
            mentions += _of_section(text, written, language, found, section)
    return Reading(language, parts, tuple(mentions))


def _of_section(text: str, written: str, language: str, found: Found, section: Section) -> list[Mention]:
    mentions: list[Mention] = []
    for start, end in sentences(text, section.body, section.end):
        spans = _within(found.spans, start, end)
        if not spans:
            continue
        cues = found.cues[
            bisect_left(found.cues, start, key=lambda cue: cue[0]) : bisect_left(
                found.cues, end, key=lambda cue: cue[0]
            )
        ]
        nested = [one for one in found.nested if start <= one.start < end]
        meant = contexts(Sentence(text, start, end, language, spans, cues), section.key)
        for number, (span, context) in enumerate(zip(spans, meant, strict=True)):
            following = next((one.start for one in spans[number + 1 :] if one.kind in _ENDS[span.kind]), end)
            told = details(text, written, span, following, nested, section.key)
            said = _with_value(context, span, told)
            mentions.append(Mention(span, written[span.start : span.end], section.key, said, told))
    return mentions


def _with_value(context: Context, span: Span, told: dict[str, str]) -> Context:
    """A test with a value was made, whatever stands around it: negative is a result."""
    if span.kind is Kind.TEST and "value" in told:
        return Context(is_past=context.is_past, subject=context.subject)
    return context


def _within(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    first = bisect_left(spans, start, key=lambda span: span.start)
    last = bisect_left(spans, end, key=lambda span: span.start)
    return [span for span in spans[first:last] if span.end <= end]


_ANY = frozenset(Kind)
_ENDS = dict.fromkeys(Kind, _ANY) | {Kind.DRUG: frozenset((Kind.DRUG, Kind.OPERATION, Kind.DISEASE))}
