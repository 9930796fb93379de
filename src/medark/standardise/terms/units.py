"""A unit as it was written, in UCUM's spelling where that is known"""

from __future__ import annotations

from medark.standardise.units import ucum as read


def ucum(unit: str) -> str:
    """The unit's UCUM code; what nobody knows stays as it is.

    >>> ucum("×10^9/L"), ucum("K/uL"), ucum("mmol/L")
    ('10*9/L', '10*3/uL', 'mmol/L')
    """
    return read(unit) or unit
