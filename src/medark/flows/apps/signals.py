"""Signals of applications: made when these publish, kept with how they stood, shown to who may read what they count"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec
import pyarrow as pa

from medark.define.answers import digest
from medark.errors import AccessError, MedarkError, NotFoundError, StorageError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.place import published_folder, write_whole
from medark.flows.apps.reading import answer, kept_answer
from medark.flows.apps.running import running
from medark.flows.definitions.run import Answer
from medark.flows.workspace import Workspace
from medark.govern.small_counts import is_small
from medark.model.access import Reader
from medark.model.signal import Change, Every, Point, Signal, SignalState
from medark.sdk.signals import Judged, PublishSignal

_MOST_SERIES: Final = 500
_STATES: Final = {None: SignalState.UNKNOWN, False: SignalState.QUIET, True: SignalState.ALARM}
Group = tuple[str | None, ...]


class _Kept(msgspec.Struct):
    """A signal as it is kept: counts as they are; small ones are left out when it is shown."""

    signals: list[Signal]
    stamp: str


def keep_signals(workspace: Workspace, reader: Reader, loaded: Loaded, today: dt.date) -> None:
    """Bring an application's signals up to the lake, and note how they stand now. One that fails hinders no other."""
    for one in loaded.app.signals:
        try:
            fresh, _ = answer(workspace, reader, one.entries, today)
            made = list(_series(loaded, one, fresh, today, _changes(workspace, loaded.name, one.name)))
            _write(_path(workspace, loaded.name, one.name), _Kept(made, fresh.provenance.view))
        except MedarkError as error:
            running(workspace).note(loaded.name, loaded.manifest.version, error)


def signals(workspace: Workspace, reader: Reader, app: str = "") -> list[Signal]:
    """All that are kept of running applications (or of one), as far as the reader may read what they count."""
    with running(workspace).all() as loaded:
        named = [(one, signal) for name, one in loaded.items() if app in ("", name) for signal in one.app.signals]
        found: list[Signal] = []
        for one, signal in named:
            try:
                found += _shown(workspace, reader, one, signal)
            except (AccessError, NotFoundError):
                continue
        return found


def signal(workspace: Workspace, reader: Reader, app: str, name: str) -> list[Signal]:
    """The series of one signal. NotFoundError; AccessError where the reader may not read what it counts."""
    with running(workspace).one(app) as loaded:
        for one in loaded.app.signals:
            if one.name == name:
                return _shown(workspace, reader, loaded, one)
    raise NotFoundError("there is no such signal", fix="medark app signals", app=app, signal=name)


def _shown(workspace: Workspace, reader: Reader, loaded: Loaded, one: PublishSignal) -> list[Signal]:
    """As it is kept, where the reader sees all that was counted; else counted of what they see, without its past."""
    kept = _read(_path(workspace, loaded.name, one.name))
    if kept is None:
        raise NotFoundError("nobody has published it yet", fix="medark app publish", app=loaded.name, signal=one.name)
    asking, least = replace(reader, app=loaded.name), workspace.settings.access.least_count
    found = kept.signals
    if kept_answer(workspace, asking, one.entries, kept.stamp, lambda: _numbered(kept)) is None:
        today = dt.date.fromisoformat(kept.signals[0].today) if kept.signals else dt.date.today()
        made, _ = answer(workspace, asking, one.entries, today)
        found = list(_series(loaded, one, made, today, {}))
    return [replace(each, points=tuple(_told(point, least) for point in each.points)) for each in found]


def _series(
    loaded: Loaded, one: PublishSignal, made: Answer, today: dt.date, before: Mapping[Group, tuple[Change, ...]]
) -> Iterator[Signal]:
    """Each group's series over the whole periods before today, the most frequent groups first."""
    periods = list(_periods(one.every, one.periods, today))
    counts = _counted(made, one, set(periods))
    now_ms = int(time.time() * 1000)
    for group, found in sorted(counts.items(), key=lambda item: (-item[1].total(), str(item[0])))[:_MOST_SERIES]:
        numbers = [found[period] for period in periods]
        judged = one.detector.judge(numbers)
        points = tuple(map(_point, periods, numbers, judged))
        newest = points[-1]
        changes = before.get(group, ())
        if not changes or changes[-1].state is not newest.state:
            changes = (*changes, Change(newest.period, newest.state, now_ms))
        yield Signal(
            loaded.name, one.name, dict(one.title), one.every, dict(zip(one.by, group, strict=True)), points, changes,
            digest(one.entries), made.provenance.lake_version, today.isoformat(), now_ms,
        )  # fmt: skip


def _counted(made: Answer, one: PublishSignal, wanted: set[dt.date]) -> dict[Group, Counter[dt.date]]:
    """How many entries begin in each period, by group; without groups there is one, were it empty."""
    counts: dict[Group, Counter[dt.date]] = {} if one.by else {(): Counter()}
    for row in made.rows.select([*one.by, "entry_start"]).to_pylist():
        period = _period(one.every, row["entry_start"])
        if period in wanted:
            group = tuple(None if row[name] is None else str(row[name]) for name in one.by)
            counts.setdefault(group, Counter())[period] += 1
    return counts


def _periods(every: Every, count: int, today: dt.date) -> Iterator[dt.date]:
    """The first days of the last whole periods before today, oldest first."""
    day = _period(every, today)
    found: list[dt.date] = []
    for _ in range(count):
        day = _period(every, day - dt.timedelta(days=1))
        found.append(day)
    yield from reversed(found)


def _period(every: Every, moment: dt.date) -> dt.date:
    """The first day of the period that a moment lies in.

    >>> _period(Every.WEEK, dt.datetime(2024, 7, 7, 12)), _period(Every.MONTH, dt.date(2024, 7, 7))
    (datetime.date(2024, 7, 1), datetime.date(2024, 7, 1))
    """
    day = moment.date() if isinstance(moment, dt.datetime) else moment
    match every:
        case Every.WEEK:
            return day - dt.timedelta(days=day.weekday())
        case Every.MONTH:
            return day.replace(day=1)
    return day


def _point(period: dt.date, count: int, judged: Judged) -> Point:
    return Point(period.isoformat(), count, judged.expected, judged.threshold, _STATES[judged.alarm])


def _told(point: Point, least: int) -> Point:
    """A point with no number that a few people could be told from."""
    small = is_small(point.count, least)
    few = point.expected is not None and 0 < point.expected < least
    if not small and not few:
        return point
    return replace(point, count=None if small else point.count, expected=None, threshold=None)


def _changes(workspace: Workspace, app: str, name: str) -> dict[Group, tuple[Change, ...]]:
    """How the series of a signal stood until now."""
    kept = _read(_path(workspace, app, name))
    return {tuple(one.group.values()): one.changes for one in kept.signals} if kept else {}


def _numbered(kept: _Kept) -> pa.Table:
    """What the audit counts: one row a series."""
    return pa.table({"series": list(range(len(kept.signals)))})


def _path(workspace: Workspace, app: str, name: str) -> Path:
    return published_folder(workspace, app) / "signals" / f"{name}.json"


def _read(path: Path) -> _Kept | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError):
        raise StorageError("the signal can't be read", fix="medark app publish", signal=path.stem) from None


def _write(path: Path, kept: _Kept) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, msgspec.json.encode(kept))
    except OSError as error:
        raise StorageError("the signal can't be kept", fix="check rights and space", errno=error.errno or 0) from None
