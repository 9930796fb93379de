"""Models that find mentions as well: what one must be, and which there are

A package names one in the entry points "medark.notes": a function of one text (what the setting `notes.model` says
after the colon: a path, a package) that gives a Finder. Sections, context, values and concepts stay ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import entry_points
from typing import Final, NamedTuple, Protocol

from medark.errors import SettingsError
from medark.standardise.notes.nouns import Kind, Span

GROUP: Final = "medark.notes"


class Found(NamedTuple):
    """A mention: its first character, the one after its last, its kind. `name`: what it is called in the vocabulary."""

    start: int
    end: int
    kind: Kind
    name: str = ""


class Finder(Protocol):
    """What finds mentions in texts."""

    name: str
    version: str  # another version reads every note again

    def find(self, texts: Sequence[str]) -> Iterable[Sequence[Found]]:
        """The mentions of each text, in the order of the texts; none may overlap another."""
        ...


def finder_of(setting: str) -> Finder | None:
    """The model that the setting `notes.model` names, as NAME or NAME:WHAT; None where it names none.

    SettingsError if no installed package has one of this name.
    """
    if not setting:
        return None
    name, _, what = setting.partition(":")
    known = {point.name: point for point in entry_points(group=GROUP)}
    if name not in known:
        raise SettingsError(
            "no installed package has a model of this name", fix=", ".join(sorted(known)) or "spacy", model=name
        )
    made: Callable[[str], Finder] = known[name].load()
    return made(what)


def as_spans(found: Iterable[Found], finder: Finder) -> list[Span]:
    """A model's mentions as spans; those that overlap one before them are left out."""
    spans: list[Span] = []
    last = 0
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if one.start >= last and one.end > one.start:
            spans.append(Span(one.start, one.end, Kind(one.kind), one.name, found_by=finder.name))
            last = one.end
    return spans
