"""An application: definitions, and what is made of their answers; it never touches data itself"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from medark.define import Cohort, Dataset, Measure, Rule, Tally, everyone
from medark.errors import DefinitionError
from medark.model.card import HOOKS, Card
from medark.model.page import Block, Figure
from medark.sdk.finding import Finding
from medark.sdk.forms import FilledForm, FormAnswer
from medark.sdk.shows import Needed, View
from medark.sdk.signals import PublishSignal, Trigger

Texts = Mapping[str, str]  # by language: {"en": …, "zh": …}
CardBody = Callable[[Finding], Card]
PageBody = Callable[[View], "tuple[Block, ...]"]
FigureBody = Callable[[View], Figure]
Save = Callable[[FilledForm], "tuple[FormAnswer, ...]"]
Published = Dataset | Cohort | Tally

LONGEST_WAIT: Final = 24 * 366  # hours until a task is due


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one may override a card: a code that is counted, and its words by language."""

    code: str
    label: Texts


@dataclass(frozen=True, slots=True)
class CardLink:
    """A way from a card to more: `{person_id}` in its address is the person's number."""

    label: Texts
    url: str


@dataclass(frozen=True, slots=True)
class CardRule:
    """A rule whose card is shown at some hooks, with reasons to override it and links that are the same for everybody.

    `card` may add to the card that the rule's words make, by code: that is slower than what is told here.
    """

    name: str
    hooks: tuple[str, ...]
    rule: Rule
    card: CardBody | None = None
    reasons: tuple[Reason, ...] = ()
    links: tuple[CardLink, ...] = ()

    def __post_init__(self) -> None:
        if not self.hooks or set(self.hooks) - set(HOOKS):
            raise DefinitionError(f"the card {self.name!r} names no hook that there is", fix=" | ".join(HOOKS))


@dataclass(frozen=True, slots=True)
class Publish:
    """A dataset that is kept fresh. `meanings`: what each of its columns means, in words, or in words by language.

    `origins`: columns of `medark_record_no`; whoever reads them is told the organisation that the record came from.
    """

    name: str
    dataset: Published
    title: Texts
    meanings: Mapping[str, str | Texts]
    description: Texts = field(default_factory=dict)
    licence: str = ""
    origins: tuple[str, ...] = ()

    def meaning(self, column: str, language: str) -> str:
        """What a column means, in a language if it is told in it; "" for a column of which nothing is said."""
        told = self.meanings.get(column, "")
        return told if isinstance(told, str) else told.get(language) or told.get("en", "")


@dataclass(frozen=True, slots=True)
class PublishMeasure:
    """A measure that is kept fresh: counts by group and period, small ones not told."""

    name: str
    measure: Measure
    title: Texts


@dataclass(frozen=True, slots=True)
class TaskRule:
    """A rule over everyone: whom it fires for gets a task; none again while one is open, or within the rule's cooldown.

    A person closes it. With `closes` the record does, too: as done, as soon as the rule no longer fires. `page`: the
    path of the application's page on which it is done, asked for the person.
    """

    name: str
    rule: Rule
    title: Texts
    due_hours: float | None = None
    closes: bool = False
    page: str = ""

    def __post_init__(self) -> None:
        if self.due_hours is not None and not 0 < self.due_hours <= LONGEST_WAIT:
            raise DefinitionError(f"the task {self.name!r} is due in {self.due_hours} hours", fix="due_hours=24")

    @property
    def asked(self) -> Dataset:
        """The rule, asked of everyone."""
        return self.rule.on(everyone())


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `shows` says what its body is given. `save`: the answers that a form of it (`Form(saves=True)`) comes
    to; a UsageError of it is told to whoever sent the form, and then nothing is kept. One that is not listed is found
    from another page alone.
    """

    path: str
    title: Texts
    body: PageBody
    shows: Mapping[str, Needed] = field(default_factory=dict)
    save: Save | None = None
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class PublishFigure:
    """One figure, the same wherever it is shown."""

    name: str
    title: Texts
    body: FigureBody
    shows: Mapping[str, Needed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class App:
    """Everything that an application hands over."""

    cards: tuple[CardRule, ...] = ()
    datasets: tuple[Publish, ...] = ()
    tasks: tuple[TaskRule, ...] = ()
    measures: tuple[PublishMeasure, ...] = ()
    figures: tuple[PublishFigure, ...] = ()
    signals: tuple[PublishSignal, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    pages: tuple[Page, ...] = ()

    def definitions(self) -> Iterator[tuple[str, str, Rule | Published | Measure]]:
        """Each of its definitions: the kind of thing it is for, its name, and itself."""
        yield from (("cards", one.name, one.rule) for one in self.cards)
        yield from (("datasets", one.name, one.dataset) for one in self.datasets)
        yield from (("tasks", one.name, one.asked) for one in self.tasks)
        yield from (("measures", one.name, one.measure) for one in self.measures)
        yield from (("signals", one.name, one.entries) for one in self.signals)

    def published(self) -> Mapping[str, tuple[str, ...]]:
        """The names of what it publishes, by kind."""
        return {
            "cards": tuple(one.name for one in self.cards),
            "datasets": tuple(one.name for one in self.datasets),
            "tasks": tuple(one.name for one in self.tasks),
            "measures": tuple(one.name for one in self.measures),
            "figures": tuple(one.name for one in self.figures),
            "signals": tuple(one.name for one in (*self.signals, *self.triggers)),
        }
