"""Everybody compared with everybody who may be the same person; whoever is sure is joined, whoever is not is a task"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from medark.flows.identity.joining import Joined, join, settle
from medark.flows.identity.parts import SAME, UNSURE
from medark.flows.identity.permission import must_decide
from medark.flows.identity.tasks import bring_up_to_date
from medark.flows.working import working
from medark.flows.workspace import Workspace
from medark.model.audit import Act
from medark.model.progress import Progress
from medark.sql.render import plain
from medark.standardise.identity import comparing
from medark.standardise.identity.judging import Thresholds, judged_sql
from medark.standardise.identity.record import COLUMNS, KINDS, comparable, digest
from medark.store.engine import Engine, Session
from medark.store.linkage import Learning, learnt, weighed
from medark.store.linked import PAIRS, WITHOUT

MODEL: Final = "model"  # under which name what was learnt is kept
ENOUGH: Final = 1000  # keys from which on something can be learnt from them
_BELOW: Final = 20  # bits: below it no two numbers that are the same make a question of a pair
LEARNING: Final = Learning(("l.ni = r.ni", "l.insurance = r.insurance"), 0.85, comparing.training())


@dataclass(frozen=True, slots=True)
class Linkage:
    """What a run of linkage did. `keys`: patient numbers that are known; `compared`: those that were new or changed."""

    keys: int
    compared: int
    same: int
    unsure: int
    joined: Joined
    tasks: int
    learnt: bool
    seconds: float


def link(
    workspace: Workspace,
    by: str,
    progress: Progress,
    *,
    only_new: bool = False,
    learn: bool = False,
    engine: Engine | None = None,
) -> Linkage:
    """Link people across organisations, as one step that can be gone back on.

    `only_new`: compare only whom no run has compared as they are now; what comes out is the same as if all were.
    `learn`: learn the model anew (the first run of enough keys does so by itself). `engine` compares; the workspace's
    own if none is named. AccessError unless `by` may decide who is who; MissingExtraError without medark[link].
    """
    must_decide(workspace, by, "people linked")
    started = time.monotonic()
    with working(workspace):
        settle(workspace, progress)
        _traits_of_older(workspace)
        linked = workspace.crosswalk.linked
        with progress.stage("making records comparable"):
            records = comparable(linked.known(KINDS), linked.compared())
        compares = engine or workspace.engine
        found, is_learnt = _pairs(workspace, records, compares, progress, learn=learn, only_new=only_new)
        fresh = records.filter(records["fresh"])
        everybody = is_learnt or not only_new
        linked.keep(found, about=None if everybody else set(fresh["own_id"].to_pylist()))
        rows = (row for batch in fresh.to_batches(8192) for row in batch.to_pylist())
        linked.put_compared((row["unique_id"], digest(row)) for row in rows)
        joined = join(workspace, progress)
        raised = bring_up_to_date(workspace)
    verdicts = found["verdict"].to_pylist()
    done = Linkage(
        records.num_rows, records.num_rows if everybody else fresh.num_rows, verdicts.count(SAME),
        verdicts.count(UNSURE), joined, raised, is_learnt, time.monotonic() - started,
    )  # fmt: skip
    detail = {"keys": done.keys, "same": done.same, "unsure": done.unsure, "moved": joined.changed}
    workspace.ledger.audit.add(Act("people joined", by, detail=detail))
    return done


def _traits_of_older(workspace: Workspace) -> None:
    """Birth and sex of whoever came before the crosswalk kept them, out of the lake."""
    linked, snapshot = workspace.crosswalk.linked, workspace.lake.snapshot()
    if linked.note(WITHOUT) != "1":
        return
    with workspace.engine.session() as session:
        snapshot.bind(session, "person", None, "person_of_lake")
        rows = session.query(
            "SELECT person_id, year_of_birth, month_of_birth, day_of_birth, gender_source_value FROM person_of_lake"
        ).to_pylist()
    births = ((row["person_id"], "birth", birth) for row in rows if (birth := _birth(row)))
    sexes = ((row["person_id"], "sex", row["gender_source_value"]) for row in rows if row["gender_source_value"])
    linked.put_traits((*births, *sexes))
    linked.put_note(WITHOUT, "")


def _birth(row: Mapping[str, Any]) -> str:
    year, month, day = (row[f"{part}_of_birth"] for part in ("year", "month", "day"))
    return "" if year is None else f"{year:04d}-{month:02d}-{day:02d}" if month and day else f"{year:04d}"


def _pairs(
    workspace: Workspace, records: pa.Table, engine: Engine, progress: Progress, *, learn: bool, only_new: bool
) -> tuple[pa.Table, bool]:
    """The pairs that are worth keeping, and whether the model was learnt for it."""
    kept = workspace.crosswalk.linked.note(MODEL)
    learns = records.num_rows >= ENOUGH and (learn or kept is None)
    with engine.session() as session:
        session.bind_arrow("record", records.select(COLUMNS.names))
        session.table("blocked", comparing.blocks_sql("record"))
        model = json.loads(kept) if kept else comparing.settings()
        if learns:
            with progress.stage("learning how records agree"):
                told = learnt(session, "SELECT * FROM blocked", comparing.settings(learns=True), LEARNING)
            if learns := told is not None:
                model = comparing.steadied(told)
                workspace.crosswalk.linked.put_note(MODEL, json.dumps(model))
        with progress.stage("comparing records"):
            limits, is_learnt = thresholds(workspace), learns or bool(kept)
            return compared(session, model, limits, is_learnt=is_learnt, only_new=only_new and not learns), learns


def compared(
    session: Session, model: Mapping[str, Any], limits: Thresholds, *, is_learnt: bool, only_new: bool = False
) -> pa.Table:
    """The pairs (PAIRS) of the session's relation `blocked` that are one person's or may be."""
    extra = "l.fresh OR r.fresh" if only_new else ""
    told = {**model, "blocking_rules_to_generate_predictions": comparing.blocking(extra)}
    weighed(session, "SELECT * FROM blocked", told, limits.unsure - _BELOW, "weighed")
    judged = judged_sql(comparing.levels_sql("weighed", "record", learnt=is_learnt), limits)
    asked = (
        "SELECT unique_id_l AS left_key, unique_id_r AS right_key, CAST(match_weight AS DOUBLE) AS weight, verdict,"
        f" why, evidence FROM ({judged}) AS judged WHERE verdict IS NOT NULL AND own_id_l <> own_id_r"
    )
    return session.query(plain(asked, session.dialect)).cast(PAIRS)


def thresholds(workspace: Workspace) -> Thresholds:
    """From which weight on a pair is one person's, and from which on somebody looks at it, as the settings say."""
    told = workspace.settings.identity
    return Thresholds(float(told.same_bits), float(told.unsure_bits))
