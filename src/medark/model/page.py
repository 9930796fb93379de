"""A page: what an application shows, block by block, in no format; whoever renders it decides how it looks"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from medark.errors import DefinitionError

VEGA_LITE: Final = "application/vnd.vegalite.v6+json"  # as notebooks know it
Cell = str | int | float | bool | None
MARKS: Final = ("", "info", "good", "warning", "critical")  # how much it matters; "" for a word as any other
_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PAGE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}(\?[^\s\"'<>#]{0,1500})?(#[a-z][a-z0-9-]{0,39})?")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `level` 1 is the page's title."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph or more, in markdown."""

    markdown: str


@dataclass(frozen=True, slots=True)
class Label:
    """Words in a cell of a table that are marked, or lead to another page of the same application.

    `page`: its path with its query, such as "cases?day=2024-07-01"; `mark`: one of MARKS.
    """

    text: str
    page: str = ""
    mark: str = ""

    def __post_init__(self) -> None:
        if self.page and not _PAGE.fullmatch(self.page):
            raise DefinitionError("a label leads to no page of its application", fix='page="cases?day=2024-07-01"')
        _check_mark(self.mark)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number and what it counts. A value of None is not known, or too few to be shown. `mark`: one of MARKS."""

    label: str
    value: Cell
    unit: str = ""
    note: str = ""
    mark: str = ""

    def __post_init__(self) -> None:
        _check_mark(self.mark)


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A row of numbers."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column of a table. `kind`: text, number, date, person (its cells are person_ids, shown as links)."""

    name: str
    title: str
    kind: str = "text"
    unit: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("text", "number", "date", "person"):
            raise DefinitionError(f"a column's kind is {self.kind!r}", fix="text, number, date, person")


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table. `more`: rows that are not shown here; `next_page` the query of the page that shows them."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell | Label, ...], ...] = field(repr=False)
    title: str = ""
    more: int = 0
    next_page: str = ""

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise DefinitionError("a row of a table is not as long as its columns", fix="give each column one cell")


@dataclass(frozen=True, slots=True)
class Figure:
    """A Vega-Lite figure with its data in it. `alt` says in words what is to be seen; `table` are its numbers."""

    vega_lite: Mapping[str, Any] = field(repr=False)
    alt: str
    title: str = ""
    table: DataTable | None = None

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise DefinitionError("a figure has no words for who can't see it", fix='alt="what the figure shows"')
        if _leads_out(self.vega_lite):
            raise DefinitionError("a figure loads or leads to something outside", fix="put its data in it: values")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Itself, as a notebook shows it."""
        return {VEGA_LITE: dict(self.vega_lite), "text/plain": self.alt}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: text, long, number, date, choice (of `choices`, shown as `labels` where they are given),
    check, or yes_no ("1", "0", and "" for what is not known: its three `labels` may say it otherwise).
    """

    name: str
    label: str
    kind: str = "text"
    value: Cell = None
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    note: str = ""
    is_required: bool = False

    def __post_init__(self) -> None:
        if self.labels and len(self.labels) != len(self.choices):
            raise DefinitionError(f"the field {self.name!r} has not a label for each choice", fix="one label a choice")


@dataclass(frozen=True, slots=True)
class Form:
    """What may be asked of the page: its fields become the query of the same page.

    With `saves` it is kept instead: what was filled in about the person becomes rows of their record.
    """

    fields: tuple[Field, ...]
    label: str
    saves: bool = False
    person_id: int | None = field(default=None, repr=False)
    title: str = ""

    def __post_init__(self) -> None:
        if self.saves and self.person_id is None:
            raise DefinitionError("a form that is kept says nothing of whom it is about", fix="Form(…, person_id=…)")


@dataclass(frozen=True, slots=True)
class PersonLink:
    """A way to a person's record, for a reader who may see it."""

    person_id: int = field(repr=False)
    label: str = ""


@dataclass(frozen=True, slots=True)
class TaskPanel:
    """One task of the application: how it stands, its clock and life, and what its reader may do with it.

    What is shown is the platform's own; the application says which, and in its words what it means to close it as
    `done`, to have it `dismissed`, and which `reasons` are usual. Where the task is not the reader's, nothing is shown.
    """

    number: int
    done: str = ""
    dismissed: str = ""
    reasons: tuple[str, ...] = ()


Block = Heading | Text | KeyFigures | DataTable | Figure | Form | PersonLink | TaskPanel

BLOCKS: Final[Mapping[str, type[Block]]] = {
    "heading": Heading,
    "text": Text,
    "key_figures": KeyFigures,
    "table": DataTable,
    "figure": Figure,
    "form": Form,
    "person": PersonLink,
    "task": TaskPanel,
}
_KINDS: Final = {kind: name for name, kind in BLOCKS.items()}


def address(path: str, query: Mapping[str, str]) -> str:
    """The address of a page with its query, as a `Label` takes it. Source: RFC 3986, 2.3: all but letters, digits and
    -._~ is written in percent.

    >>> address("cases", {"day": "2024-07-01", "where": "西湖 & co"})
    'cases?day=2024-07-01&where=%E8%A5%BF%E6%B9%96%20%26%20co'
    """
    asked = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in query.items())
    return f"{path}?{asked}" if asked else path


def _encoded(text: str) -> str:
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in text.encode())


def _check_mark(mark: str) -> None:
    if mark not in MARKS:
        raise DefinitionError(f"there is no mark {mark!r}", fix=", ".join(filter(None, MARKS)))


def _leads_out(part: object) -> bool:
    """Is there an address in a figure that a browser would go to? (Its $schema is only a name.)"""
    if isinstance(part, Mapping):
        return any(key in ("url", "href") or _leads_out(value) for key, value in part.items() if key != "values")
    return isinstance(part, list | tuple) and any(map(_leads_out, part))


def kind_of(block: Block) -> str:
    """The name of a block's kind, as it is written.

    >>> kind_of(Heading("Registry"))
    'heading'
    """
    return _KINDS[type(block)]
