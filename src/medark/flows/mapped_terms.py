"""What was decided that sources' codes mean, as part of the vocabulary"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from medark.flows.workspace import Workspace
from medark.model.omop import tables
from medark.model.term import SourceTerm, TermState
from medark.sql.render import render
from medark.store.engine import Session
from medark.store.vocabulary import VocabularyReport

_TABLE = "source_to_concept_map"
_ASKED = ("concept", "concept_relationship")
# Of concept c: it can be meant. Standard ones, and codes of LOINC whose standard concept the vocabulary does not have:
# who writes its own code for one is then as well off as who writes LOINC itself.
MEANT = """c.invalid_reason is null and (c.standard_concept = 'S' or (c.vocabulary_id = 'LOINC' and not exists (
  select 1 from concept_relationship as r where r.concept_id_1 = c.concept_id and r.relationship_id = 'Maps to')))"""
_FROM, _UNTIL = "19700101", "20991231"


def load(workspace: Workspace, paths: Iterable[Path]) -> VocabularyReport:
    """Take in vocabularies; what was decided stands over what they bring."""
    with tempfile.TemporaryDirectory(dir=workspace.places.scratch) as folder:
        return workspace.vocabulary.load(paths, lambda session: _decided(workspace, session, Path(folder)))


def reapply(workspace: Workspace, undone: Iterable[SourceTerm] = ()) -> None:
    """What was decided as part of the vocabulary. `undone`: terms whose decision no longer holds: their rows go."""
    with tempfile.TemporaryDirectory(dir=workspace.places.scratch) as folder:
        with workspace.engine.session() as session:
            workspace.vocabulary.bind(session, (_TABLE, *_ASKED))
            made = _decided(workspace, session, Path(folder), undone)
        if made:
            workspace.vocabulary.load(made)


def _decided(workspace: Workspace, session: Session, folder: Path, undone: Iterable[SourceTerm] = ()) -> Sequence[Path]:
    """Everything that was decided as rows of SOURCE_TO_CONCEPT_MAP, beside those that were loaded: a file in `folder`,
    none where it would change nothing. A decision wins, also that a code means nothing.
    """
    decided_ones = [one for one in workspace.ledger.terms.all() if one.state is not TermState.OPEN]
    terms = [one for one in decided_ones if one.state is TermState.MAPPED]
    decided = {(one.vocabulary, one.code) for one in (*decided_ones, *undone)}
    if not decided:
        return ()
    known = session.query(f"SELECT * FROM {_TABLE}").to_pylist()
    if not terms and not any((row["source_vocabulary_id"], row["source_code"]) in decided for row in known):
        return ()
    kept = [row for row in known if (row["source_vocabulary_id"], row["source_code"]) not in decided]
    found = _meant(session, terms)
    lines = [_line(*(_told(value) for value in row.values())) for row in kept]
    lines += [_mapped(one, found.get(one.concept_id or 0, "")) for one in terms]
    head = (column.name for column in tables()[_TABLE].columns)
    file = folder / "SOURCE_TO_CONCEPT_MAP.csv"
    file.write_text("\n".join([_line(*head), *dict.fromkeys(lines), ""]), encoding="utf-8")
    return (file,)


def _mapped(one: SourceTerm, vocabulary: str) -> str:
    told = one.name or one.code
    return _line(one.code, 0, one.vocabulary, told, one.concept_id, vocabulary, _FROM, _UNTIL, "")


def meant_ones(workspace: Workspace, terms: Iterable[SourceTerm]) -> dict[int, str]:
    """The vocabularies of those concepts that terms were decided to mean and that can be meant."""
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, _ASKED)
        return _meant(session, terms)


def _meant(session: Session, terms: Iterable[SourceTerm]) -> dict[int, str]:
    numbers = ", ".join(str(one.concept_id) for one in terms if one.concept_id is not None)
    if not numbers:
        return {}
    sql = f"SELECT c.concept_id, c.vocabulary_id FROM concept AS c WHERE {MEANT} AND c.concept_id IN ({numbers})"
    rows = session.query(render(sql, session.dialect)).to_pylist()
    return {row["concept_id"]: row["vocabulary_id"] for row in rows}


def _told(value: object) -> object:
    return value.strftime("%Y%m%d") if isinstance(value, dt.date) else value


def _line(*cells: object) -> str:
    """A line as Athena writes it: tabs, and nothing is quoted."""
    return "\t".join(" ".join(str("" if cell is None else cell).split()) for cell in cells)
