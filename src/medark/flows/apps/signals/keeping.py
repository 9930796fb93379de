"""Signals as they are kept: one file a signal, with how each series stood until now"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from medark.define.definitions import Definition
from medark.errors import MedarkError, StorageError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.place import published_folder, write_whole
from medark.flows.apps.running import running
from medark.flows.apps.signals.agreeing import triggered
from medark.flows.apps.signals.made import Moment, key_of, series
from medark.flows.apps.signals.tasks import raise_alarms
from medark.flows.definitions.run import Answer
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.signal import Signal
from medark.sdk.signals import PublishSignal, Trigger

Ask = Callable[[Definition], Answer]


class Kept(msgspec.Struct):
    """A signal as it is kept: counts as they are; small ones are left out when it is shown."""

    signals: list[Signal]
    stamp: str


def keep_signals(workspace: Workspace, reader: Reader, loaded: Loaded, today: dt.date, ask: Ask) -> None:
    """Bring an application's signals up to the lake, note how they stand now, and raise the tasks of new alarms.

    One that fails hinders no other.
    """
    kept: dict[str, list[Signal]] = {}
    for one in loaded.app.signals:
        try:
            fresh = ask(one.entries)
            kept[one.name] = series(one, fresh, _moment(workspace, loaded, one, today))
            _keep(workspace, reader, loaded, one, kept[one.name], fresh.provenance.view)
        except MedarkError as error:
            running(workspace).note(loaded.name, loaded.manifest.version, error)
    for trigger in loaded.app.triggers:
        try:
            found = triggered(trigger, kept, _moment(workspace, loaded, trigger, today))
            _keep(workspace, reader, loaded, trigger, found, "")
        except MedarkError as error:
            running(workspace).note(loaded.name, loaded.manifest.version, error)


def read_kept(workspace: Workspace, app: str, name: str) -> Kept | None:
    """A signal as it was kept last; None where nobody has published it."""
    try:
        return msgspec.json.decode(_path(workspace, app, name).read_bytes(), type=Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError):
        raise StorageError("the signal can't be read", fix="medark app publish", signal=name) from None


def _moment(workspace: Workspace, loaded: Loaded, one: PublishSignal | Trigger, today: dt.date) -> Moment:
    kept = read_kept(workspace, loaded.name, one.name)
    before = {key_of(each.group): each.changes for each in kept.signals} if kept else {}
    return Moment(loaded.name, today, int(time.time() * 1000), before)


def _keep(
    workspace: Workspace, reader: Reader, loaded: Loaded, one: PublishSignal | Trigger, found: list[Signal], stamp: str
) -> None:
    _write(_path(workspace, loaded.name, one.name), Kept(found, stamp))
    if one.response is not None:
        raise_alarms(workspace, reader, one, found)


def _path(workspace: Workspace, app: str, name: str) -> Path:
    return published_folder(workspace, app) / "signals" / f"{name}.json"


def _write(path: Path, kept: Kept) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, msgspec.json.encode(kept))
    except OSError as error:
        raise StorageError("the signal can't be kept", fix="check rights and space", errno=error.errno or 0) from None
