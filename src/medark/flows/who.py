"""Which person is meant: named by person_id, or by a number or key that is only theirs"""

from __future__ import annotations

from collections.abc import Callable

from medark.errors import NotFoundError
from medark.flows.workspace import Workspace


def the_person(workspace: Workspace, named: str, is_there: Callable[[int], bool]) -> int:
    """The person_id. NotFoundError if nobody, or more than one, goes by that name.

    `is_there`: has whoever asks something of a person of this person_id?
    """
    by_number = int(named) if named.removeprefix("-").isdecimal() and len(named) < 20 else None
    if by_number is not None and (workspace.crosswalk.keys(by_number) or is_there(by_number)):
        return by_number
    found = workspace.crosswalk.find(named)
    if len(found) != 1:
        what = "more than one person goes by this name" if found else "nobody goes by this name"
        raise NotFoundError(what, fix="name the person_id: SELECT person_id FROM person")
    return found[0]
