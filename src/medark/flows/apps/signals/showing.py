"""Signals as one reader may see them: as they are kept, or counted of what that reader sees"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa

from medark.define.answers import digest
from medark.errors import AccessError, NotFoundError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.reading import answer, kept_answer
from medark.flows.apps.running import running
from medark.flows.apps.signals.agreeing import triggered
from medark.flows.apps.signals.keeping import Kept, read_kept
from medark.flows.apps.signals.made import Moment, series
from medark.flows.workspace import Workspace
from medark.govern.small_counts import is_small
from medark.model.access import Reader
from medark.model.signal import Cluster, Point, Signal
from medark.sdk.signals import PublishSignal, Trigger


def signals(workspace: Workspace, reader: Reader, app: str = "") -> list[Signal]:
    """All that are kept of running applications (or of one), as far as the reader may read what they count."""
    with running(workspace).all() as loaded:
        return [
            signal
            for name, one in loaded.items()
            if app in ("", name)
            for signal in signals_of(workspace, reader, one, tuple(one.app.published()["signals"]))
        ]


def signals_of(workspace: Workspace, reader: Reader, loaded: Loaded, names: tuple[str, ...]) -> list[Signal]:
    """Those of some names of an application that is loaded, as far as they are kept and the reader may see them."""
    found: list[Signal] = []
    for name in names:
        try:
            found += _shown(workspace, reader, loaded, name)
        except (AccessError, NotFoundError):
            continue
    return found


def signal(workspace: Workspace, reader: Reader, app: str, name: str) -> list[Signal]:
    """The series of one signal. NotFoundError; AccessError where the reader may not read what it counts."""
    with running(workspace).one(app) as loaded:
        return _shown(workspace, reader, loaded, name)


def _shown(workspace: Workspace, reader: Reader, loaded: Loaded, name: str) -> list[Signal]:
    asking = replace(reader, app=loaded.name)
    for one in loaded.app.signals:
        if one.name == name:
            least = 0 if _has_rows(loaded, one) else workspace.settings.access.least_count
            return [_told(each, least) for each in _of_signal(workspace, asking, loaded, one)]
    for trigger in loaded.app.triggers:
        if trigger.name == name:
            return _of_trigger(workspace, asking, loaded, trigger)
    raise NotFoundError("there is no such signal", fix="medark app signals", app=loaded.name, signal=name)


def _has_rows(loaded: Loaded, one: PublishSignal) -> bool:
    """Is what it counts a published dataset? Who may see the counts may read its rows: none has to be hidden."""
    return digest(one.entries) in {digest(each.dataset) for each in loaded.app.datasets}


def _of_signal(workspace: Workspace, reader: Reader, loaded: Loaded, one: PublishSignal) -> list[Signal]:
    """As it is kept, where the reader sees all that was counted; else counted of what they see, without its past."""
    kept = _kept(workspace, loaded, one.name)
    if kept_answer(workspace, reader, one.entries, kept.stamp, lambda: _numbered(kept)) is not None:
        return kept.signals
    moment = _now(workspace, loaded, kept)
    made, _ = answer(workspace, reader, one.entries, moment.today)
    return series(one, made, moment)


def _of_trigger(workspace: Workspace, reader: Reader, loaded: Loaded, trigger: Trigger) -> list[Signal]:
    """As it is kept, for who sees all that its parts were made of; else made of what they see."""
    kept = _kept(workspace, loaded, trigger.name)
    by_name = {one.name: one for one in loaded.app.signals}
    parts = {part.signal: by_name[part.signal] for part in trigger.of}
    held = {name: _kept(workspace, loaded, name) for name in parts}
    seen = {name: _of_signal(workspace, reader, loaded, one) for name, one in parts.items()}
    if all(seen[name] == held[name].signals for name in parts):
        return kept.signals
    return triggered(trigger, seen, _now(workspace, loaded, kept))


def _kept(workspace: Workspace, loaded: Loaded, name: str) -> Kept:
    kept = read_kept(workspace, loaded.name, name)
    if kept is None:
        raise NotFoundError("nobody has published it yet", fix="medark app publish", app=loaded.name, signal=name)
    return kept


def _now(workspace: Workspace, loaded: Loaded, kept: Kept) -> Moment:
    today = dt.date.fromisoformat(kept.signals[0].today) if kept.signals else workspace.today()
    return Moment(loaded.name, today, int(time.time() * 1000), {})


def _told(one: Signal, least: int) -> Signal:
    """A series with no number that a few people could be told from."""
    return replace(one, points=tuple(_told_points(one.points, least)), cluster=_told_cluster(one.cluster, least))


def _told_points(points: tuple[Point, ...], least: int) -> Iterator[Point]:
    for point in points:
        few = point.expected is not None and 0 < point.expected < least
        if not few and not is_small(point.count, least) and not is_small(point.total, least):
            yield point
            continue
        count = None if is_small(point.count, least) or is_small(point.total, least) else point.count
        total = None if is_small(point.total, least) else point.total
        yield replace(point, count=count, total=total, expected=None, threshold=None, judged=None)


def _told_cluster(cluster: Cluster | None, least: int) -> Cluster | None:
    if cluster is None or not (is_small(cluster.cases, least) or cluster.expected < least):
        return cluster
    return replace(cluster, cases=0, expected=0.0)


def _numbered(kept: Kept) -> pa.Table:
    """What the audit counts: one row a series."""
    return pa.table({"series": list(range(len(kept.signals)))})
