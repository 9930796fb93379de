"""A hospital's own codes of drugs, as a setting tells them: CODE=ATC, with blanks between"""

from __future__ import annotations

from medark.errors import UsageError


def own_codes(told: str) -> dict[str, str]:
    """The codes in small letters, and the ATC of each. UsageError for what is no pair.

    >>> own_codes("XB01234=B01AB05 600206=B01AB05")
    {'xb01234': 'B01AB05', '600206': 'B01AB05'}
    """
    pairs = [one.partition("=") for one in told.split()]
    if any(not code or not atc for code, _, atc in pairs):
        raise UsageError("a code of a drug does not say what it is", fix="XB01234=B01AB05")
    return {code.lower(): atc.upper() for code, _, atc in pairs}
