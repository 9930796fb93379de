"""A registry as one file says it: who is in it, what is known of each of them, and when that is expected"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from medark.define import Cohort, Criterion, Frame, Keep, Series, death
from medark.define.nodes.populations import asked_of_index
from medark.errors import DefinitionError

Texts = Mapping[str, str]  # by language: {"en": …, "zh": …}
Read = Callable[[Frame], Series]  # rows of a window → the one value of them
Make = Callable[[Mapping[str, Series]], Series]  # the values of other variables → a value

NUMBER: Final = "number"
TRUTH: Final = "yes or no"
DAY: Final = "date"
TEXT: Final = "category"
BASELINE: Final = "baseline"
EVENT: Final = "event"
CONFIRM: Final = "to be confirmed"


def words(en: str, zh: str) -> Texts:
    """The same in both languages."""
    return {"en": en, "zh": zh}


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing that is known of a person.

    `rows` are where it is seen, `read` the value of those in a window; or `make` makes it of the values of others.
    `every`: expected so many months; `at`: expected at the "baseline",
        or at an "event"; without both it is taken as it
    comes. `ever`: what was seen before still holds. `target`: a number that the person's course is drawn against.
    `is_task`: who lacks it is a task for somebody. `standing`: "to be confirmed" where its source was not at hand.
    """

    name: str
    title: Texts
    kind: str
    meaning: Texts
    source: str
    rows: Frame | None = None
    read: Read | None = None
    make: Make | None = None
    unit: str = ""
    codes: Mapping[str, Texts] = field(default_factory=dict)
    every: int = 0
    at: str = ""
    ever: bool = False
    target: float | None = None
    is_task: bool = False
    is_drawn: bool = False
    asked: str = ""  # the item of a form that it is answered in
    standing: str = ""

    @property
    def is_expected(self) -> bool:
        """Can it be said to be missing at a visit?"""
        return bool(self.every) or self.at == BASELINE


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned look at everybody: `month` months after they came in, from `early` days before to `late` after."""

    name: str
    title: Texts
    month: int
    early: int
    late: int

    def expects(self, variable: Variable) -> bool:
        """Is a variable expected at it?"""
        if variable.every:
            return self.month % variable.every == 0
        return variable.at == BASELINE and self.month == 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to people of the registry, each time a row; `before`, `after`: days around it in which
    what is expected at an event is looked for.
    """

    name: str
    title: Texts
    rows: Frame
    source: str
    before: int = 7
    after: int = 30


@dataclass(frozen=True, slots=True)
class Registry:
    """Who, what and when. `entry`: the rows whose first lets a person in; `who`: what must hold of them beside, asked
    of nothing but the person's rows. `charts`: variables that the first page counts people by; `measured`: those whose
    completeness is a measure. `version`: the author's
    own number of the file. `active`: months without any visit after which nobody is asked for missing values.
    """

    name: str
    title: Texts
    about: Texts
    entry: Frame
    source: str
    variables: tuple[Variable, ...]
    schedule: tuple[Visit, ...]
    who: tuple[Criterion, ...] = ()
    events: tuple[Event, ...] = ()
    charts: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    active: int = 24

    def __post_init__(self) -> None:
        names = [*(one.name for one in self.variables), *(one.name for one in self.events)]
        if twice := [name for name in names if names.count(name) > 1]:
            raise DefinitionError(f"the registry {self.name} has {twice[0]!r} twice", fix="give each its own name")
        if strange := [name for name in (*self.charts, *self.measured) if name not in names]:
            raise DefinitionError(f"the registry {self.name} has no {strange[0]!r}", fix=", ".join(names))
        if any(asked_of_index(one.condition) for one in self.who):
            raise DefinitionError(
                f"who is in the registry {self.name} depends on when it is asked",
                fix="ask of the person's rows alone: entry.count() >= 2",
            )

    @property
    def cohort(self) -> Cohort:
        """Everybody in it, from the first row that let them in, until they died."""
        return Cohort(self.name, self.entry, [Keep("first"), *self.who], exit=death.start_date, source=self.source)

    @property
    def conditions(self) -> tuple[Series, ...]:
        """What must hold of them, as conditions."""
        return tuple(Series(getattr(one.condition, "node", one.condition)) for one in self.who)

    def expected(self) -> Iterator[Variable]:
        """The variables that can be said to be missing."""
        yield from (one for one in self.variables if one.is_expected)

    def at_events(self) -> Iterator[Variable]:
        """Those that are expected at an event."""
        yield from (one for one in self.variables if one.at == EVENT)

    def variable(self, name: str) -> Variable:
        """The variable of a name."""
        return next(one for one in self.variables if one.name == name)


def visits(*steps: tuple[int, int], early: int = 45, late: int = 45) -> tuple[Visit, ...]:
    """A baseline, then a visit each so many months until a month: `visits((3, 24), (6, 60))`.

    >>> [one.month for one in visits((3, 6), (6, 18))]
    [0, 3, 6, 12, 18]
    """
    found = [Visit("baseline", words("Baseline", "基线"), 0, 90, 30)]
    for each, until in steps:
        while found[-1].month + each <= until:
            month = found[-1].month + each
            found.append(Visit(f"m{month:02d}", words(f"Month {month}", f"第{month}个月"), month, early, late))
    return tuple(found)
