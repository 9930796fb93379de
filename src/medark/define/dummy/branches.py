"""The branches of a definition: what must be so for some entries and not for others, to see all of it at work"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from medark.define.definitions import Cohort, Dataset, Definition, Measure, Rule, Score, Tally
from medark.define.definitions.variables import Variable
from medark.define.dummy.absence import outcomes
from medark.define.kinds import Kind
from medark.define.language.populations import everyone
from medark.define.language.wording import wording
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Call,
    Case,
    Criterion,
    Filter,
    InConcepts,
    IsIn,
    Literal,
    Node,
    Population,
    Selected,
    Union,
    Value,
)
from medark.errors import DefinitionError

Outcome = bool | None
COMPARISONS = frozenset({"equal", "not_equal", "less", "at_most", "greater", "at_least"})
_JOINING = frozenset({"and", "or", "not", "if_missing"})
_SIDES = ("less", "equal", "greater")
_NONE = Literal(0, Kind.WHOLE)
_MOST = 600  # questions to one population: a definition with more is shown in part, and says so


@dataclass(frozen=True, slots=True)
class Branch:
    """That `what` is true, false or missing (`outcome`) for an entry; `where`: the criterion, item or value."""

    where: str
    what: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Question:
    """A truth value of entries, and the outcomes of it that are wanted; none: it only tells how near an entry is."""

    where: str
    value: Value
    wanted: tuple[Outcome, ...]

    def branch(self, outcome: Outcome) -> Branch:
        return Branch(self.where, wording(self.value), outcome)


@dataclass(frozen=True, slots=True)
class Asked:
    """A population, and what its entries are asked."""

    population: Population
    questions: tuple[Question, ...]
    left_out: int = 0  # how many questions there were too many


def of_entries(definition: Definition) -> Dataset:
    """A definition as values of entries; what is asked for no entries in particular is asked of everyone, today."""
    match definition:
        case Dataset():
            return definition
        case Cohort():
            return Dataset(definition.population, {}, definition.name)
        case Score() | Rule():
            return definition.on(everyone())
        case Measure():
            return definition.rows
        case Tally():
            raise DefinitionError("a tally is of nobody", fix="made-up people are for definitions about people")


def asked(definition: Definition) -> list[Asked]:
    """Every population of a definition, innermost first, with the questions to its entries."""
    dataset = of_entries(definition)
    assert isinstance(dataset.columns, tuple)
    return [*_of_population(dataset.population), _asked(dataset.population, list(_of_columns(dataset.columns)))]


def _of_population(population: Population) -> Iterator[Asked]:
    match population:
        case Union(populations=populations):
            for one in populations:
                yield from _of_population(one)
        case Selected(entry=entry, steps=steps):
            yield from _of_population(entry)
            criteria = [step for step in steps if isinstance(step, Criterion)]
            yield _asked(entry, [question for step in criteria for question in _of_value(step.name, step.condition)])
            if criteria:
                every = reduce(lambda left, right: Call("and", (left, right)), (step.condition for step in criteria))
                yield _asked(entry, [Question("every criterion", every, (True,)), *_near("every criterion", every)])
            yield _asked(population, [Question("cohort", Literal(True, Kind.TRUTH), (True,))])


def _asked(population: Population, questions: list[Question]) -> Asked:
    """Each value once, for the first place that asks it with all the outcomes that any place wants."""
    first: dict[Value, Question] = {}
    for question in questions:
        known = first.get(question.value)
        wanted = dict.fromkeys((*(known.wanted if known else ()), *question.wanted))
        first[question.value] = Question((known or question).where, question.value, tuple(wanted))
    kept = list(first.values())
    return Asked(population, tuple(kept[:_MOST]), len(kept[_MOST:]))


def _of_columns(variables: tuple[Variable, ...]) -> Iterator[Question]:
    for variable in variables:
        yield from _of_value(variable.name, variable.value)


def _of_value(where: str, value: Value) -> Iterator[Question]:
    """The value itself if it is true or false, and whatever inside it can turn out one way or the other."""
    if value.kind is Kind.TRUTH:
        yield _whole(where, value)
        yield from _near(where, value)
    for node in _of_entry(value):
        match node:
            case Case(branches=branches, rows=None):
                for condition, _ in branches:
                    yield _whole(where, condition)
            case Call(operator=operator, arguments=(one, other), rows=None) if operator in COMPARISONS:
                yield from _sides(where, one, other)
            case Filter():
                yield from _edges(where, node)


def _whole(where: str, value: Value) -> Question:
    return Question(where, value, outcomes(value))


def _near(where: str, value: Value) -> Iterator[Question]:
    """The conditions that one is made of: they tell how near an entry is to it."""
    yield from (Question(where, one, ()) for one in _made_of(value))


def _made_of(condition: Value) -> Iterator[Value]:
    """A condition and those below it, as far as they are joined by and, or, not; each once."""
    pending, seen = [condition], set[Value]()
    while pending:
        one = pending.pop()
        if one not in seen:
            seen.add(one)
            yield one
            if isinstance(one, Call) and one.operator in _JOINING:
                pending.extend(one.arguments)


def _sides(where: str, one: Value, other: Value) -> Iterator[Question]:
    """Below, at and above a limit of numbers or times; there are no fewer rows than none."""
    if {one.kind, other.kind} & {Kind.KEY, Kind.TRUTH, Kind.TEXT}:
        return
    at_none = isinstance(one, Aggregate) and one.name.startswith("count") and other == _NONE
    for operator in _SIDES[at_none:]:
        yield Question(where, Call(operator, (one, other)), (True,))


def _edges(where: str, frame: Filter) -> Iterator[Question]:
    """For each limit that rows are held to: are there rows below, at and above it, among those it is asked of?"""
    for condition in _conditions(frame.condition):
        match condition:
            case Call(operator=operator, arguments=(one, other)) if operator in COMPARISONS:
                for side in _sides(where, one, other):
                    yield Question(where, Aggregate("exists", Filter(frame.source, side.value)), side.wanted)
            case IsIn() | InConcepts() | Call() | AtEach():
                for one in (condition, Call("not", (condition,))):
                    yield Question(where, Aggregate("exists", Filter(frame.source, one)), (True,))


def _conditions(condition: Value) -> Iterator[Value]:
    """What a condition of rows is made of, less what is of the entry alone."""
    for one in _made_of(condition):
        joins = isinstance(one, Call) and one.operator in _JOINING
        if not joins and one.rows is not None and one.kind is Kind.TRUTH:
            yield one


def _of_entry(top: Node) -> Iterator[Node]:
    """Every node that is asked with the entry as its index, each once: not those inside at_each."""
    pending, seen = [top], set[Node]()
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            yield node
            pending.extend((node.frame,) if isinstance(node, AtEach) else node.children())
