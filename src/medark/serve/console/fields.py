"""What the fields of a form say: whole numbers, choices, lines; anything else is told with its place"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from medark.messages import _
from medark.serve.console.frame import PURPOSES
from medark.serve.http.errors import MalformedError


def whole(told: Mapping[str, str], name: str) -> int:
    """A whole number from 0 on. MalformedError.

    >>> whole({"level": "3"}, "level")
    3
    """
    text = told.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 1 << 63):
        raise MalformedError("a field is no whole number", fix="give digits", at=name)
    return int(text)


def one_of(told: Mapping[str, str], name: str, choices: Collection[str], default: str = "") -> str:
    """One of some choices. MalformedError."""
    text = told.get(name, default).strip()
    if text not in choices:
        raise MalformedError("there is no such choice", fix=" | ".join(choices), at=name)
    return text


def lines(told: Mapping[str, str], name: str) -> list[str]:
    """The lines of a long field that say something.

    >>> lines({"tables": "person\\n\\n  measurement"}, "tables")
    ['person', 'measurement']
    """
    return [line.strip() for line in told.get(name, "").splitlines() if line.strip()]


def text(told: Mapping[str, str], name: str, longest: int) -> str:
    """A text that is not longer than that. MalformedError."""
    found = told.get(name, "").strip()
    if len(found) > longest:
        raise MalformedError("a field is too long", fix="say it in fewer words", at=name)
    return found


def purposes() -> list[tuple[str, str]]:
    """What a read can be for, to choose from: each with its words."""
    return [(purpose.value, _(words)) for purpose, words in PURPOSES.items()]
