"""Versions as three numbers, and what an application says of those it needs"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Final

from medark.errors import UsageError

Version = tuple[int, int, int]
_VERSION: Final = re.compile(r"(\d{1,5})(?:\.(\d{1,5}))?(?:\.(\d{1,5}))?")
_NEED: Final = re.compile(r"(>=|<=|==|>|<)\s*([\d.]+)")
_COMPARISONS: Final[dict[str, Callable[[Version, Version], bool]]] = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, ">": operator.gt, "<": operator.lt,
}  # fmt: skip


def version(text: str) -> Version:
    """The numbers of a version; those left out are 0. UsageError for anything else.

    >>> version("1.10"), version("1.10") > version("1.9.3")
    ((1, 10, 0), True)
    """
    found = _VERSION.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no version", fix='version = "1.0.0"')
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch


def fits(text: str, needs: str) -> bool:
    """Is a version one of those that are needed? UsageError for a need that can't be read.

    >>> fits("1.4.0", ">=1.2, <2"), fits("2.0", ">=1.2, <2"), fits("0.1", "")
    (True, False, True)
    """
    parts = [part.strip() for part in needs.split(",") if part.strip()]
    return all(_holds(version(text), part) for part in parts)


def _holds(found: Version, need: str) -> bool:
    read = _NEED.fullmatch(need)
    if read is None:
        raise UsageError(f"{need!r} does not say which version is needed", fix='medark = ">=0.1, <1"')
    return _COMPARISONS[read[1]](found, version(read[2]))
