"""All that is looked for in a text, found in one pass: words of entities, parts that they are made of, cues"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import ahocorasick

from medark.standardise.notes.folding import folded
from medark.standardise.notes.nouns import Kind
from medark.standardise.notes.tables import rows, several, shipped_digest

LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_PLAIN_SHORT = frozenset(
    ("flu", "gout", "acne", "boil", "burn", "iron", "echo", "urea", "mass", "fall", "pain", "ache", "rash", "lump")
)
_ABBREVIATED = frozenset((Kind.DISEASE, Kind.DRUG, Kind.TEST, Kind.IMAGING, Kind.OPERATION))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of an entity. `is_short`: an abbreviation that in English counts only in capitals."""

    text: str
    kind: Kind
    name: str = ""
    code: str = ""
    concept_id: int = 0
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase that says how what stands near it is meant: see cues.csv."""

    says: str
    where: str


@dataclass(slots=True)
class Meanings:
    """All that one string may be."""

    words: list[Word] = field(default_factory=list)
    heads: list[Kind] = field(default_factory=list)
    is_alone: bool = False  # a last part that, after "seen" or "not seen", is a mention by itself
    modifies: set[str] = field(default_factory=set)
    endings: list[Kind] = field(default_factory=list)  # of Chinese words that are not known as a whole
    cue: Cue | None = None
    is_idle: bool = False  # an everyday word that has a part of the body in it: 口服 is no mouth


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the vocabulary at hand, to be looked for as well."""

    text: str
    kind: Kind
    concept_id: int


class Lexicon:
    """The shipped words with the names of a vocabulary. `digest` tells two apart that read differently."""

    def __init__(self, names: Iterable[Name] = ()) -> None:
        own = sorted(set(names), key=lambda name: (name.text, name.kind, name.concept_id))
        told = hashlib.sha256("\n".join(f"{n.text}\t{n.kind}\t{n.concept_id}" for n in own).encode())
        self.digest = shipped_digest() + (f"+{told.hexdigest()[:8]}" if own else "")
        self._meanings: list[Meanings] = []
        self._automaton = _automaton(_gathered(own), self._meanings)

    @staticmethod
    @cache
    def shipped() -> Lexicon:
        """Without any vocabulary."""
        return Lexicon()

    def found(self, text: str) -> Iterator[tuple[int, int, Meanings]]:
        """Start, end and meanings of every known string in a folded text; Latin ones only as whole words."""
        meanings, last = self._meanings, len(text)
        for at, (number, length) in self._automaton.iter(text):
            start, end = at - length + 1, at + 1
            if text[at] in LATIN and end < last and text[end] in LATIN:
                continue
            if text[start] in LATIN and start and text[start - 1] in LATIN:
                continue
            yield start, end, meanings[number]


def _gathered(names: Sequence[Name]) -> dict[str, Meanings]:
    found: dict[str, Meanings] = defaultdict(Meanings)
    for kind in Kind:
        for row in rows(f"lexicon/{kind}.csv"):
            chinese, english = several(row["zh"]), several(row["en"])
            is_one = bool(row["code"]) or len(chinese) < 2  # else words of one field, each a thing of its own
            for text in (*chinese, *english):
                own = text if text.isascii() else ""
                _add(found, text, kind, english[0] if english and is_one else own, row["code"])
    for name in names:
        _add_name(found, name)
    for row in rows("lexicon/head.csv"):
        found[folded(row["word"])].heads.append(Kind(row["kind"]))
        found[folded(row["word"])].is_alone |= bool(row["alone"])
    for row in rows("lexicon/modifier.csv"):
        for text in several(row["words"]):
            found[folded(text)].modifies.add(row["kinds"])
    for row in rows("lexicon/suffix.csv"):
        if row["language"] == "zh":
            found[folded(row["suffix"])].endings.append(Kind(row["kind"]))
    for row in rows("lexicon/idle.csv"):
        for text in several(row["words"]):
            found[folded(text)].is_idle = True
    for row in rows("cues.csv"):
        found[folded(row["phrase"])].cue = Cue(row["says"], row["where"])
    return found


def _add(found: dict[str, Meanings], text: str, kind: Kind, name: str, code: str = "", concept_id: int = 0) -> None:
    """The first that tells what a word is counts; a later one of the same kind only adds what was missing."""
    word = folded(text)
    is_short = kind in _ABBREVIATED and len(word) <= 4 and word.isascii() and word not in _PLAIN_SHORT
    meanings = found[word]
    for number, known in enumerate(meanings.words):
        if known.kind is kind:
            meanings.words[number] = Word(
                word, kind, known.name or name, known.code or code, known.concept_id or concept_id, is_short
            )
            return
    meanings.words.append(Word(word, kind, name, code, concept_id, is_short))


_SAME = {  # kinds that one domain of the vocabulary holds, as it is known first
    Kind.DISEASE: (Kind.DISEASE, Kind.SYMPTOM), Kind.OPERATION: (Kind.OPERATION, Kind.IMAGING),
    Kind.DRUG: (Kind.DRUG,), Kind.BODY: (Kind.BODY,),
}  # fmt: skip


def _add_name(found: dict[str, Meanings], name: Name) -> None:
    """A name of the vocabulary: what is known already gets its concept and stays what it is."""
    known = found[folded(name.text)].words
    kind = next((word.kind for word in known if word.kind in _SAME.get(name.kind, ())), name.kind)
    if not known or kind in {word.kind for word in known}:
        _add(found, name.text, kind, name.text, concept_id=name.concept_id)


def _automaton(gathered: dict[str, Meanings], meanings: list[Meanings]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for text, means in gathered.items():
        automaton.add_word(text, (len(meanings), len(text)))
        meanings.append(means)
    automaton.make_automaton()
    return automaton
