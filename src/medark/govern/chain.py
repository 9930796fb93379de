"""Was the audit edited, cut, reordered or added to? Every place where its chain does not hold"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from medark.messages import N_
from medark.model.audit import FORGED, START, AuditEntry, Head, Line, entry_of, link, people_digest, signature

MISSING: Final = N_("entries before this one are missing")
CUT: Final = N_("the audit ended later: entries from this one on are missing")
NOT_OURS: Final = N_("the entry was not written by this workspace")
CHANGED: Final = N_("the entry was changed, or the one before it")
MOVED: Final = N_("the entry stands in the place of another")
SEARCHED: Final = N_("what the entry is found by was changed")
PEOPLE: Final = N_("the list of people whom the entry is about was changed")
NO_HEAD: Final = N_("the signed head beside the ledger is missing")
FALSE_HEAD: Final = N_("the signed head beside the ledger was changed")
OTHER_HEAD: Final = N_("the entry is not the one that the signed head tells of")


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain does not hold: the entry's number, and a fixed phrase that says why."""

    entry_no: int
    why: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification found: how many entries there are, the newest, and where the chain does not hold."""

    entries: int
    head: Head
    breaks: tuple[Break, ...]

    @property
    def holds(self) -> bool:
        """Is everything as it was written?"""
        return not self.breaks


def verified(lines: Iterable[Line], key: bytes, head: Head | None) -> Verified:
    """All lines in order, against the key that they were signed with and the head that was told beside them.

    `head`: None if it is missing, FORGED if it is not genuine. What is newer than the head was written just before a
    crash: its own signature says so.
    """
    previous, count, broken = START, 0, list[Break]()
    for line in lines:
        broken += (Break(line.head.entry_no, why) for why in _wrong(line, previous, key))
        if head and line.head.entry_no == head.entry_no and line.head != head:
            broken.append(Break(head.entry_no, OTHER_HEAD))
        previous, count = line.head, count + 1
    return Verified(count, previous, (*broken, *_end(previous, head)))


def _wrong(line: Line, previous: Head, key: bytes) -> Iterator[str]:
    if line.head.entry_no != previous.entry_no + 1:
        yield MISSING
    elif link(previous.hash, line.body) != line.head.hash:
        yield CHANGED
    if not hmac.compare_digest(signature(key, line.head).encode(), line.signature.encode()):
        yield NOT_OURS
    try:
        entry = entry_of(line.body)
    except (ValueError, TypeError, AttributeError):  # then its hash does not fit either
        return
    yield from _differences(line, entry)


def _differences(line: Line, entry: AuditEntry) -> Iterator[str]:
    if entry.entry_no != line.head.entry_no:
        yield MOVED
    if (entry.at_ms, entry.act.actor, entry.act.app, entry.act.action) != line.searched:
        yield SEARCHED
    if (entry.people, entry.people_digest) != (
        len(line.leaves),
        people_digest(line.leaves),
    ) or entry.forgotten_digest != people_digest(line.forgotten):
        yield PEOPLE


def _end(last: Head, head: Head | None) -> Iterator[Break]:
    if head is None:
        yield Break(last.entry_no, NO_HEAD)
    elif head == FORGED:
        yield Break(last.entry_no, FALSE_HEAD)
    elif head.entry_no > last.entry_no:
        yield Break(last.entry_no + 1, CUT)
