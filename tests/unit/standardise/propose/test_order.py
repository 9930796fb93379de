"""Beginning and end by their values: whatever columns are called, what comes first begins."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest

from medark.standardise.propose.draft import Draft, composed
from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.profile import Order, TableProfile, orders
from medark.standardise.propose.profile.kept import plain, read
from medark.standardise.propose.reading import read_tables
from unit.standardise.propose.test_draft import table

ROWS = 200
EARLY = [f"2024-03-{1 + n % 20:02d} 08:{n % 60:02d}:00" for n in range(ROWS)]
LATE = [f"2024-03-{3 + n % 20:02d} 09:{n % 60:02d}:00" for n in range(ROWS)]


def timed(name: str, **columns: list[str]) -> TableProfile:
    """A table with what is known of the order of its times."""
    profile = table(name, **columns)
    return replace(profile, orders=orders(pa.table(columns), profile.columns))


def draft(profile: TableProfile, kind: str, said: dict[str, str] | None = None) -> Draft:
    readings = read_tables((profile,), Lexicon(), (), {profile.name: kind})
    (found,) = composed("s", readings, (), {profile.name: said or {}})
    return found


def times_of(found: Draft) -> dict[str, tuple[str, float, tuple[str, ...]]]:
    lines = [line for target in found.targets for line in target.lines if line.field in ("start_time", "end_time")]
    return {line.field: (line.columns[0], line.chance, line.why) for line in lines}


@pytest.mark.parametrize(
    ("one", "other"),
    [("2024-03-05 09:00:00", "2024-03-05"), ("20240305", "05/03/2024 10:00"), ("2024年3月5日", "2024030509:00:00")],
)
def test_times_written_differently_are_held_side_by_side(one: str, other: str) -> None:
    """The same day each; where one tells no time of day, neither is before the other."""
    days = {"a": [one] * 30, "b": [other] * 30}
    profile = table("t", **days)
    found = orders(pa.table(days), profile.columns)
    assert [(o.first, o.then, o.rows, o.before, o.after) for o in found] == [("a", "b", 30, 0.0, 0.0)]


def test_of_each_two_columns_it_is_counted_in_how_many_rows_one_is_first() -> None:
    early, late = EARLY.copy(), LATE.copy()
    early[:10], late[:10] = LATE[:10], EARLY[:10]
    late[10:30] = [""] * 20
    profile = timed("t", a=early, b=late, c=EARLY)
    told = {(one.first, one.then): one for one in profile.orders}
    assert told["a", "b"] == Order("a", "b", 180, round(170 / 180, 4), round(10 / 180, 4))
    assert told["a", "c"] == Order("a", "c", 200, 0.0, 0.05)
    assert read(plain(profile)).orders == profile.orders


def test_the_order_of_values_is_evidence_for_beginning_and_end() -> None:
    stays = timed("住院登记", 住院流水号=[f"Z{n:05d}" for n in range(ROWS)], 病人ID=[f"B{n:05d}" for n in range(ROWS)],
                  入院时间=EARLY, 出院时间=LATE)  # fmt: skip
    told = times_of(draft(stays, "visit"))
    assert told["start_time"][0] == "入院时间" and told["end_time"][0] == "出院时间"
    assert "in 100% of 200 rows 入院时间 is not after 出院时间" in told["end_time"][2]


def test_names_the_wrong_way_round_are_put_right_and_asked() -> None:
    odd = timed("visits", visit_id=[f"Z{n:05d}" for n in range(ROWS)], patient_id=[f"B{n:05d}" for n in range(ROWS)],
                start_time=LATE, end_time=EARLY)  # fmt: skip
    told = times_of(draft(odd, "visit"))
    assert (told["start_time"][0], told["end_time"][0]) == ("end_time", "start_time")
    assert max(told["start_time"][1], told["end_time"][1]) <= 0.8
    assert "in 100% of 200 rows end_time is not after start_time" in told["start_time"][2]
    said = times_of(draft(odd, "visit", {"start_time": "visit.start", "end_time": "visit.end"}))
    assert (said["start_time"][0], said["end_time"][0]) == ("start_time", "end_time"), "a person's word stands"


def test_values_in_no_clear_order_change_nothing() -> None:
    mixed = [LATE[n] if n % 3 else EARLY[n] for n in range(ROWS)]
    other = [EARLY[n] if n % 3 else LATE[n] for n in range(ROWS)]
    odd = timed("visits", visit_id=[f"Z{n:05d}" for n in range(ROWS)], patient_id=[f"B{n:05d}" for n in range(ROWS)],
                start_time=mixed, end_time=other)  # fmt: skip
    told = times_of(draft(odd, "visit"))
    assert (told["start_time"][0], told["end_time"][0]) == ("start_time", "end_time")
    assert not any("is not after" in why for why in told["start_time"][2])


@pytest.mark.parametrize("names", [("date_1", "date_2"), ("日期一", "日期二"), ("sj2", "sj1")])
def test_of_two_columns_called_alike_the_first_in_time_begins(names: tuple[str, str]) -> None:
    keys = {"visit_id": [f"Z{n:05d}" for n in range(ROWS)], "patient_id": [f"B{n:05d}" for n in range(ROWS)]}
    for late, early in (names, names[::-1]):
        told = times_of(draft(timed("t", **keys, **{late: LATE, early: EARLY}), "visit"))
        assert (told["start_time"][0], told["end_time"][0]) == (early, late)
        assert told["end_time"][1] < 0.9, "which is which is asked"


def test_of_several_times_of_a_result_the_first_counts_where_names_are_alike() -> None:
    rest = {
        "就诊流水号": [f"V{n:05d}" for n in range(ROWS)], "病人ID": [f"B{n:05d}" for n in range(ROWS)],
        "检验项目名称": ["血红蛋白"] * ROWS, "检验结果": [f"{100 + n % 50}" for n in range(ROWS)],
    }  # fmt: skip
    alike = timed("检验结果", **rest, 时间2=LATE, 时间1=EARLY)
    assert times_of(draft(alike, "lab"))["start_time"][0] == "时间1"
    named = timed("检验结果", **rest, 报告时间=EARLY, 采样时间=LATE)
    assert times_of(draft(named, "lab"))["start_time"][0] == "采样时间", "a name that is known says it"
