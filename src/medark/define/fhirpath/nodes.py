"""A FHIRPath expression as a tree"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written in the path itself; `None` is the empty collection `{}`."""

    value: Any


@dataclass(frozen=True, slots=True)
class This:
    """`$this`: what the path begins at."""


@dataclass(frozen=True, slots=True)
class Variable:
    """`%name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`of.name`; `of` None: of what the path begins at."""

    of: Node | None
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`of[at]`."""

    of: Node
    at: Node


@dataclass(frozen=True, slots=True)
class Call:
    """`of.name(given…)`."""

    of: Node | None
    name: str
    given: tuple[Node, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """`-operand`."""

    operand: Node


Node = Literal | This | Variable | Member | Index | Call | Binary | Negative
