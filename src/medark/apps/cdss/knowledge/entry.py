"""One entry of what is known: what it is called and says, where it comes from, and what it leads to"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

Texts = Mapping[str, str]

# The kinds, in the order in which a drawing has them from left to right.
KINDS: Final = ("symptom", "disease", "test", "drug", "group", "rule", "source")
_NOT_OF_IDS: Final = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Link:
    """It leads to another entry by a relation; see words.RELATIONS. Turned round: the other leads to it."""

    relation: str
    other: str
    is_turned: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """`family`: of a rule, which table of facts it comes from, and `row` its row there. `source`: a citation."""

    id: str
    kind: str
    names: Texts
    text: Texts
    source: str = ""
    links: tuple[Link, ...] = ()
    synonyms: tuple[str, ...] = ()
    family: str = ""
    to_be_confirmed: bool = False
    row: Mapping[str, str] = field(default_factory=dict, hash=False)


def test_id(key: str) -> str:
    """The entry of a test."""
    return f"test:{key}"


def drug_id(atc: str) -> str:
    """The entry of a drug, or of the group of all drugs whose codes begin so.

    >>> drug_id("B01AA03"), drug_id("C09A"), drug_id("C09A|C09C")
    ('drug:B01AA03', 'group:C09A', 'group:C09A_C09C')
    """
    return f"drug:{atc}" if len(atc) == 7 and "|" not in atc else f"group:{atc.replace('|', '_')}"


def source_id(citation: str) -> str:
    """The entry of a citation: of its own words, for many facts share one."""
    return f"source:{_NOT_OF_IDS.sub('-', citation).strip('-').lower()[:60] or hash_of(citation)}"


def hash_of(text: str) -> str:
    """A short name for a text without Latin letters, the same every day."""
    total = 0
    for letter in text:
        total = (total * 131 + ord(letter)) % 2**40
    return f"{total:010x}"


def drug_links(relation: str, codes: Iterable[str], *, is_turned: bool = False) -> tuple[Link, ...]:
    """Links to drugs and groups by their codes."""
    return tuple(Link(relation, drug_id(code), is_turned) for code in codes)
