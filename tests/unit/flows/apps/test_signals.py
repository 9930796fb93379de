"""Signals: what is counted, when it is too much, how that is kept, and who sees it"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from medark.define import Cohort, Keep, measurements
from medark.errors import AccessError, DefinitionError, NotFoundError
from medark.flows.apps.publish import publish
from medark.flows.apps.signals import signal, signals
from medark.flows.gate import at_terminal, reader_of
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.model.signal import Every, SignalState
from medark.model.task import TaskState
from medark.model.user import User
from medark.sdk import App, Detection, Part, PublishSignal, Response, Trigger
from medark.sdk.wire import heard_app, told_app
from unit.flows.apps.conftest import potassium, put_in, write

MANIFEST = """name = "watch"
version = "1.0.0"
purpose = "public_health"
title = {{ en = "Watch", zh = "监测" }}
description = {{ en = "Counts potassium.", zh = "统计血钾。" }}

[reads]
{reads}

[publishes]
datasets = {datasets}
signals = ["potassium"]
"""
CODE = """from medark.define import Cohort, codes, measurements
from medark.sdk import App, Detection, Publish, PublishSignal, Response

POTASSIUM = codes("potassium", "LOINC", "2823-3", source="LOINC")
EVERY = Cohort("potassium", measurements.of(POTASSIUM))
TITLE = {"en": "Potassium", "zh": "血钾"}
ALARM = Response({"en": "Look at it", "zh": "核实"}, due_hours=2)
EARS = Detection("ears_c1", {"least_sd": 0.5})
app = App(
    signals=(PublishSignal("potassium", EVERY, TITLE, periods=20, detection=EARS, response=ALARM),),
    datasets=DATASETS,
)
"""
TODAY = dt.date(2024, 7, 2)


@pytest.fixture
def watch(workspace: Workspace, tmp_path: Path) -> str:
    """An application that counts potassium a day; on each of the last days but one somebody had two."""
    return counting(workspace, tmp_path / "watch", "()")


def counting(workspace: Workspace, folder: Path, datasets: str) -> str:
    """The application, in a workspace with what it counts."""
    from medark.flows.apps.checked import check

    folder.mkdir()
    names = json.dumps(["potassium"] if datasets != "()" else [])
    (folder / "app.py").write_text(CODE.replace("DATASETS", datasets), encoding="utf-8")
    told = MANIFEST.format(reads='person = ["person_id"]', datasets=names)
    (folder / "app.toml").write_text(told, encoding="utf-8")
    reads = check(folder).reads.removeprefix("[reads]\n")
    (folder / "app.toml").write_text(MANIFEST.format(reads=reads, datasets=names), encoding="utf-8")
    rows = [potassium(n, 4.0, dt.date(2024, 6, day), key=1000 + 100 * day + n) for day in range(12, 30) for n in (1, 2)]
    write(workspace, measurement=rows)
    return put_in(workspace, folder)


def test_a_day_with_more_than_is_expected_is_an_alarm_and_that_is_kept(workspace: Workspace, watch: str) -> None:
    owner = replace(at_terminal(workspace), purpose=Purpose.PUBLIC_HEALTH)
    publish(workspace, owner, today=dt.date(2024, 6, 30))
    (before,) = signals(workspace, owner)
    assert (before.state, before.points[-1].period) == (SignalState.QUIET, "2024-06-29")
    publish(workspace, owner, today=dt.date(2024, 7, 1))  # on the 30th all fourteen were measured
    (found,) = signal(workspace, owner, watch, "potassium")
    assert (found.state, found.points[-1].count, len(found.points)) == (SignalState.ALARM, 14, 20)
    assert [(one.period, one.state) for one in found.changes] == [
        ("2024-06-17", SignalState.QUIET), ("2024-06-30", SignalState.ALARM),
    ]  # fmt: skip
    (task,) = workspace.ledger.tasks.all(app=watch)
    assert (task.kind, task.key, task.title) == ("signal", "signal:potassium:", "Look at it")
    assert task.evidence == ({"signal": "potassium", "period": "2024-06-30", "since": "2024-06-30"},)
    assert task.due_ms is not None
    assert task.due_ms - found.fresh_ms == 2 * 3_600_000
    publish(workspace, owner, today=TODAY)  # on the first of July nobody was
    (after,) = signals(workspace, owner, watch)
    assert [one.state for one in after.changes] == [SignalState.QUIET, SignalState.ALARM, SignalState.QUIET]


def test_an_alarm_that_was_answered_asks_no_second_time(workspace: Workspace, watch: str) -> None:
    owner, book = replace(at_terminal(workspace), purpose=Purpose.PUBLIC_HEALTH), workspace.ledger.tasks
    publish(workspace, owner, today=dt.date(2024, 7, 1))
    publish(workspace, owner, today=dt.date(2024, 7, 1))
    (task,) = book.all(app=watch)
    book.close(task.number, TaskState.DISMISSED, "anna", "a machine was tried out")
    publish(workspace, owner, today=dt.date(2024, 7, 1))
    assert len(book.all(app=watch)) == 1
    for day, first in ((5, 5000), (20, 6000)):  # within the cooldown, and after it
        write(workspace, measurement=[potassium(n, 4.0, dt.date(2024, 7, day), first + n) for n in range(1, 15)])
        publish(workspace, owner, today=dt.date(2024, 7, day))
        publish(workspace, owner, today=dt.date(2024, 7, day + 1))
    assert [one.evidence[0]["period"] for one in book.all(app=watch)] == ["2024-06-30", "2024-07-20"]


def test_small_counts_are_not_told(workspace: Workspace, watch: str) -> None:
    owner = replace(at_terminal(workspace), purpose=Purpose.PUBLIC_HEALTH)
    publish(workspace, owner, today=dt.date(2024, 7, 1))
    (found,) = signals(workspace, owner)
    counts = {one.count for one in found.points}
    assert counts == {None, 0, 14} or counts == {None, 14}
    assert all(one.expected is None or one.expected == 0 or one.expected >= 10 for one in found.points)


def test_counts_of_rows_that_are_published_are_told(workspace: Workspace, tmp_path: Path) -> None:
    app = counting(workspace, tmp_path / "watch", '(Publish("potassium", EVERY, TITLE, {}),)')
    owner = replace(at_terminal(workspace), purpose=Purpose.PUBLIC_HEALTH)
    publish(workspace, owner, app=app, today=dt.date(2024, 7, 1))
    (found,) = signals(workspace, owner)
    assert {one.count for one in found.points[-5:]} == {2, 14}
    assert found.points[-1].expected == 2.0


def test_who_may_not_read_what_is_counted_is_told_so_and_who_sees_less_counts_less(
    workspace: Workspace, watch: str
) -> None:
    publish(workspace, at_terminal(workspace), today=dt.date(2024, 7, 1))
    workspace.ledger.users.add(User("rita", organisation="north", roles=frozenset({"researcher"})))
    rita = reader_of(workspace, "rita", Purpose.PUBLIC_HEALTH)
    assert signals(workspace, rita) == []
    with pytest.raises(AccessError):
        signal(workspace, rita, watch, "potassium")
    workspace.ledger.access.add_grant(
        Grant(0, Holder.USER, "rita", Purpose.PUBLIC_HEALTH, {"*": None}, Rows.ORGANISATION, 4, 0)
    )
    (hers,) = signals(workspace, rita)  # no raw record of these came from the north
    assert {one.count for one in hers.points} == {None}  # a channel that never told of anybody tells nothing
    assert [one.state for one in hers.changes] == [SignalState.UNKNOWN]


def test_there_is_no_such_signal(workspace: Workspace, watch: str) -> None:
    reader = replace(at_terminal(workspace), purpose=Purpose.PUBLIC_HEALTH)
    with pytest.raises(NotFoundError):
        signal(workspace, reader, watch, "nothing")
    with pytest.raises(NotFoundError, match="nobody has published it yet"):
        signal(workspace, reader, watch, "potassium")


def test_signals_and_triggers_cross_to_another_process_as_they_are() -> None:
    entries = Cohort("potassium", measurements, [Keep("first")])
    title = {"en": "P", "zh": "钾"}
    weekly = Detection("farrington_flexible", {"alpha": 0.01}, 3, Detection("cusum"))
    one = PublishSignal("p", entries, title, Every.WEEK, (), 60, weekly, response=Response(title, 2), channel="lab")
    trigger = Trigger("t", title, (Part("p", {"district": ("Xihu",)}),), response=Response(title))
    told = json.loads(json.dumps(told_app(App(signals=(one,), triggers=(trigger,)))))
    heard = heard_app(told, lambda kind, name, told: None)
    assert (heard.signals, heard.triggers) == ((one,), (trigger,))
    assert heard.published()["signals"] == ("p", "t")


def test_what_a_signal_can_not_be() -> None:
    entries, title = Cohort("c", measurements), {"en": "C", "zh": "c"}
    for wrong in (
        lambda: Detection("ears_c4"),
        lambda: Detection("ears_c2", {"window": 3}),
        lambda: Detection("nowcast"),
        lambda: Detection("ears_c2", fallback=Detection("binomial_share")),
        lambda: PublishSignal("c", entries, title, periods=2),
        lambda: PublishSignal("c", entries, title, detection=Detection("binomial_share")),
        lambda: PublishSignal("c", entries, title, places={"a": (120.0, 30.0)}),
        lambda: PublishSignal("c", entries, title, totals=True),
        lambda: PublishSignal("c", entries, title, Every.WEEK, reported="day"),
        lambda: Response(title, due_hours=0),
        lambda: Trigger("t", title, ()),
    ):
        with pytest.raises(DefinitionError):
            wrong()
