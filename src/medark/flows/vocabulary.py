"""Vocabularies into the workspace, and into the lake beside the rows that use them"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from medark.flows import mapped_terms
from medark.flows.workspace import Workspace
from medark.model.audit import Act
from medark.model.omop import VOCABULARY_TABLES
from medark.model.progress import Progress
from medark.store.lake import Query, Replace
from medark.store.vocabulary import VocabularyReport

_PUBLISHED = "vocabulary"


def load(workspace: Workspace, paths: Sequence[Path], progress: Progress) -> VocabularyReport:
    """Take in vocabularies as Athena gives them (files or folders). Rows loaded before keep their concepts until
    `medark rebuild` or `medark quarantine retry`. What was decided that sources' codes mean holds on.
    """
    with progress.stage("loading vocabularies", None, "tables") as stage:
        report = mapped_terms.load(workspace, paths)
        stage.advance(len(report.rows))
    publish(workspace)
    return report


def publish(workspace: Workspace) -> None:
    """The vocabulary's tables as tables of the lake, unless they are there already."""
    digest = workspace.vocabulary.digest
    snapshot = workspace.lake.snapshot()
    told = [entry.detail.get("digest") for entry in workspace.ledger.audit.entries(action=_PUBLISHED, limit=1)]
    if snapshot.rows("concept") and told == [digest]:
        return
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, VOCABULARY_TABLES)
        changes = {table: Replace(Query(session, f"SELECT * FROM {table}")) for table in VOCABULARY_TABLES}
        workspace.lake.commit(changes, _PUBLISHED)
    workspace.ledger.audit.add(Act(_PUBLISHED, detail={"digest": digest, "release": workspace.vocabulary.release}))
