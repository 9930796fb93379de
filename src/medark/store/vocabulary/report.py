"""What a load of vocabularies came to"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VocabularyReport:
    """`rows` by table as served now; `left_out`: lines without a key, by table; `ignored`: names of other files.

    `unknown_targets`: entries of SOURCE_TO_CONCEPT_MAP that lead to no standard concept here; they map to 0.
    """

    release: str
    digest: str
    changed: bool
    rows: Mapping[str, int]
    left_out: Mapping[str, int]
    unknown_targets: int = 0
    ignored: tuple[str, ...] = ()
