"""What concepts are called in both languages, with their code, vocabulary and other names"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

import pyarrow as pa

from medark.catalog.assets import Asset, Kind
from medark.catalog.meanings import Meaning
from medark.flows.catalog.of_codes import names_of_concepts
from medark.flows.timeline.names import names
from medark.flows.workspace import Workspace

_AT_ONCE: Final = 20_000
_NAMES: Final = 12  # other names of one concept that it is found by
_SQL: Final = """
SELECT c.concept_id, c.concept_name, c.concept_code, c.vocabulary_id, c.domain_id, c.concept_class_id
FROM asked_concept AS a JOIN concept AS c ON c.concept_id = a.concept_id
"""
_NAMES_SQL: Final = """
SELECT s.concept_id, s.concept_synonym_name
FROM asked_concept AS a JOIN concept_synonym AS s ON s.concept_id = a.concept_id ORDER BY 1, 2
"""


def concept_assets(workspace: Workspace, concepts: set[int], people: Mapping[int, int]) -> Iterator[Asset]:
    """Each of some concepts that the vocabulary has. `people` as `names_of_concepts` takes it."""
    ordered, told = iter(sorted(concepts - {0})), names_of_concepts(workspace, people)
    while some := list(islice(ordered, _AT_ONCE)):
        yield from _assets(workspace, some, told)


def _assets(workspace: Workspace, some: Sequence[int], told: Mapping[int, Sequence[str]]) -> Iterator[Asset]:
    called = names(workspace).of(some)
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ["concept", "concept_synonym"])
        session.bind_arrow("asked_concept", pa.table({"concept_id": pa.array(some, pa.int64())}))
        rows = session.query(_SQL).to_pylist()
        others: dict[int, list[str]] = {}
        for row in session.query(_NAMES_SQL).to_pylist():
            others.setdefault(row["concept_id"], []).append(row["concept_synonym_name"])
    for row in sorted(rows, key=lambda row: row["concept_id"]):
        number = row["concept_id"]
        known = (*others.get(number, ())[:_NAMES], *told.get(number, ()))
        yield _asset(row, called[number].zh, tuple(dict.fromkeys(known)))


def _asset(row: dict[str, Any], chinese: str, others: Sequence[str]) -> Asset:
    code = f"{row['vocabulary_id']} {row['concept_code']}"
    about = f"{row['domain_id']} · {code}"
    return Asset(
        Kind.CONCEPT, str(row["concept_id"]), row["concept_code"], Meaning(row["concept_name"], chinese),
        Meaning(about, about), words=" · ".join(one for one in others if one not in (row["concept_name"], chinese)),
        level=0,
    )  # fmt: skip
