"""A system that feeds us: one hospital's LIS, one city's 120 centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OF_APP: Final = "/app:"  # in the name of a source of forms that an application keeps, and of no other


@dataclass(frozen=True, slots=True)
class Source:
    """One feeding system.

    `name` is `organisation/system` or one word. Keys of people are shared by all systems of an organisation:
    a patient number in `north/his` and in `north/lis` is the same patient.

    >>> Source("north/lis").people, Source("mimic3").people
    ('north', 'mimic3')
    """

    name: str
    time_zone: str = "UTC"  # of times that carry no offset
    authorities: tuple[str, ...] = ()  # assigning authorities that mean "ours"
    own_people: str = ""

    @property
    def people(self) -> str:
        """The namespace in which this source's patient numbers are unique."""
        return self.own_people or self.name.split("/", 1)[0]
