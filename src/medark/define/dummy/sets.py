"""Concept ids for sets where no vocabulary is at hand"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

from medark.define.concepts import CodeItem, ConceptSet
from medark.define.concepts.ids import ConceptIds

_LOCAL = 2_000_000_000  # OMOP leaves concept ids from here on to whoever needs their own
_ROOM = 147_000_000


def local_id(code: CodeItem) -> int:
    """The made-up concept id of a code: the same in every run."""
    return _LOCAL + zlib.crc32(f"{code.vocabulary}|{code.code}".upper().encode()) % _ROOM


def with_made_up(sets: Iterable[ConceptSet], resolved: Mapping[ConceptSet, ConceptIds]) -> dict[ConceptSet, ConceptIds]:
    """What each set comes to: as resolved, or to the ids it names itself and a made-up id for each code."""
    return {one: resolved[one] if one in resolved else _named(one) for one in sets}


def _named(concepts: ConceptSet) -> ConceptIds:
    ids = {item.concept_id: item.excluded for item in concepts.items}
    ids |= {local_id(code): code.excluded for code in concepts.codes}
    included = frozenset(one for one, excluded in ids.items() if not excluded)
    return ConceptIds(included, included)


def codes_by_id(sets: Iterable[ConceptSet]) -> dict[int, str]:
    """The code behind each made-up id, for columns of source values."""
    return {local_id(code): code.code for one in sets for code in one.codes if not code.excluded}
