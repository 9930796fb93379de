"""What is read in a note: sections, mentions of entities, and how each is meant"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What kind of thing is spoken of."""

    DISEASE = "disease"
    SYMPTOM = "symptom"
    DRUG = "drug"
    TEST = "test"
    IMAGING = "imaging"
    BODY = "body"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a note under one heading: its key (sections.csv), where it begins with its heading, where it ends.

    `body` is where the text after the heading begins. Offsets count characters from 0.
    """

    key: str
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Span:
    """A mention before its context is known. `name` and `code`: what the lexicon calls it, "" where it does not."""

    start: int
    end: int
    kind: Kind
    name: str = ""
    code: str = ""
    concept_id: int = 0
    found_by: str = "words"  # or "pattern", or the name of a model

    @property
    def length(self) -> int:
        """Characters."""
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Do the two share a character?"""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Context:
    """How a mention is meant, after ConText (Harkema 2009, J Biomed Inform 42:839): four things, plainly stated."""

    is_negated: bool = False
    is_possible: bool = False
    is_past: bool = False
    is_hypothetical: bool = False  # spoken of as what may come, is looked for or is planned
    subject: str = "patient"  # or "family"

    @property
    def exists(self) -> bool:
        """Does the note say that the patient has or had it, if only possibly?"""
        return not (self.is_negated or self.is_hypothetical) and self.subject == "patient"


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity where it stands in a note, with its context.

    `details` by name: value, unit, flag of a test; dose, route, frequency of a drug; site of what is at a body part.
    """

    span: Span
    text: str
    section: str
    context: Context = Context()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a note says: its language ("zh" or "en"), sections and mentions in the order of the text."""

    language: str
    sections: tuple[Section, ...]
    mentions: tuple[Mention, ...]
