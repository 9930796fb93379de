"""Who may read what, for what, until when; and who said no"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """What a read is for. Source: the situations of use of GB/T 39725-2020, chapter 11, as five."""

    CARE = "care"
    PUBLIC_HEALTH = "public_health"
    RESEARCH = "research"
    OPERATIONS = "operations"
    PAYMENT = "payment"


class Rows(StrEnum):
    """Whose rows a grant opens."""

    ALL = "all"
    ORGANISATION = "organisation"  # rows that came from the reader's organisation
    CARE = "care"  # every row of the people in the care of the reader's organisation


class Holder(StrEnum):
    """Who has a grant."""

    USER = "user"
    ROLE = "role"
    APP = "app"


ANY_TABLE: Final = "*"
LEVELS: Final = range(1, 6)  # of sensitivity. Source: GB/T 39725-2020, 6.2


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, and what for. `app`: for whom the platform reads; then the app's own grant must allow it, too.

    `broken_glass`: people whose record this reader opened in an emergency, beyond the care relationship.
    """

    user: str
    purpose: Purpose
    roles: frozenset[str] = frozenset()
    organisation: str = ""
    app: str = ""
    broken_glass: frozenset[int] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody may read for a purpose.

    `tables`: table (or ANY_TABLE) to its columns, None for all. `level`: the most sensitive level of column and row it
    opens. `masks`: "table.column" to the name of a mask that is put on it. Times are milliseconds since 1970, UTC.
    """

    number: int
    holder_kind: Holder
    holder: str
    purpose: Purpose
    tables: Mapping[str, frozenset[str] | None]
    rows: Rows
    level: int
    starts_ms: int
    ends_ms: int | None = None
    masks: Mapping[str, str] = field(default_factory=dict)
    granted_by: str = ""
    revoked_ms: int | None = None

    def in_force(self, now_ms: int) -> bool:
        """Is it begun, and neither over nor taken back?"""
        over = self.ends_ms is not None and now_ms >= self.ends_ms
        return self.starts_ms <= now_ms and not over and (self.revoked_ms is None or now_ms < self.revoked_ms)

    def is_held_by(self, reader: Reader) -> bool:
        """Is it the reader's own, or one of a role of theirs? (An app's is asked apart: see `authorise`.)"""
        match self.holder_kind:
            case Holder.USER:
                return self.holder == reader.user
            case Holder.ROLE:
                return self.holder in reader.roles
        return False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person's no: to a purpose, to an organisation, to both together, or (both None) to every one."""

    person_id: int = field(repr=False)
    purpose: Purpose | None = None
    organisation: str | None = None
    starts_ms: int = 0
    ends_ms: int | None = None

    def concerns(self, reader: Reader, now_ms: int) -> bool:
        """Does it keep this reader out now?"""
        in_force = self.starts_ms <= now_ms and (self.ends_ms is None or now_ms < self.ends_ms)
        return in_force and self.purpose in (None, reader.purpose) and self.organisation in (None, reader.organisation)


@dataclass(frozen=True, slots=True)
class TableView:
    """One table as one reader sees it: columns with their masks (None: as it is), and rows that pass all rules.

    Rows about what is more sensitive than `level` (conditions that the law protects) are not in it.
    """

    columns: Mapping[str, str | None]
    rows: frozenset[Rows]
    level: int


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a refused read asked for and no grant opens; `column` is "" for a whole table."""

    table: str
    column: str
    why: str  # a fixed phrase


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed, with the views to read through; or refused, with the reason and all that is lacking."""

    allowed: bool
    reason: str  # a fixed phrase
    views: Mapping[str, TableView] = field(default_factory=dict)
    lacking: tuple[Lack, ...] = ()
    grants: tuple[int, ...] = ()  # the numbers of those that opened it
