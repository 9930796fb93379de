"""What speaks for and against a concept being what a term means, each as a number between -1 and 1

| evidence | says |
|---|---|
| `told` | which share of the term's words the concept's name has, rare words counting more |
| `meant` | which share of the words of what the concept measures the term has |
| `letters` | how alike the two are letter by letter, three at a time |
| `equal` | 1: one of the concept's names has just the term's words |
| `specimen` | up to 1: the concept is of the term's specimen, -1: of another; how usual it is, if none is said |
| `unit` | 1: the term's unit is one that such a number has, -1: it is not, 0: nobody knows |
| `method` | 1: the term speaks of the concept's method, -1: it does not, 0: the concept is of none |
| `usual` | how usual the concept's method is where a term speaks of none |
| `plain` | -1 to 0: the fewer words the concept has besides, the better |
| `sense` | how alike the two mean, as a model of meaning has it (see `sense`), 0 where there is none |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from medark.standardise.terms.laboratory import Laboratory, expected, parts, property_of, systems, usual
from medark.standardise.terms.names import grams, words_of
from medark.standardise.terms.term import Named, Term

_OF_DAY, _DAY = (
    "24 hour Urine",
    frozenset(("24", "hour")),
)  # LOINC's system of what is collected for a day, and its words
_SPOT = 0.5  # how well any urine suits a name that says so
_WHOLE = (".total", "normal")  # what a share is of, where the name of a test leaves it unsaid

Weights = Mapping[str, float]  # of words: how rare they are among all names
KINDS = ("told", "meant", "letters", "equal", "specimen", "unit", "method", "usual", "plain", "sense")


@dataclass(frozen=True)
class Read:
    """A concept, its names read once."""

    concept: Named

    @cached_property
    def laboratory(self) -> Laboratory:
        """The parts of its own name."""
        return parts(self.concept.name)

    @cached_property
    def measured(self) -> tuple[frozenset[str], ...]:
        """The words of what it measures, as each of its names says."""
        component = self.laboratory.component
        counted, _, among = component.partition("/")
        names = (component, *((counted,) if among.endswith(_WHOLE) else ()), *self.concept.names[1:])
        return tuple(frozenset(words) for words in dict.fromkeys(map(words_of, names)) if words)

    @cached_property
    def besides(self) -> frozenset[str]:
        """The other words of its own name."""
        told = self.laboratory
        return frozenset(words_of(f"{told.property} {told.system} {told.method}"))

    @cached_property
    def letters(self) -> frozenset[str]:
        """What its names share with those that are spelt otherwise."""
        return grams(tuple(sorted(frozenset().union(*self.measured))))


@dataclass(frozen=True)
class Asked:
    """A term, its words read once: those of its name, without what tells the specimen alone."""

    term: Term

    @cached_property
    def systems(self) -> Mapping[str, float]:
        """LOINC's systems that it may be of, as its name or else its specimen says, and how well each suits."""
        found = systems(" ".join(self.term.names)) or systems(self.term.specimen)
        is_of_day = _OF_DAY in found and any(frozenset(words_of(name)) >= _DAY for name in self.term.names)
        return {**found, _OF_DAY: 1.0, "Urine": _SPOT} if is_of_day else found

    @cached_property
    def readings(self) -> tuple[frozenset[str], ...]:
        """The words of each of its names."""
        of_systems = (word for name in self.systems for word in words_of(name))
        specimen = frozenset((*of_systems, *words_of(self.term.specimen)))
        read = (frozenset(words_of(name)) for name in self.term.names)
        return tuple(words - specimen or words for words in read if words)

    @cached_property
    def properties(self) -> frozenset[str]:
        """LOINC's properties that numbers in its units have."""
        return frozenset().union(*(property_of(unit) for unit in self.term.units))


def evidence(asked: Asked, read: Read, weights: Weights) -> dict[str, float]:
    """All of it for one concept; the term's and the concept's names that suit each other best."""
    best = max(
        (_words(words, measured, read.besides, weights) for words in asked.readings for measured in read.measured),
        default=(0.0, 0.0, 0.0, 0.0),
    )
    _, told, meant, equal = best
    told_letters = grams(tuple(sorted(frozenset().union(*asked.readings)))) if asked.readings else frozenset()
    shared = len(told_letters & read.letters)
    return {
        "told": told,
        "meant": meant,
        "letters": shared / max(1, len(told_letters)),
        "equal": equal,
        "specimen": _specimen(asked.systems, read.laboratory.system),
        "unit": _agree(dict.fromkeys(asked.properties, 1.0), read.laboratory.property),
        "method": _method(asked, read.laboratory.method),
        "usual": usual(read.laboratory.method),
        "plain": -min(1.0, len(read.concept.name) / 120),
    }


def _words(
    words: frozenset[str], measured: frozenset[str], besides: frozenset[str], weights: Weights
) -> tuple[float, float, float, float]:
    common = _weight(words & measured, weights)
    told = (common + _weight((words - measured) & besides, weights)) / (_weight(words, weights) or 1.0)
    meant = common / (_weight(measured, weights) or 1.0)
    return told + meant, told, meant, float(words == measured)


def _weight(words: frozenset[str], weights: Weights) -> float:
    return sum(weights.get(word, 1.0) for word in words)


def _agree(known: Mapping[str, float], told: str) -> float:
    return known.get(told, -1.0) if known and told else 0.0


def _specimen(known: Mapping[str, float], told: str) -> float:
    return _agree(known, told) if known else expected(told)


def _method(asked: Asked, method: str) -> float:
    if not method:
        return 0.0
    words = frozenset(words_of(method))
    return 1.0 if any(words & reading for reading in asked.readings) else -1.0
