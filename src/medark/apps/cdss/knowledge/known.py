"""Everything that is known, ready to be asked: entries by id, a library to search, a graph to follow"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from medark.analyse.knowledge import Document, Edge, Graph, Hit, Library, Node, folded

from .entry import Entry
from .facts import Diagnosis, Recommendation, synonyms

_LANGUAGES = ("en", "zh")


class Knowledge:
    """Entries, found and followed. Of two with one id the first counts."""

    def __init__(
        self, entries: Iterable[Entry], diagnoses: Iterable[Diagnosis], recommendations: Iterable[Recommendation]
    ) -> None:
        self.entries: dict[str, Entry] = {}
        for one in entries:
            self.entries.setdefault(one.id, one)
        self.diagnoses = tuple(diagnoses)
        self.recommendations = tuple(recommendations)
        self._synonyms = (*synonyms(), *_names_of(self.entries.values()))

    @cached_property
    def graph(self) -> Graph:
        """Entries as nodes, what they lead to as edges."""
        nodes = (Node(one.id, one.kind, one.names) for one in self.entries.values())
        return Graph(nodes, _edges(self.entries))

    @cached_property
    def library(self) -> Library:
        """Entries as documents, in both languages; a rule about a group of drugs names each of them."""
        return Library([self._document(one) for one in self.entries.values()], self._synonyms)

    @cached_property
    def drugs(self) -> Mapping[str, str]:
        """The id of a drug by each of its names, folded; the longest names first."""
        told = {
            folded(name): one.id
            for one in self.entries.values()
            if one.kind == "drug"
            for name in (*one.names.values(), *one.synonyms)
        }
        return dict(sorted(told.items(), key=lambda item: (-len(item[0]), item[0])))

    def search(self, asked: str, most: int = 20, kinds: tuple[str, ...] = ()) -> list[tuple[Entry, Hit]]:
        """The entries that answer a question, best first."""
        return [(self.entries[hit.document.id], hit) for hit in self.library.search(asked, most, kinds)]

    def drugs_in(self, text: str) -> tuple[str, ...]:
        """The drugs whose names stand in a text: 马来酸依那普利片 holds 依那普利."""
        left, found = folded(text), list[str]()
        for name, drug in self.drugs.items():
            if name in left:
                found.append(drug)
                left = left.replace(name, " ")
        return tuple(dict.fromkeys(found))

    def _document(self, one: Entry) -> Document:
        members = self._members(one) if one.kind == "rule" else ()
        text = " ".join((*one.text.values(), one.source, *members))
        names = () if one.kind == "source" else tuple(dict.fromkeys((*one.names.values(), *one.synonyms)))
        return Document(one.id, names, text, one.kind)

    def _members(self, one: Entry) -> Iterator[str]:
        """The names of the drugs of the groups that a rule is about."""
        for link in one.links:
            if link.other.startswith("group:"):
                for edge in self.graph.at(link.other):
                    if edge.relation == "is_one_of":
                        yield from self.entries[edge.start].names.values()


def _edges(entries: Mapping[str, Entry]) -> Iterator[Edge]:
    for one in entries.values():
        for link in one.links:
            start, end = (link.other, one.id) if link.is_turned else (one.id, link.other)
            yield Edge(start, link.relation, end, one.source)


def _names_of(entries: Iterable[Entry]) -> Iterator[tuple[str, ...]]:
    """The names of one thing mean the same; those of a rule are sentences."""
    for one in entries:
        if one.kind in ("disease", "drug", "group", "test", "symptom"):
            yield tuple(dict.fromkeys((*one.names.values(), *one.synonyms)))
