"""A document: the blocks of a page, and what it says of itself"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from medark.errors import RefusedInput
from medark.model.page import Block, Heading

DONE: Final = b"P"  # what the answer of a worker begins with: the document follows
MISSING: Final = b"M"  # or letters that no font has
_DEEPEST: Final = 4


class DocumentError(RefusedInput):
    """A document that can't be made: too large, too much work, or of letters that the machine has no font for."""


class DocumentForm(StrEnum):
    """How a document is written."""

    PDF = "pdf"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be written. `about`: what it says of itself, label and value; `confidential`: a line on every page.

    `made`: a local time with its zone; `notices`: what its reader should know before they read on.
    """

    title: str
    blocks: tuple[Block, ...] = field(repr=False)
    made: dt.datetime
    author: str = ""
    organisation: str = ""
    about: tuple[tuple[str, str], ...] = ()
    confidential: str = ""
    notices: tuple[str, ...] = ()
    language: str = "en"


def titled(blocks: tuple[Block, ...], title: str) -> tuple[str, tuple[Block, ...]]:
    """The page's title, which its first block may be, and the blocks below it with their headings in order."""
    if blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        title, blocks = blocks[0].text, blocks[1:]
    return title, tuple(in_order(blocks))


def in_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """Headings go down by one step at a time, from the title on."""
    last = 1
    for one in blocks:
        if isinstance(one, Heading):
            last = max(2, min(one.level, last + 1, _DEEPEST))
            yield replace(one, level=last)
        else:
            yield one
