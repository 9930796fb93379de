"""What terms were decided to mean: kept, made part of the vocabulary, and the rows that waited brought up to it"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from medark.errors import UsageError
from medark.flows.ingest.standard import standardise_pending
from medark.flows.mapped_terms import meant_ones, reapply
from medark.flows.raw import must_steward
from medark.flows.staging.staging import Staging
from medark.flows.terms.tasks import bring_up_to_date
from medark.flows.terms.unmapped import records_otherwise
from medark.flows.workspace import Workspace
from medark.model.audit import Act
from medark.model.progress import Progress, Silent
from medark.model.term import SourceTerm, TermState

_SILENT = Silent()


def decide(workspace: Workspace, by: str, decided: Iterable[SourceTerm], progress: Progress = _SILENT) -> int:
    """Keep what terms mean (`state`, `concept_id`, `probability` as decided), and make the rows again that are
    otherwise: those that waited, and those of a term that now means another concept, none, or is open again.

    Returns how many raw records were standardised again. UsageError for a concept that is not a standard one;
    AccessError unless `by` is an owner or a steward.
    """
    note(workspace, by, told := list(decided))
    return apply(workspace, by, told, progress)


def note(workspace: Workspace, by: str, decided: Iterable[SourceTerm]) -> None:
    """Keep what terms mean, and make it part of the vocabulary; rows of the lake follow by `apply`. Errors as above."""
    now = int(time.time() * 1000)
    told = [_signed(one, by, now) for one in decided]
    must_steward(workspace, by, "codes decided", terms=len(told))
    _checked(workspace, told)
    before = {one.key: one for one in workspace.ledger.terms.all(sources={one.source for one in told})}
    workspace.ledger.terms.decide(told)
    workspace.ledger.audit.add_together((_act(one, before.get(one.key), by), ()) for one in told)
    undone = [one for one in told if one.state is TermState.OPEN]
    if told:
        reapply(workspace, undone)
        bring_up_to_date(workspace, by, {one.source for one in told})


def apply(workspace: Workspace, by: str, told: Sequence[SourceTerm], progress: Progress = _SILENT) -> int:
    """Make the rows again that are not as was decided. Returns how many raw records that were."""
    if not told:
        return 0
    again = records_otherwise(workspace, told)
    workspace.ledger.records.reopen(again)
    with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
        standardise_pending(workspace, progress, staging)
    workspace.ledger.audit.add(Act("codes applied", by, detail={"terms": len(told), "records": len(again)}))
    return len(again)


def opened_again(one: SourceTerm) -> SourceTerm:
    """A term of which nothing is decided any more."""
    return replace(one, state=TermState.OPEN, concept_id=None, probability=None)


def _signed(one: SourceTerm, by: str, now_ms: int) -> SourceTerm:
    is_open = one.state is TermState.OPEN
    return replace(one, decided_by="" if is_open else by, decided_ms=None if is_open else now_ms)


def _act(one: SourceTerm, before: SourceTerm | None, by: str) -> Act:
    """Of one code what it means now and what it meant before, so that it can be taken back by hand."""
    was = before.concept_id if before is not None else None
    detail = {"source": one.source, "kind": one.kind, "system": one.system, "code": one.code, "state": str(one.state)}
    concepts = {"concept": one.concept_id, "was": was}
    return Act("code decided", by, detail=detail | {name: value for name, value in concepts.items() if value})


def _checked(workspace: Workspace, told: Sequence[SourceTerm]) -> None:
    mapped = [one for one in told if one.state is TermState.MAPPED]
    known = meant_ones(workspace, mapped)
    for one in mapped:
        if one.concept_id not in known:
            fix = "take one whose standard_concept is S, or a code of LOINC"
            raise UsageError("this is not a standard concept", fix=fix, concept_id=one.concept_id or 0)
