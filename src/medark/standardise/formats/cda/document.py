"""What the entries of a document share: whose it is, when it was said, in which visit, and its narrative"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from medark.model.source import Source
from medark.standardise.formats.cda.identifiers import first_key, identifiers
from medark.standardise.formats.cda.narrative import Passages
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.sections import SectionRule
from medark.standardise.formats.cda.times import moment
from medark.standardise.formats.cda.unit import Unit
from medark.standardise.formats.cda.values import Coding


@dataclass(frozen=True, slots=True)
class Visit:
    """The encounter that a document belongs to."""

    key: str
    start: str | None
    end: str | None

    def holds(self, time: str | None) -> bool:
        """True when a time falls in the visit, by the day; a visit without both ends holds only its first day."""
        if time is None or self.start is None or len(time) < 10:
            return False
        return self.start[:10] <= time[:10] <= (self.end or self.start)[:10]


@dataclass(frozen=True, slots=True)
class Document:
    """One clinical document. `key` is its id; `time` when it was written."""

    key: str
    person_key: str
    source: Source
    passages: Passages = field(repr=False)
    time: str | None = None
    visit: Visit | None = None
    provider_key: str | None = None
    language: str | None = None
    note_type: str = "ehr_note"
    keys: Counter[str] = field(default_factory=Counter, repr=False)  # event keys given so far

    def unique(self, key: str) -> str:
        """The key, marked when it was given before in this document: ids are copied carelessly in practice."""
        self.keys[key] += 1
        return key if self.keys[key] == 1 else f"{key}|{self.keys[key]}"


@dataclass(frozen=True, slots=True)
class Here:
    """Where a clinical statement stands: what it takes from what surrounds it."""

    document: Document
    rule: SectionRule
    unit: Unit
    place: str
    depth: int = 0
    group: str | None = None  # event_key of the organizer it is a member of
    since: str | None = None  # when the concern or organizer around it began
    visit_key: str | None = None

    def within(self, statement: Element, **changes: object) -> Here:
        """One step down, into a part of this statement."""
        return replace(self, depth=self.depth + 1, place=f"{self.place}/{statement.tag}", **changes)  # type: ignore[arg-type]


def own_key(statement: Element, here: Here, coding: Coding | None, start: str | None) -> str:
    """An event_key that stays the same when the document, or a later one that repeats the entry, arrives again.

    The entry's own id with what it says: many systems copy one id to unlike entries, and none may be lost to that.
    An entry without an id is known by its document and its place there.
    """
    document, found = here.document, identifiers(statement.findall("id"))
    if not found:
        return document.unique(f"{document.key}|{here.unit.row_no}|{coding.code if coding else ''}|{start or ''}")
    identity = f"{found[0].root}^{found[0].extension}"
    return document.unique(f"{document.person_key}|{identity}|{coding.code if coding else ''}|{start or ''}")


def visit_of(here: Here, start: str | None) -> str | None:
    """The visit around the entry; else the document's, if the entry happened in it."""
    visit = here.document.visit
    return here.visit_key or (visit.key if visit is not None and visit.holds(start) else None)


def recorded(statement: Element) -> str | None:
    """When the statement was written down, by its author."""
    return moment(statement.find("author/time"))


def performer(statement: Element, here: Here) -> str | None:
    """The key of who did it, else of who wrote it down."""
    for path in ("performer/assignedEntity", "author/assignedAuthor"):
        if (key := first_key(statement.find(path), here.document.source)) is not None:
            return key
    return None
