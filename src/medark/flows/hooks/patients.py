"""Which person a client's id of a patient means"""

from __future__ import annotations

from medark.flows.workspace import Workspace

_LONGEST = 19  # digits of a 64-bit number


def person_of(workspace: Workspace, patient: str, people: str) -> int | None:
    """The person_id. `people`: the namespace of the client's patient numbers; "": its ids are ours, as `/fhir` gives
    them. None for nobody: whether the lake has rows of a number is not looked at here.
    """
    if people:
        return workspace.crosswalk.persons(people, [patient]).get(patient)
    return number_of(patient)


def number_of(told: str) -> int | None:
    """A whole number of ours that came as an id.

    >>> number_of("-12"), number_of("12a")
    (-12, None)
    """
    digits = told.removeprefix("-")
    sound = digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST
    return int(told) if sound and -(2**63) <= int(told) < 2**63 else None
