"""Signals that an application keeps: entries counted by day, week or month, and when a count is too much"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from medark.analyse.surveillance import METHODS
from medark.analyse.surveillance import method as named
from medark.define import Cohort, Dataset, Tally
from medark.errors import DefinitionError
from medark.model.signal import Every

MOST_PERIODS: Final = 4000
LONGEST_WAIT: Final = 24 * 366  # hours until an alarm has to be answered
Texts = Mapping[str, str]
Place = tuple[float, float]  # longitude, latitude in degrees


@dataclass(frozen=True, slots=True)
class Detection:
    """How counts are judged: a method of `medark.analyse.surveillance` by its name, with some parameters set.

    `least_cases`: fewer are never an alarm. `fallback` judges what this one can't: years that are not there yet.
    """

    method: str = "ears_c2"
    parameters: Mapping[str, float | int | str] = field(default_factory=dict)
    least_cases: int = 1
    fallback: Detection | None = None

    def __post_init__(self) -> None:
        self.made()
        if self.takes == "triangle":
            fix = " | ".join(name for name, one in METHODS.items() if one.takes != "triangle")
            raise DefinitionError(f"the method {self.method!r} judges no counts", fix=fix)
        if self.least_cases < 1 or (self.fallback is not None and self.fallback.takes != self.takes):
            raise DefinitionError("a detection has impossible settings", fix='Detection("ears_c2", least_cases=3)')

    @property
    def takes(self) -> str:
        """What it judges: series, shares or places."""
        return named(self.method).takes

    def made(self) -> Any:
        """The method with its parameters. DefinitionError for one that it has not, or that is out of bounds."""
        return named(self.method).made(**self.parameters)


@dataclass(frozen=True, slots=True)
class Response:
    """The task that an alarm raises: to be closed within `due_hours`, none again for `cooldown_days` after it."""

    title: Texts
    due_hours: float = 24.0
    cooldown_days: float = 7.0

    def __post_init__(self) -> None:
        if not 0 < self.due_hours <= LONGEST_WAIT or self.cooldown_days < 0:
            raise DefinitionError("an alarm can't be answered in that time", fix="Response(title, due_hours=24)")


@dataclass(frozen=True, slots=True)
class PublishSignal:
    """Entries counted over time; a person counts once a series and period, of a tally quantities are summed up. Parts:

    `by`: columns of `entries` of which each combination is a series of its own; `totals`: and all values of the last of
    them together. `periods`: how many are judged or looked back on, the last whole one the newest; `unsettled` of them
    are not complete yet and wait. `reported`: a column with the day on which each entry was told, by which the latest
    days are completed (a nowcast over `delays` days). `share_of`: a column that is true for what is counted of all
    entries, for methods of shares. `places`: where each value of the last column of `by` lies, for methods of places.
    `where`: only entries with these values, by column. `channel`: by what the signal is told, for those that agree.
    `words`: by column and value, what a value is called, in words by language.
    """

    name: str
    entries: Dataset | Cohort | Tally
    title: Texts
    every: Every = Every.DAY
    by: tuple[str, ...] = ()
    periods: int = 90
    detection: Detection = Detection("ears_c2", {"least_sd": 0.5})
    totals: bool = False
    share_of: str = ""
    reported: str = ""
    delays: int = 7
    unsettled: int = 0
    places: Mapping[str, Place] = field(default_factory=dict)
    response: Response | None = None
    channel: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Texts]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 2 < self.periods <= MOST_PERIODS or not 0 <= self.unsettled < self.periods:
            fix = f"periods=3 … {MOST_PERIODS}"
            raise DefinitionError(f"the signal {self.name!r} looks back {self.periods} periods", fix=fix)
        for wanted, given, fix in (
            ("shares", bool(self.share_of), 'share_of="is_positive"'),
            ("places", bool(self.places), 'by=("district",), places={"…": (120.2, 30.2)}'),
        ):
            if (self.detection.takes == wanted) is not given:
                raise DefinitionError(f"the signal {self.name!r} does not give what its method takes", fix=fix)
        if (self.totals or self.places) and not self.by:
            raise DefinitionError(f"the signal {self.name!r} has no series to tell apart", fix='by=("district",)')
        if isinstance(self.entries, Tally) and (self.share_of or self.reported):
            raise DefinitionError(f"the signal {self.name!r} counts what is nobody's", fix="no share_of, no reported")
        if self.reported and (self.every is not Every.DAY or not 1 < self.delays < self.periods):
            raise DefinitionError(f"the signal {self.name!r} completes no days", fix="every=Every.DAY, delays=7")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its entries that it is made of, beside those of every entry."""
        named = (*self.by, *self.where, self.share_of, self.reported)
        return tuple(dict.fromkeys(name for name in named if name))

    def called(self, column: str, value: str, language: str) -> str:
        """What a value of a column is called in a language; the value itself where that is not told."""
        told = self.words.get(column, {}).get(value, {})
        return told.get(language) or told.get("en", value)


@dataclass(frozen=True, slots=True)
class Part:
    """A signal that a trigger looks at; `where`: only the series of these values, by column."""

    signal: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trigger:
    """An alarm where several channels agree: signals of at least `least` different channels within `window` days.

    `by`: the column, of all its parts, that tells where. Of signals by week or month, a day counts as their period.
    """

    name: str
    title: Texts
    of: tuple[Part, ...]
    by: str = "district"
    window: int = 7
    least: int = 2
    response: Response | None = None
    channel: str = "trigger"

    def __post_init__(self) -> None:
        if not self.of or self.least < 1 or self.window < 1:
            raise DefinitionError(f"the trigger {self.name!r} can't fire", fix='Trigger("t", title, (Part("a"), …))')
