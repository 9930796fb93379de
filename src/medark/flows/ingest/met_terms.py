"""Codes that no standard concept stands for, noted as they are met: somebody may say what they mean"""

from __future__ import annotations

from medark.flows.workspace import Workspace
from medark.model.source import Source
from medark.model.term import SourceTerm
from medark.store.engine import Session

_MET = "unknown_code"


def note_terms(workspace: Workspace, source: Source, session: Session) -> None:
    """Those of a wave that has ended."""
    if session.has(_MET):
        told = session.query(f"SELECT kind, code_system AS system, code, code_text AS name, unit, specimen FROM {_MET}")
        rows = ({name: value or "" for name, value in row.items()} for row in told.to_pylist())
        workspace.ledger.terms.note(SourceTerm(source.name, **row) for row in rows)
