"""What the gate asks of the ledger, and where it writes what was read; in memory for tests"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from medark.errors import NotFoundError
from medark.model.access import Grant, Reader, Refusal
from medark.model.audit import Act
from medark.model.user import BreakGlass, ColumnOverride, User

if TYPE_CHECKING:
    from medark.store.ledger.ledger import Ledger


Said = tuple[Act, Collection[int]]  # an act, and the people it was about


class Book(Protocol):
    """Everything a decision depends on. Each call tells what holds now: a grant taken back is gone at the next call."""

    def stamp(self) -> int | None:
        """What a decision is kept under: equal stamps, equal answers of all but `write`. None: keep none."""

    def user(self, name: str) -> User | None:
        """Somebody who may use the platform (or no longer may: `disabled`); None for a stranger."""

    def grants(self, reader: Reader) -> Sequence[Grant]:
        """The grants of a reader, of their roles and of their app, in force or not."""

    def refused(self, reader: Reader, now_ms: int, person_id: int | None = None) -> frozenset[int]:
        """The people whose rows are kept from this reader: of all, or of one."""

    def overrides(self) -> Sequence[ColumnOverride]:
        """How sensitive columns are by the decision of a named person."""

    def open_records(self, user: str, now_ms: int) -> frozenset[int]:
        """The people whose records somebody opened in an emergency, and may still see."""

    def write_together(self, said: Sequence[Said]) -> None:
        """Write entries, all of them or none, and on disk on return. Errors as of `write`."""

    def write(self, act: Act, people: Collection[int] = ()) -> int:
        """Write an entry of the audit, on disk on return; its number. StorageError, BusyError: it is not written."""


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """The book that the ledger is."""

    ledger: Ledger

    def stamp(self) -> int | None:
        return self.ledger.changes()

    def user(self, name: str) -> User | None:
        try:
            return self.ledger.users.one(name)
        except NotFoundError:
            return None

    def grants(self, reader: Reader) -> Sequence[Grant]:
        return self.ledger.access.grants(reader)

    def refused(self, reader: Reader, now_ms: int, person_id: int | None = None) -> frozenset[int]:
        if person_id is None:
            return self.ledger.refusals.people(reader, now_ms)
        said = self.ledger.refusals.of(person_id)
        return frozenset(one.person_id for one in said if one.concerns(reader, now_ms))

    def overrides(self) -> Sequence[ColumnOverride]:
        return self.ledger.access.overrides()

    def open_records(self, user: str, now_ms: int) -> frozenset[int]:
        return self.ledger.glass.people(user, now_ms)

    def write_together(self, said: Sequence[Said]) -> None:
        self.ledger.audit.add_together(said)

    def write(self, act: Act, people: Collection[int] = ()) -> int:
        return self.ledger.audit.add(act, people).entry_no


@dataclass
class MemoryBook:
    """A book in memory."""

    users: dict[str, User] = field(default_factory=dict)
    given: list[Grant] = field(default_factory=list)
    said_no: list[Refusal] = field(default_factory=list)
    decided: list[ColumnOverride] = field(default_factory=list)
    broken: list[BreakGlass] = field(default_factory=list)
    written: list[tuple[Act, tuple[int, ...]]] = field(default_factory=list)

    def stamp(self) -> int | None:
        return None

    def user(self, name: str) -> User | None:
        return self.users.get(name)

    def grants(self, reader: Reader) -> Sequence[Grant]:
        return tuple(self.given)

    def refused(self, reader: Reader, now_ms: int, person_id: int | None = None) -> frozenset[int]:
        said = (one for one in self.said_no if person_id in (None, one.person_id))
        return frozenset(one.person_id for one in said if one.concerns(reader, now_ms))

    def overrides(self) -> Sequence[ColumnOverride]:
        return tuple(self.decided)

    def open_records(self, user: str, now_ms: int) -> frozenset[int]:
        return frozenset(one.person_id for one in self.broken if one.user == user and one.in_force(now_ms))

    def write_together(self, said: Sequence[Said]) -> None:
        self.written += [(act, tuple(people)) for act, people in said]

    def write(self, act: Act, people: Collection[int] = ()) -> int:
        self.written.append((act, tuple(people)))
        return len(self.written)
