"""What was decided about units: kept, the rows that are concerned made again, and taken back"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import pyarrow as pa

from medark.errors import NotFoundError, UsageError
from medark.flows.ingest.standard import standardise_pending
from medark.flows.raw import must_steward
from medark.flows.staging.staging import Staging
from medark.flows.units.groups import bind
from medark.flows.units.suspected import concept_of, decided, found
from medark.flows.units.tasks import close_tasks, raise_tasks
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.audit import Act
from medark.model.progress import Progress, Silent
from medark.model.unit_decision import UnitDecision
from medark.sql.render import render

Key = tuple[str, str, str]  # source, code, unit as written
_SILENT = Silent()
_RECORDS = """
select distinct m.medark_record_no as record_no
from measurement as m
join record_source as s on m.medark_record_no between s.first and s.last
join wanted_unit as w on w.source = s.source and w.code = m.measurement_source_value
  and w.said = coalesce(m.unit_source_value, '')
"""


def decide(workspace: Workspace, by: str, told: Iterable[UnitDecision], progress: Progress = _SILENT) -> int:
    """Keep what a person decided, in their name, and make the rows that are concerned again.

    Returns how many raw records were standardised again. Errors as of `keep`.
    """
    return _followed(workspace, keep(workspace, by, told), progress)


def undo(workspace: Workspace, by: str, keys: Collection[Key], progress: Progress = _SILENT) -> int:
    """Take decisions back: rows get the unit again that is written. Returns as `decide`; errors as of `take_back`."""
    return _followed(workspace, take_back(workspace, by, keys), progress)


def upkeep(workspace: Workspace, by: str, progress: Progress = _SILENT) -> tuple[int, int]:
    """Fill in what is missing and clear, and raise a task for the rest. Returns how many of each.

    AccessError unless `by` is an owner or a steward, in whose name the rule acts.
    """
    must_steward(workspace, by, "units filled in")
    return tend(workspace, by, progress)


def tend(workspace: Workspace, by: str = "", progress: Progress = _SILENT) -> tuple[int, int]:
    """The same by the platform itself, after an ingest."""
    filled, tasks, records = _filled(workspace, by)
    _followed(workspace, records, progress)
    return filled, tasks


def keep(workspace: Workspace, by: str, told: Iterable[UnitDecision]) -> int:
    """Keep what a person decided, in their name; the records of its rows are open again, until `follow`.

    Returns how many. UsageError for a unit that the vocabulary does not have; AccessError unless `by` is an owner or a
    steward.
    """
    wanted = [_checked(workspace, one) for one in told]
    must_steward(workspace, by, "units decided", units=len(wanted))
    return _kept(workspace, by, wanted)


def take_back(workspace: Workspace, by: str, keys: Collection[Key]) -> int:
    """Let decisions hold no more; returns as `keep`. NotFoundError if one of them was never decided; AccessError."""
    must_steward(workspace, by, "units undone", units=len(keys))
    known = {one.key: one for one in workspace.ledger.units.all()}
    for key in keys:
        if key not in known:
            raise NotFoundError(N_("nothing was decided of this"), fix="medark units list", code=key[1])
    workspace.ledger.units.undo(keys)
    records = _reopened(workspace, keys)
    for key in keys:
        detail: dict[str, str | int] = {"source": key[0], "code": key[1], "said": key[2], "was": known[key].ucum}
        workspace.ledger.audit.add(Act("unit undone", by, detail=detail))
    return records


def fill_in(workspace: Workspace, by: str) -> int:
    """As `upkeep`, but that rows wait for `follow`. Returns how many units were filled in."""
    must_steward(workspace, by, "units filled in")
    return _filled(workspace, by)[0]


def follow(workspace: Workspace, progress: Progress) -> None:
    """Make the rows of records that are open again."""
    with Staging(workspace.landing, workspace.settings.ingest.workers) as staging:
        standardise_pending(workspace, progress, staging)


def _followed(workspace: Workspace, records: int, progress: Progress) -> int:
    if records:
        follow(workspace, progress)
    return records


def _filled(workspace: Workspace, by: str) -> tuple[int, int, int]:
    """How many units were filled in, how many tasks raised, how many records are open."""
    there = found(workspace)
    clear = [(one, decision) for one in there if one.is_clear and (decision := decided(workspace, one)) is not None]
    records = _kept(workspace, by, [decision for _, decision in clear])
    filled = {one.group.key for one, _ in clear}
    tasks = raise_tasks(workspace, [one for one in there if one.group.key not in filled])
    return len(clear), len(tasks), records


def _kept(workspace: Workspace, by: str, told: Sequence[UnitDecision]) -> int:
    now = int(time.time() * 1000)
    kept = [replace(one, decided_by=by, decided_ms=now) for one in told]
    workspace.ledger.units.decide(kept)
    records = _reopened(workspace, [one.key for one in kept])
    for one in kept:
        detail: dict[str, str | int] = {
            "source": one.source, "code": one.code, "said": one.said, "unit": one.ucum, "rule": one.rule,
            "evidence": one.evidence,
        }  # fmt: skip
        workspace.ledger.audit.add(Act("unit decided", by, detail={name: v for name, v in detail.items() if v != ""}))
    close_tasks(workspace, {one.key for one in kept}, by)
    return records


def _reopened(workspace: Workspace, keys: Collection[Key]) -> int:
    """The records of rows with these codes and units, to be standardised again."""
    records = _records(workspace, keys) if keys else []
    if records:
        workspace.ledger.records.reopen(records)
    return len(records)


def _records(workspace: Workspace, keys: Collection[Key]) -> list[int]:
    names = ("source", "code", "said")
    wanted = pa.table({name: pa.array([key[place] for key in keys], pa.string()) for place, name in enumerate(names)})
    with workspace.engine.session() as session:
        bind(workspace, session)
        session.bind_arrow("wanted_unit", wanted)
        rows: list[int] = session.query(render(_RECORDS, session.dialect))["record_no"].to_pylist()
    return sorted(rows)


def _checked(workspace: Workspace, one: UnitDecision) -> UnitDecision:
    """With the concept of its unit; one without a unit says that what is written is right."""
    if not one.ucum:
        return replace(one, concept_id=0)
    if one.low is not None and one.high is not None and one.low >= one.high:
        raise UsageError(N_("there is no number from one to under the other"), fix="--from 40 --below 400")
    named = concept_of(workspace, (one.ucum,))
    if named is None:
        raise UsageError(N_("the vocabulary has no such unit"), fix="medark units read UNIT", unit=one.ucum)
    return replace(one, concept_id=named[1])
