"""A check, whatever it is of: what it finds wrong, where, and how much of it may be"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CATEGORIES: Final = ("conformance", "completeness", "plausibility", "timeliness")  # Kahn 2016, and how soon it is there


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of check. `level`: of what it is one; `category`, `context` as Kahn 2016 has them; `finds`: what
    violates it, in words.
    """

    name: str
    level: str  # table | field | concept
    category: str  # one of CATEGORIES
    context: str  # verification: against what is written down; validation: against what is known of the world
    severity: str  # fatal | convention | characterization
    finds: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `value`: what it compares with, as its kind has it (a limit, a table.field, a domain, units …);
    `threshold`: so many per cent may violate it. `source`: whose rows alone it is of; `family`: which checks it belongs
    to; `owner`: who answers for it, where a site says so.
    """

    id: str
    kind: Kind
    table: str
    column: str = ""
    concept_ids: tuple[int, ...] = ()
    value: str = ""
    threshold: float = 0.0
    source: str = ""
    family: str = "dashboard"
    owner: str = ""
