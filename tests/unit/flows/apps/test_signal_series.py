"""Series made of entries: who counts once, what is missing, late reports, shares, places, channels that agree"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from medark.define import Dataset, everyone, index, person
from medark.flows.apps.signals.agreeing import triggered
from medark.flows.apps.signals.made import Moment, series
from medark.flows.apps.signals.periods import Periods
from medark.flows.apps.signals.why import why
from medark.flows.definitions.run import Answer, Provenance
from medark.model.signal import Every, Signal, SignalState
from medark.sdk import Detection, Part, PublishSignal, Trigger

TODAY = dt.date(2024, 7, 1)
TITLE = {"en": "Visits", "zh": "就诊"}
ENTRIES = Dataset(
    everyone(),
    dict.fromkeys(("syndrome", "district"), person.gender_source_value)
    | {"positive": person.year_of_birth > 0, "reported": index.start_date},
    name="visits",
)
EARS = Detection("ears_c2", {"least_sd": 0.5})
UNKNOWN, UNSETTLED, QUIET, ALARM = (
    SignalState.UNKNOWN, SignalState.UNSETTLED, SignalState.QUIET, SignalState.ALARM,
)  # fmt: skip


def day(back: int) -> dt.date:
    """A day so many days before today: 1 is yesterday, the newest whole one."""
    return TODAY - dt.timedelta(days=back)


def asked(rows: Sequence[dict[str, Any]]) -> Answer:
    """An answer with these rows; each is of a person of its own unless it says of whom."""
    told = [
        {
            "person_id": number, "syndrome": "hfmd", "district": "Xihu", "positive": True, "reported": one["on"],
            "entry_start": dt.datetime.combine(one["on"], dt.time(9)), **one,
        }
        for number, one in enumerate(rows)
    ]  # fmt: skip
    return Answer(pa.Table.from_pylist(told), (), Provenance("visits", "d", 7, "v", TODAY.isoformat(), "duckdb"))


def made(rows: Sequence[dict[str, Any]], **told: Any) -> dict[str, Signal]:
    """The series of a signal over these rows, by the values of their groups."""
    one = PublishSignal("visits", ENTRIES, TITLE, **{"periods": 30, "detection": EARS, **told})
    found = series(one, asked(rows), Moment("watch", TODAY, 0, {}))
    return {"/".join(str(value) for value in each.group.values()): each for each in found}


def daily(count: int, days: Sequence[int], **more: Any) -> list[dict[str, Any]]:
    return [{"on": day(back), **more} for back in days for _ in range(count)]


def test_periods_are_whole_ones_before_today() -> None:
    assert Periods(Every.DAY, 2, TODAY).days == (dt.date(2024, 6, 29), dt.date(2024, 6, 30))
    assert Periods(Every.WEEK, 2, dt.date(2024, 7, 7)).days == (dt.date(2024, 6, 17), dt.date(2024, 6, 24))
    assert Periods(Every.WEEK, 1, dt.date(2024, 7, 8)).days == (dt.date(2024, 7, 1),)
    assert Periods(Every.MONTH, 3, dt.date(2024, 2, 29)).days[0] == dt.date(2023, 11, 1)


def test_a_person_counts_once_a_series_and_period() -> None:
    twice = [{"on": day(1), "person_id": 5}, {"on": day(1), "person_id": 5}, {"on": day(2), "person_id": 5}]
    (found,) = made([*daily(1, [30]), *twice]).values()
    assert [point.count for point in found.points[-2:]] == [1, 1]


def test_totals_count_all_values_of_the_last_column_and_people_who_moved_once() -> None:
    rows = [{"on": day(1), "person_id": 5, "district": place} for place in ("Xihu", "Yuhang")]
    found = made([*daily(1, [30]), *rows], by=("syndrome", "district"), totals=True)
    assert {name: one.points[-1].count for name, one in found.items()} == {"hfmd/Xihu": 1, "hfmd/Yuhang": 1, "hfmd": 1}
    assert found["hfmd"].group == {"syndrome": "hfmd"}


def test_days_before_the_channel_began_and_silent_ones_of_a_busy_channel_are_missing() -> None:
    busy = [back for back in range(1, 16) if back != 4]
    (found,) = made(daily(8, busy)).values()
    counts = [point.count for point in found.points]
    assert counts == [None] * 15 + [8] * 11 + [None] + [8] * 3
    assert found.points[-4].state is UNKNOWN
    (rare,) = made(daily(1, busy)).values()
    assert rare.points[-4].count == 0  # of a quiet channel a day without anybody is a day without anybody


def test_what_its_method_can_not_judge_its_fallback_does() -> None:
    rows = [*daily(2, range(2, 29)), *daily(20, [1])]
    (found,) = made(rows, detection=Detection("moving_percentile", {}, fallback=EARS)).values()
    assert (found.state, found.points[-1].method, found.methods[1].method) == (ALARM, 1, "ears_c2")
    assert found.methods[0].parameters["percentile"] == 80.0
    (alone,) = made(rows, detection=Detection("moving_percentile")).values()
    assert alone.state is UNKNOWN
    assert why(alone).startswith("It can't be told yet")


@pytest.mark.parametrize(("cases", "state"), [(4, QUIET), (5, ALARM)])
def test_fewer_than_the_least_cases_are_no_alarm(cases: int, state: SignalState) -> None:
    rows = [*daily(1, [30]), *daily(cases, [1])]
    (found,) = made(rows, detection=Detection("ears_c2", {"least_sd": 0.5}, least_cases=5)).values()
    assert (found.state, found.points[-1].threshold) == (state, 4.0)
    assert why(found).startswith(f"{cases} in 2024-06-30; 0 expected, a signal above 4.")


def test_unsettled_periods_wait() -> None:
    (found,) = made([*daily(2, range(3, 29)), *daily(20, [1, 2, 3])], unsettled=2).values()
    assert [point.state for point in found.points[-3:]] == [ALARM, UNSETTLED, UNSETTLED]
    assert (found.state, found.newest and found.newest.period) == (ALARM, "2024-06-28")


def test_late_reports_are_completed_and_days_of_which_most_is_to_come_wait() -> None:
    """Half of each day's reports come the same day, the others the next."""
    rows = [{"on": day(back), "reported": day(back - late)} for back in range(1, 30) for late in (0, 0, 1, 1)]
    (found,) = made(rows, reported="reported", delays=3).values()
    newest, before = found.points[-1], found.points[-2]
    assert (newest.count, newest.judged, newest.state) == (2, 4.0, QUIET)  # half is in: it comes to four
    assert (before.count, before.judged) == (4, None)
    late = [{"on": day(back), "reported": day(back - late)} for back in range(1, 30) for late in (0, 1, 1)]
    (waits,) = made(late, reported="reported", delays=3).values()
    assert waits.points[-1].state is UNSETTLED


def test_reports_of_later_than_today_are_not_known_yet() -> None:
    (found,) = made([*daily(2, range(1, 29)), {"on": day(1), "reported": TODAY}], reported="reported").values()
    assert found.points[-1].count == 2


def test_a_share_is_judged_against_the_share_before() -> None:
    rows = [*daily(40, range(1, 31), positive=False), *daily(1, range(1, 31)), *daily(9, [1])]
    share = Detection("binomial_share", {"alpha": 0.001, "baseline": 20})
    (found,) = made(rows, detection=share, share_of="positive").values()
    newest = found.points[-1]
    assert (newest.count, newest.total, newest.state) == (10, 50, ALARM)
    assert newest.expected == pytest.approx(50 * 20.5 / 821, abs=1e-3)
    assert "10 of 50 positive" in why(found)


def test_a_cluster_alarms_where_most_of_its_cases_are_and_tells_all_its_places() -> None:
    near = {"Xihu": (120.10, 30.26), "Gongshu": (120.15, 30.31)}
    places = near | {"Chunan": (119.03, 29.61), "Jiande": (119.28, 29.47), "Tonglu": (119.68, 29.79)}
    usual = [row for place in places for row in daily(1 if place in near else 6, range(1, 30), district=place)]
    rows = [*usual, *daily(7, [1, 2], district="Xihu"), *daily(5, [1, 2], district="Gongshu")]
    scan = Detection("scan_permutation", {"replications": 99}, least_cases=5)
    found = made(rows, by=("syndrome", "district"), detection=scan, places=places)
    assert [name for name, one in found.items() if one.state is ALARM] == ["hfmd/Xihu"]
    cluster = found["hfmd/Xihu"].cluster
    assert cluster is not None
    assert (set(cluster.places), cluster.since) == ({"Xihu", "Gongshu"}, "2024-06-29")
    assert "Gongshu" in why(found["hfmd/Xihu"])
    assert why(found["hfmd/Chunan"]) == "No cluster goes on until 2024-06-30."


def alarmed(name: str, channel: str, days: Sequence[int], place: str | None = "Xihu") -> Signal:
    """A signal that alarmed on some days."""
    rows = [*daily(1, range(1, 30), district="Chunan"), *daily(20, days, district=place)]
    one = PublishSignal(name, ENTRIES, TITLE, by=("district",), periods=30, detection=EARS, channel=channel)
    found = series(one, asked(rows), Moment("watch", TODAY, 0, {}))
    return next(each for each in found if each.group["district"] == place)


@pytest.mark.parametrize(("back", "state"), [(7, ALARM), (8, QUIET)])
def test_channels_agree_that_alarm_within_a_week(back: int, state: SignalState) -> None:
    kept = {"visits": [alarmed("visits", "visits", [1])], "calls": [alarmed("calls", "calls", [back])]}
    trigger = Trigger("many", TITLE, (Part("visits"), Part("calls")), window=7, least=2)
    (found,) = triggered(trigger, kept, Moment("watch", TODAY, 0, {}))
    assert (found.group, found.state, found.points[-1].count) == ({"district": "Xihu"}, state, 1 + (state is ALARM))
    assert set(found.agreeing) == ({"visits", "calls"} if state is ALARM else {"visits"})
    assert ("2 channels alarm within the window: visits, calls." in why(found)) is (state is ALARM)


def test_two_signals_of_one_channel_are_one() -> None:
    kept = {"visits": [alarmed("visits", "clinics", [1])], "fevers": [alarmed("fevers", "clinics", [1])]}
    trigger = Trigger("many", TITLE, (Part("visits"), Part("fevers")), least=2)
    (found,) = triggered(trigger, kept, Moment("watch", TODAY, 0, {}))
    assert (found.points[-1].count, found.state) == (1, UNKNOWN)  # one channel can't agree with itself


def test_a_part_looks_at_its_values_alone_and_a_place_that_is_unknown_is_none() -> None:
    kept = {"visits": [alarmed("visits", "visits", [1]), alarmed("visits", "visits", [1], None)]}
    there = Trigger("many", TITLE, (Part("visits", {"district": ("Xihu",)}),), least=1)
    (found,) = triggered(there, kept, Moment("watch", TODAY, 0, {}))
    assert found.state is ALARM
    assert (
        triggered(Trigger("none", TITLE, (Part("visits", {"district": ("Yuhang",)}),)), kept, Moment("w", TODAY, 0, {}))
        == []
    )


def test_an_alarm_stands_since_the_first_day_of_its_run() -> None:
    (found,) = made([*daily(2, range(4, 29)), *daily(20, [1, 2, 3])]).values()
    assert (found.state, found.since) == (ALARM, "2024-06-28")


def test_only_entries_with_certain_values_are_counted() -> None:
    rows = [*daily(2, [1, 2], syndrome="rash"), *daily(5, [1, 2])]
    found = made(rows, by=("syndrome",), where={"syndrome": ("rash", "jaundice")})
    assert {name: one.points[-1].count for name, one in found.items()} == {"rash": 2}


def test_values_have_words() -> None:
    words = {"syndrome": {"rash": {"en": "Rash", "zh": "皮疹"}}}
    one = PublishSignal("visits", ENTRIES, TITLE, by=("syndrome",), words=words)
    assert (one.called("syndrome", "rash", "zh"), one.called("syndrome", "rash", "fr")) == ("皮疹", "Rash")
    assert one.called("syndrome", "other", "zh") == "other"
