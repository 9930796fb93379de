"""Numbers for concepts that OMOP gives none: from 2,000,000,000 up, the same on every machine"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

FIRST_LOCAL = 2_000_000_000  # OMOP: ids from here up are a site's own
_BLOCK = 2_001_000_000  # below it: room for ids that people give by hand
_ROOM = 146_000_000  # up to the largest 32-bit integer


def local_concept_ids(
    codes: Iterable[tuple[str, str]], given: Mapping[tuple[str, str], int] | None = None
) -> dict[tuple[str, str], int]:
    """An id for each (vocabulary_id, concept_code). Those in `given` keep theirs, so that no id ever changes.

    >>> local_concept_ids([("LOINC", "2345-7")]) == local_concept_ids([("LOINC", "2345-7")])
    True
    """
    known = dict(given or {})
    taken = set(known.values())
    wanted = sorted(set(codes))
    for code in wanted:
        if code not in known:
            known[code] = _free(code, taken)
            taken.add(known[code])
    return {code: known[code] for code in wanted}


def _free(code: tuple[str, str], taken: set[int]) -> int:
    for attempt in range(_ROOM):
        text = "|".join((*code, str(attempt) if attempt else ""))
        number = _BLOCK + int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16) % _ROOM
        if number not in taken:
            return number
    raise AssertionError("146 million ids are used up")
