"""What terms were decided to mean: kept, made part of the vocabulary, and the rows that waited brought up to it"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from medark.errors import UsageError
from medark.flows.ingest.standard import standardise_pending
from medark.flows.mapped_terms import reapply, standard_ones
from medark.flows.raw import must_steward
from medark.flows.staging.staging import Staging
from medark.flows.terms.unmapped import records_with
from medark.flows.workspace import Workspace
from medark.model.audit import Act
from medark.model.progress import Progress, Silent
from medark.model.term import SourceTerm, TermState

_SILENT = Silent()


def decide(workspace: Workspace, by: str, decided: Iterable[SourceTerm], progress: Progress = _SILENT) -> int:
    """Keep what terms mean (`state`, `concept_id`, `probability` as decided), and make the rows that waited again.

    Returns how many raw records were standardised again. UsageError for a concept that is not a standard one;
    AccessError unless `by` is an owner or a steward.
    """
    now = int(time.time() * 1000)
    told = [replace(one, decided_by=by, decided_ms=now) for one in decided]
    must_steward(workspace, by, "codes decided", terms=len(told))
    _checked(workspace, told)
    workspace.ledger.terms.decide(told)
    if not told:
        return 0
    reapply(workspace)
    again = records_with(workspace, {(one.source, one.code): one for one in told if one.state is TermState.MAPPED})
    workspace.ledger.records.reopen(again)
    with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
        standardise_pending(workspace, progress, staging)
    workspace.ledger.audit.add(Act("codes applied", by, detail={"terms": len(told), "records": len(again)}))
    return len(again)


def _checked(workspace: Workspace, told: Sequence[SourceTerm]) -> None:
    mapped = [one for one in told if one.state is TermState.MAPPED]
    known = standard_ones(workspace, mapped)
    for one in mapped:
        if one.concept_id not in known:
            fix = "take one whose standard_concept is S"
            raise UsageError("this is not a standard concept", fix=fix, concept_id=one.concept_id or 0)
