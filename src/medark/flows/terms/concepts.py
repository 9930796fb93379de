"""Concepts of the loaded vocabulary by their number or their code"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from medark.flows.mapped_terms import MEANT
from medark.flows.workspace import Workspace
from medark.sql.render import render
from medark.standardise.terms import Named

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,49}")
_LONGEST_NUMBER: Final = 9  # digits


def named(workspace: Workspace, numbers: Iterable[int | None]) -> Mapping[int, Named]:
    """Those with these numbers."""
    told = ", ".join(str(number) for number in sorted({number for number in numbers if number}))
    return {one.concept_id: one for one in _asked(workspace, f"concept_id IN ({told})")} if told else {}


def meant_by(workspace: Workspace, word: str) -> list[Named]:
    """Those that have this code or number and can be meant; none for a word that is no code."""
    if not _CODE.fullmatch(word):
        return []
    number = f" OR concept_id = {word}" if word.isdigit() and len(word) <= _LONGEST_NUMBER else ""
    return list(_asked(workspace, f"{MEANT} AND (concept_code = '{word}'{number})"))


def _asked(workspace: Workspace, where: str) -> Iterator[Named]:
    sql = f"SELECT concept_id, vocabulary_id, concept_code, concept_name FROM concept AS c WHERE {where}"
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ("concept", "concept_relationship"))
        for row in session.query(render(sql, session.dialect)).to_pylist():
            yield Named(row["concept_id"], row["vocabulary_id"], row["concept_code"], (row["concept_name"],))
