"""Which person is meant: named by person_id, or by a number or key that is only theirs"""

from __future__ import annotations

from collections.abc import Callable

from medark.errors import NotFoundError
from medark.flows.workspace import Workspace


def the_person(workspace: Workspace, named: str, is_there: Callable[[int], bool]) -> int:
    """The person_id. NotFoundError if nobody, or more than one, goes by that name.

    `is_there`: has whoever asks something of a person of this person_id?
    """
    by_number = person_id_of(named)
    if by_number is not None and (workspace.crosswalk.keys(by_number) or is_there(by_number)):
        return by_number
    found = workspace.crosswalk.find(named)
    if len(found) != 1:
        what = "more than one person goes by this name" if found else "nobody goes by this name"
        raise NotFoundError(what, fix="name the person_id: SELECT person_id FROM person")
    return found[0]


def person_id_of(named: str) -> int | None:
    """The person_id that a text is; None for any other.

    >>> person_id_of("-42"), person_id_of("H0042"), person_id_of("9" * 19)
    (-42, None, None)
    """
    digits = named.removeprefix("-")
    number = int(named) if digits.isascii() and digits.isdecimal() and len(digits) < 20 else None
    return number if number is not None and -(2**63) <= number < 2**63 else None
