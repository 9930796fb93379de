"""Requests, responses and feedback as CDS Hooks 2.0 writes them; what it does not know it lets pass"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec

from medark.messages import N_
from medark.serve.http.errors import MalformedError

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
_T = TypeVar("_T")


class Authorization(msgspec.Struct):
    """A token for the client's own FHIR server. It is taken note of by nobody: what is needed is sent, or is here."""

    access_token: Text
    token_type: Text
    expires_in: int
    scope: str
    subject: Text
    patient: str | None = None


class Request(msgspec.Struct):
    """One call of a service."""

    hook: Name
    hookInstance: Name  # noqa: N815  the standard's names
    context: dict[str, Any]
    fhirServer: str | None = None  # noqa: N815
    fhirAuthorization: Authorization | None = None  # noqa: N815
    prefetch: dict[str, Any] | None = None
    extension: dict[str, Any] | None = None


class Service(msgspec.Struct, omit_defaults=True):
    """One line of the discovery."""

    hook: Name
    id: Name
    description: Text
    title: str | None = None
    prefetch: dict[str, str] | None = None
    usageRequirements: str | None = None  # noqa: N815
    extension: dict[str, Any] | None = None


class Services(msgspec.Struct):
    """The discovery."""

    services: list[Service]


class Coding(msgspec.Struct, omit_defaults=True):
    """A code."""

    code: Text
    system: str | None = None
    display: str | None = None


class CardSource(msgspec.Struct, omit_defaults=True):
    """Where a card comes from."""

    label: Text
    url: str | None = None
    icon: str | None = None
    topic: Coding | None = None


class Action(msgspec.Struct, omit_defaults=True):
    """What a suggestion does. (Version 1.0 named what it deletes by `resource`.)"""

    type: Literal["create", "update", "delete"]
    description: str | None = None
    resource: dict[str, Any] | str | None = None
    resourceId: str | None = None  # noqa: N815


class Suggestion(msgspec.Struct, omit_defaults=True):
    """What can be accepted."""

    label: Text
    uuid: str | None = None
    isRecommended: bool | None = None  # noqa: N815
    actions: list[Action] | None = None


class Link(msgspec.Struct, omit_defaults=True):
    """A way to more."""

    label: Text
    url: Text
    type: Literal["absolute", "smart"]
    appContext: str | None = None  # noqa: N815


class Card(msgspec.Struct, omit_defaults=True):
    """One card."""

    summary: Annotated[str, msgspec.Meta(min_length=1, max_length=140)]
    indicator: Literal["info", "warning", "critical"]
    source: CardSource
    uuid: str | None = None
    detail: str | None = None
    suggestions: list[Suggestion] | None = None
    selectionBehavior: Literal["at-most-one", "any"] | None = None  # noqa: N815
    overrideReasons: list[Coding] | None = None  # noqa: N815
    links: list[Link] | None = None
    extension: dict[str, Any] | None = None


class Cards(msgspec.Struct, omit_defaults=True):
    """The answer of a service."""

    cards: list[Card]
    systemActions: list[Action] | None = None  # noqa: N815


class Accepted(msgspec.Struct):
    """A suggestion that was accepted."""

    id: Name


class Override(msgspec.Struct):
    """Why a card was overridden."""

    reason: Coding | None = None
    userComment: Annotated[str, msgspec.Meta(max_length=4000)] | None = None  # noqa: N815


class Feedback(msgspec.Struct):
    """How one card ended."""

    card: Name
    outcome: Literal["accepted", "overridden"]
    outcomeTimestamp: Annotated[str, msgspec.Meta(max_length=40)]  # noqa: N815
    acceptedSuggestions: Annotated[list[Accepted], msgspec.Meta(max_length=50)] | None = None  # noqa: N815
    overrideReason: Override | None = None  # noqa: N815


class Feedbacks(msgspec.Struct):
    """What a client tells at once."""

    feedback: Annotated[list[Feedback], msgspec.Meta(min_length=1, max_length=500)]


def read(content: bytes, kind: type[_T]) -> _T:
    """JSON as one of the above. MalformedError says where it does not fit; never what stood there."""
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        raise MalformedError(N_("this is not what CDS Hooks 2.0 describes"), fix=_FIX, at=_place(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedError(N_("the body is not JSON"), fix=_FIX) from None


_FIX: Final = "see https://cds-hooks.hl7.org/2.0"


def _place(error: msgspec.ValidationError) -> str:
    """`$.feedback[0].outcome`: names of the standard, and numbers; what stood there stays in the error."""
    said = str(error)
    place = _AT.search(said)
    missing = _MISSING.match(said)
    return (place[1] if place else "$") + (f".{missing[1]}" if missing else "")


_AT: Final = re.compile(r" - at `([^`]*)`$")
_MISSING: Final = re.compile(r"Object missing required field `(\w+)`")
