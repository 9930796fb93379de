"""A card: advice shown to a clinician, and what they said of it, with the names of CDS Hooks 2.0"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final

from medark.errors import DefinitionError

LONGEST_SUMMARY: Final = 140  # characters. Source: CDS Hooks 2.0, card attributes

# The hooks of the specification's library that a card can be for.
HOOKS: Final = (
    "patient-view", "order-select", "order-sign", "appointment-book", "encounter-start", "encounter-discharge",
    "order-dispatch",
)  # fmt: skip


class Indicator(StrEnum):
    """How urgent a card is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Coding:
    """A code of a code system."""

    code: str
    system: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class CardSource:
    """Where the advice comes from: its name, an address, and what it is about."""

    label: str
    url: str = ""
    icon: str = ""
    topic: Coding | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a suggestion does when it is accepted: create, update or delete a FHIR resource."""

    type: str
    description: str
    resource: Mapping[str, Any] | None = None
    resource_id: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a clinician may accept with one press."""

    label: str
    uuid: str = ""
    is_recommended: bool = False
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A way to more: an address outside ("absolute"), or an app to be started ("smart")."""

    label: str
    url: str
    type: str = "absolute"
    app_context: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `detail` is markdown. DefinitionError for a summary that no chart would show whole."""

    summary: str
    indicator: Indicator
    source: CardSource
    detail: str = ""
    uuid: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    selection_behavior: str = ""  # "at-most-one" or "any": needed where there are suggestions
    override_reasons: tuple[Coding, ...] = ()
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < len(self.summary) <= LONGEST_SUMMARY:
            raise DefinitionError(
                f"the summary of a card has {len(self.summary)} characters",
                fix=f"say it in {LONGEST_SUMMARY}, and the rest in detail",
            )
        if self.suggestions and self.selection_behavior not in ("at-most-one", "any"):
            raise DefinitionError("a card with suggestions does not say how many", fix='selection_behavior="any"')

    def plain(self) -> dict[str, Any]:
        """As JSON values under the names of CDS Hooks; what is empty is left out."""
        told = _plain(self)
        assert isinstance(told, dict)
        return told


@dataclass(frozen=True, slots=True)
class CardFeedback:
    """How one card ended. Source: CDS Hooks 2.0, "Feedback": outcome is accepted or overridden.

    `at_ms` is when the outcome was (milliseconds since 1970, UTC); `comment` is the clinician's own words.
    """

    card: str  # its uuid
    service: str
    outcome: str
    at_ms: int
    user: str = ""
    app: str = ""
    person_id: int | None = field(default=None, repr=False)
    accepted: tuple[str, ...] = ()  # uuids of suggestions
    override_reason: str = ""  # "system|code"
    comment: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CardSeen:
    """That a card was shown to somebody: when (milliseconds since 1970, UTC), and what it said.

    `statement`: a digest of its summary. `severity`: how bad it is, of rules that tell it; more is worse.
    """

    app: str
    card: str
    user: str
    person_id: int = field(repr=False)
    at_ms: int
    statement: str
    severity: float | None = None


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        told = {written: _plain(getattr(value, name)) for name, written in _names(type(value))}
        return {name: cell for name, cell in told.items() if cell not in ("", None, False, [])}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


@cache
def _names(kind: type) -> tuple[tuple[str, str], ...]:
    """The fields of a kind, each with the standard's name for it."""
    return tuple((one.name, _camel(one.name)) for one in fields(kind))


def _camel(name: str) -> str:
    """`override_reasons` as the standard writes it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
