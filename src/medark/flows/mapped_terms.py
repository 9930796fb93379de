"""What was decided that sources' codes mean, as part of the vocabulary"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from pathlib import Path

from medark.flows.workspace import Workspace
from medark.model.omop import tables
from medark.model.term import SourceTerm, TermState
from medark.sql.render import render

_TABLE = "source_to_concept_map"
_FROM, _UNTIL = "19700101", "20991231"


def reapply(workspace: Workspace) -> None:
    """Everything that was decided as rows of SOURCE_TO_CONCEPT_MAP, beside those that were loaded. A decision wins."""
    terms = workspace.ledger.terms.all(TermState.MAPPED)
    if not terms:
        return
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, (_TABLE,))
        known = session.query(f"SELECT * FROM {_TABLE}").to_pylist()
    decided = {(one.vocabulary, one.code) for one in terms}
    kept = [row for row in known if (row["source_vocabulary_id"], row["source_code"]) not in decided]
    found = standard_ones(workspace, terms)
    lines = [_line(*(_told(value) for value in row.values())) for row in kept]
    lines += [_mapped(one, found.get(one.concept_id or 0, "")) for one in terms]
    head = (column.name for column in tables()[_TABLE].columns)
    with tempfile.TemporaryDirectory(dir=workspace.places.scratch) as folder:
        file = Path(folder) / "SOURCE_TO_CONCEPT_MAP.csv"
        file.write_text("\n".join([_line(*head), *dict.fromkeys(lines), ""]), encoding="utf-8")
        workspace.vocabulary.load([file])


def _mapped(one: SourceTerm, vocabulary: str) -> str:
    told = one.name or one.code
    return _line(one.code, 0, one.vocabulary, told, one.concept_id, vocabulary, _FROM, _UNTIL, "")


def standard_ones(workspace: Workspace, terms: Iterable[SourceTerm]) -> dict[int, str]:
    """The vocabularies of the standard concepts among those that terms were decided to mean."""
    numbers = ", ".join(str(one.concept_id) for one in terms if one.concept_id is not None)
    if not numbers:
        return {}
    sql = f"SELECT concept_id, vocabulary_id FROM concept WHERE standard_concept = 'S' AND concept_id IN ({numbers})"
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ("concept",))
        rows = session.query(render(sql, session.dialect)).to_pylist()
    return {row["concept_id"]: row["vocabulary_id"] for row in rows}


def _told(value: object) -> object:
    return value.strftime("%Y%m%d") if isinstance(value, dt.date) else value


def _line(*cells: object) -> str:
    """A line as Athena writes it: tabs, and nothing is quoted."""
    return "\t".join(" ".join(str("" if cell is None else cell).split()) for cell in cells)
