"""Lengths of time: days(3), hours(48), months(6)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medark.errors import DefinitionError

if TYPE_CHECKING:
    from medark.define.language.series import Series


@dataclass(frozen=True, slots=True, eq=False)
class Duration:
    """So many `unit`s: seconds, days or months. `length` may be a series where a date is moved by it."""

    length: int | Series
    unit: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def _parts(self) -> tuple[object, str]:
        return self.length if isinstance(self.length, int) else self.length.node, self.unit

    def __neg__(self) -> Duration:
        return Duration(-self.length, self.unit)

    def fixed(self) -> int:
        """The length of a window: DefinitionError if it is a series, or less than nothing."""
        if not isinstance(self.length, int) or self.length < 0:
            raise DefinitionError("a window is a fixed time, 0 or longer", fix="within=days(90)")
        return self.length


def seconds(length: int | Series) -> Duration:
    """So many seconds; they move times, not days."""
    return Duration(_whole(length), "seconds")


def minutes(length: int | Series) -> Duration:
    """So many minutes; they move times, not days."""
    return Duration(_whole(length) * 60, "seconds")


def hours(length: int | Series) -> Duration:
    """So many hours; they move times, not days."""
    return Duration(_whole(length) * 3600, "seconds")


def days(length: int | Series) -> Duration:
    """So many calendar days."""
    return Duration(_whole(length), "days")


def weeks(length: int | Series) -> Duration:
    """So many times seven days."""
    return Duration(_whole(length) * 7, "days")


def months(length: int | Series) -> Duration:
    """So many calendar months: 31 January and one month is the last day of February."""
    return Duration(_whole(length), "months")


def years(length: int | Series) -> Duration:
    """So many calendar years: 29 February and one year is 28 February."""
    return Duration(_whole(length) * 12, "months")


def _whole(length: int | Series) -> int | Series:
    if isinstance(length, bool | float | str):
        raise DefinitionError(f"a length of time is a whole number, not {length!r}", fix="days(90), hours(36)")
    return length
