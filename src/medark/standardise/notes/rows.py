"""What was read in notes as rows: one a mention, ready for OMOP's note_nlp but for its concepts"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import pyarrow as pa

from medark.standardise.notes.nouns import Context, Mention, Reading

SYSTEM: Final = "medark notes"  # how nlp_system of our rows begins
_AROUND = 60  # characters of a sentence to each side of a mention
_LONGEST = 250
_BREAK = re.compile(r"[。；;!！?？\n\r\t　|]|\.\s|\s{2,}")  # gaps too: names and numbers stand after them
_NUMBER = re.compile(r"[\d０-９][\d０-９Xx -]{5,}[\d０-９Xx]")  # a phone or identity number, not a result
_NAMES: Final = {
    "value": "Value", "unit": "Unit", "flag": "Flag", "dose": "Dose", "route": "Route", "frequency": "Frequency",
    "site": "Site", "allergy": "Allergy",
}  # fmt: skip


class MentionRow(NamedTuple):
    """A row of the relation `note_mention`, without the note that it is of."""

    start: int
    kind: str
    name: str
    code: str
    concept_id: int
    section: str
    snippet: str
    lexical_variant: str
    term_exists: str
    term_temporal: str
    term_modifiers: str


SCHEMA: Final = pa.schema(
    [(name, pa.int64() if name in ("start", "concept_id") else pa.string()) for name in MentionRow._fields]
)


def mention_rows(reading: Reading, written: str) -> Iterator[MentionRow]:
    """The mentions of a note as rows."""
    for one in reading.mentions:
        span = one.span
        yield MentionRow(
            span.start,
            span.kind.value,
            span.name,
            span.code,
            span.concept_id,
            one.section,
            snippet(written, span.start, span.end),
            one.text[:_LONGEST],
            "Y" if one.context.exists and "allergy" not in one.details else "N",
            temporal(one.context),
            modifiers(one),
        )


def snippet(written: str, start: int, end: int) -> str:
    """The sentence around a mention, as far as it fits; numbers of phones and people are struck out.

    >>> snippet("神清。发热3天，联系电话13800001111。", 3, 5)
    '发热3天，联系电话***'
    """
    low, high = max(0, start - _AROUND), min(len(written), end + _AROUND, start + _LONGEST)
    before = [found.end() for found in _BREAK.finditer(written, low, start)]
    after = _BREAK.search(written, end, high)
    said = written[before[-1] if before else low : after.start() if after else high]
    return _NUMBER.sub("***", said).strip()[:_LONGEST]


def temporal(context: Context) -> str:
    """When: future of what is looked for or planned, past, else present."""
    return "future" if context.is_hypothetical else "past" if context.is_past else "present"


def modifiers(mention: Mention) -> str:
    """What OMOP keeps in one column, as NAME=VALUE;NAME=VALUE: the kind, then what differs from a plain mention."""
    context = mention.context
    told = {"Kind": mention.span.kind.value}
    told |= {"Negation": "true"} if context.is_negated else {}
    told |= {"Certainty": "possible"} if context.is_possible else {}
    told |= {"Conditional": "true"} if context.is_hypothetical else {}
    told |= {"Subject": context.subject} if context.subject != "patient" else {}
    told |= {_NAMES[name]: value.replace(";", ",") for name, value in mention.details.items()}
    return ";".join(f"{name}={value}" for name, value in told.items())[:2000]
