"""Everything that can be found: what it is called and means in two languages, who owns it, how sensitive it is"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from medark.catalog.meanings import Meaning
from medark.messages import N_


class Kind(StrEnum):
    """What kind of thing an asset is, in the order in which kinds are listed."""

    SOURCE = "source"
    RAW_TABLE = "raw-table"
    FIELD = "field"
    TABLE = "table"
    COLUMN = "column"
    CONCEPT = "concept"
    CODE = "code"
    DEFINITION = "definition"
    DATASET = "dataset"
    VARIABLE = "variable"
    APP = "app"
    PAGE = "page"
    CHECK = "check"
    TERM = "term"

    @property
    def label(self) -> str:
        """What people call it, in English."""
        return LABELS[self]


LABELS = {
    Kind.SOURCE: N_("source system"), Kind.RAW_TABLE: N_("raw table"), Kind.FIELD: N_("raw field"),
    Kind.TABLE: N_("table"), Kind.COLUMN: N_("column"), Kind.CONCEPT: N_("concept"), Kind.CODE: N_("source's code"),
    Kind.DEFINITION: N_("definition"), Kind.DATASET: N_("dataset"), Kind.VARIABLE: N_("dataset column"),
    Kind.APP: N_("application"), Kind.PAGE: N_("page"), Kind.CHECK: N_("check"), Kind.TERM: N_("word"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing. `key` is unique among its kind; `where`: what it is part of, as (kind, key) of that.

    `name`: as machines write it; `title`: what people call it, "" where that is the name; `about`: what it is;
    `words`: what else it is found by; `level`: how sensitive it is, 1 to 5, 0 where nobody judged;
    `fresh_ms`: when it was made or came in last, milliseconds since 1970, UTC; `reads`: "table.column" that it is
    made of, or that it became.
    """

    kind: Kind
    key: str
    name: str
    title: Meaning = field(default_factory=Meaning)
    about: Meaning = field(default_factory=Meaning)
    where: str = ""
    owner: str = ""
    level: int = 0
    fresh_ms: int | None = None
    words: str = ""
    reads: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The one name that nothing else has: `column:measurement.unit_concept_id`."""
        return f"{self.kind}:{self.key}"

    def called(self, language: str) -> str:
        """What it is called in a language, else in the other, else its name.

        >>> Asset(Kind.TABLE, "note", "note", Meaning("", "文书")).called("en")
        '文书'
        """
        other = "en" if language == "zh" else "zh"
        return self.title.told(language) or self.title.told(other) or self.name


def split(told: str) -> tuple[str, str]:
    """Kind and key of an asset's id.

    >>> split("column:measurement.unit_concept_id")
    ('column', 'measurement.unit_concept_id')
    """
    kind, _, key = told.partition(":")
    return kind, key
