"""Signals: what is counted, when it is too much, how that is kept, and who sees it"""

from __future__ import annotations

import datetime as dt
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
from medark.model.user import User
from medark.sdk import App, Detector, PublishSignal
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
signals = ["potassium"]
"""
CODE = """from medark.define import Cohort, codes, measurements
from medark.sdk import App, Detector, PublishSignal

POTASSIUM = codes("potassium", "LOINC", "2823-3", source="LOINC")
EVERY = Cohort("potassium", measurements.of(POTASSIUM))
TITLE = {"en": "Potassium", "zh": "血钾"}
app = App(signals=(PublishSignal("potassium", EVERY, TITLE, periods=20, detector=Detector(7, 0)),))
"""
TODAY = dt.date(2024, 7, 2)


@pytest.fixture
def watch(workspace: Workspace, tmp_path: Path) -> str:
    """An application that counts potassium a day; on each of the last days but one somebody had two."""
    from medark.flows.apps.checked import check

    folder = tmp_path / "watch"
    folder.mkdir()
    (folder / "app.py").write_text(CODE, encoding="utf-8")
    (folder / "app.toml").write_text(MANIFEST.format(reads='person = ["person_id"]'), encoding="utf-8")
    reads = check(folder).reads
    (folder / "app.toml").write_text(MANIFEST.format(reads=reads.removeprefix("[reads]\n")), encoding="utf-8")
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
        ("2024-06-29", SignalState.QUIET), ("2024-06-30", SignalState.ALARM),
    ]  # fmt: skip
    publish(workspace, owner, today=TODAY)  # on the first of July nobody was
    (after,) = signals(workspace, owner, watch)
    assert [one.state for one in after.changes] == [SignalState.QUIET, SignalState.ALARM, SignalState.QUIET]


def test_small_counts_are_not_told(workspace: Workspace, watch: str) -> None:
    owner = replace(at_terminal(workspace), purpose=Purpose.PUBLIC_HEALTH)
    publish(workspace, owner, today=dt.date(2024, 7, 1))
    (found,) = signals(workspace, owner)
    counts = {one.count for one in found.points}
    assert counts == {None, 0, 14} or counts == {None, 14}
    assert all(one.expected is None or one.expected == 0 or one.expected >= 10 for one in found.points)


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
    assert {one.count for one in hers.points} == {0}
    assert [one.state for one in hers.changes] == [SignalState.QUIET]


def test_there_is_no_such_signal(workspace: Workspace, watch: str) -> None:
    reader = replace(at_terminal(workspace), purpose=Purpose.PUBLIC_HEALTH)
    with pytest.raises(NotFoundError):
        signal(workspace, reader, watch, "nothing")
    with pytest.raises(NotFoundError, match="nobody has published it yet"):
        signal(workspace, reader, watch, "potassium")


def test_a_signal_crosses_to_another_process_as_it_is() -> None:
    entries = Cohort("potassium", measurements, [Keep("first")])
    one = PublishSignal("p", entries, {"en": "P", "zh": "钾"}, Every.WEEK, (), 60, Detector(8, 1, 2.5, 1.0))
    heard = heard_app(told_app(App(signals=(one,))), lambda kind, name, told: None)
    assert heard.signals == (one,)
    assert heard.published()["signals"] == ("p",)


def test_a_detector_judges_by_the_periods_before() -> None:
    judged = list(Detector(3, 1, 2.0).judge([4, 4, 4, 90, 4, 5, 400]))
    assert [one.alarm for one in judged] == [None, None, None, None, False, False, True]
    with pytest.raises(DefinitionError):
        Detector(1)
    with pytest.raises(DefinitionError):
        PublishSignal("p", Cohort("c", measurements), {}, periods=9)
