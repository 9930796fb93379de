"""One person's record: every kind of it, what grants leave out, marks, windows, pages; and in the audit each time."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from typing import Any

import pytest

from medark.bootstrap import init_workspace
from medark.errors import AccessError
from medark.flows.gate import at_terminal
from medark.flows.timeline import Asked, Page, Timeline, UnseenError, timeline
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Refusal, Rows
from medark.model.user import User
from unit.flows.apps.conftest import write
from unit.flows.timeline.conftest import NOBODY, NOW, POOR, RICH, reader, result


def shown(workspace: Workspace, name: str = "dora", **asked: Any) -> Timeline:
    return timeline(workspace, reader(workspace, name), Asked(asked.pop("person_id", RICH), NOW, **asked))


def test_every_kind_of_row_is_there(workspace: Workspace) -> None:
    found = shown(workspace, language="zh")
    person = found.person
    assert (person.sex, person.age, person.born, person.died) == ("女", 59, 1964, None)
    series = {one.name: one for one in found.series}
    assert [one.name for one in found.series] == ["收缩压", "血钾", "血红蛋白", "血培养"]
    potassium = series["血钾"]
    assert (potassium.value, potassium.flag, potassium.trend, potassium.count) == (6.8, "high", "up", 4)
    assert (potassium.low, potassium.high, potassium.panel) == (3.5, 5.3, "electrolytes")
    assert (series["血培养"].text, series["血培养"].value) == ("阴性", None)
    assert [one.name for one in found.attention] == ["血钾", "血红蛋白"]
    (hypertension,) = found.courses["diagnoses"]
    assert (hypertension.name, hypertension.code, hypertension.count) == (
        "Essential (primary) hypertension", "I10.x00x002", 3,
    )  # fmt: skip
    (aspirin,) = found.courses["medicines"]
    assert (aspirin.name, aspirin.detail, aspirin.until) == ("阿司匹林肠溶片", "100 mg qd", dt.datetime(2024, 7, 4))
    assert [(one.name, one.until) for one in found.events["encounters"]] == [
        ("住院", dt.datetime(2024, 6, 25)), ("门诊", dt.datetime(2022, 1, 5)),
    ]  # fmt: skip
    (study,) = found.events["imaging"]
    assert (study.name, study.count) == ("CT", 3)
    (note,) = found.events["notes"]
    assert (note.name, note.text) == ("出院小结", "血钾偏高。")
    assert [one.name for one in found.events["procedures"]] == ["胸部CT(平扫)"]
    assert found.courses["devices"][0].name == "监护仪"
    assert found.courses["observations"][0].detail == "每日10支"
    assert found.axis is not None
    assert set(found.axis.lanes) == set(found.rows)


def test_a_test_in_two_units_is_one_series_in_that_of_the_last(workspace: Workspace) -> None:
    (haemoglobin,) = [one for one in shown(workspace).series if one.code == "718-7"]
    assert (haemoglobin.unit, list(haemoglobin.values), haemoglobin.flag) == ("g/L", [121.0, 98.0], "low")


def test_what_a_grant_does_not_open_is_said_and_not_shown(workspace: Workspace) -> None:
    found = shown(workspace, "lena")
    (note,) = found.events["notes"]
    assert note.text is None
    assert "血钾" not in repr(found.events)
    assert ("notes", "the column is more sensitive than the grant opens") in {(h.kind, h.why) for h in found.hidden}
    assert found.courses["medicines"][0].name  # what is of level 3 is there


def test_who_has_no_grant_is_refused_with_the_reason_and_the_audit_has_it(workspace: Workspace) -> None:
    with pytest.raises(AccessError, match="opened by no grant") as error:
        shown(workspace, "nina")
    assert "medark grant add user:nina" in error.value.fix
    assert workspace.ledger.audit.about(RICH)[-1].act.verdict == "refused"


@pytest.mark.parametrize(("name", "person_id", "may"), [("dora", NOBODY, False), ("cara", RICH, True)])
def test_nobody_and_not_shown_are_told_alike(workspace: Workspace, name: str, person_id: int, may: bool) -> None:
    with pytest.raises(UnseenError, match="or nothing that you may see") as error:
        shown(workspace, name, person_id=person_id)
    assert error.value.may_break_glass is may


def test_rows_whose_day_is_not_granted_are_said_and_not_shown(workspace: Workspace) -> None:
    workspace.ledger.users.add(User("dan"))
    columns = frozenset({"note_id", "person_id", "note_title"})
    tables = {"person": None, "measurement": None, "note": columns}
    masks = {"measurement.measurement_date": "nothing", "measurement.measurement_datetime": "nothing"}
    grant = Grant(0, Holder.USER, "dan", Purpose.CARE, tables, Rows.ALL, 4, 0, masks=masks)
    workspace.ledger.access.add_grant(grant)
    found = shown(workspace, "dan")
    assert (found.series, found.events, found.axis, found.person.age) == ((), {}, None, 59)
    assert {h.kind for h in found.hidden if h.why == "rows whose day you do not see are on no timeline"} == {
        "results", "notes",
    }  # fmt: skip


def test_marked_rows_come_first_and_are_counted(workspace: Workspace) -> None:
    marked = {"measurement": frozenset({101, 103, 12345}), "condition_occurrence": frozenset({301})}
    found = shown(workspace, marked=marked)
    assert [(one.key, one.value) for one in found.series[0].marked] == [(101, 4.4), (103, 6.8)]
    assert found.courses["diagnoses"][0].marked == 1
    assert found.unseen == 1


def test_a_window_keeps_what_lasts_into_it_and_what_is_marked(workspace: Workspace) -> None:
    found = shown(workspace, since=dt.date(2024, 6, 29), marked={"measurement": frozenset({200})})
    assert {one.code: one.count for one in found.series} == {"2823-3": 2, "718-7": 1}
    assert [one.name for one in found.courses["medicines"]] == ["阿司匹林肠溶片"]
    assert found.courses["diagnoses"] == ()
    assert found.rows["diagnoses"] == 3  # of all years
    assert found.axis is not None
    assert found.axis.first == dt.datetime(2024, 6, 29)


def test_pages_follow_one_another(workspace: Workspace) -> None:
    pages = [shown(workspace, page=Page(skip, 1)) for skip in (0, 1, 2)]
    assert [[one.key for one in found.events["encounters"]] for found in pages] == [[10], [11], []]
    assert {found.counts["encounters"] for found in pages} == {2}


def test_a_reading_is_one_entry_of_the_audit(workspace: Workspace) -> None:
    before = len(workspace.ledger.audit.about(RICH))
    shown(workspace)
    (entry,) = workspace.ledger.audit.about(RICH)[before:]
    assert (entry.action, entry.act.actor, entry.act.rows) == ("timeline", "dora", 22)
    assert workspace.ledger.audit.lately("dora", "timeline", 5)[0][0] == RICH


def test_a_refusal_closes_the_record(workspace: Workspace) -> None:
    workspace.ledger.refusals.add([Refusal(POOR, Purpose.CARE, None, 0)], "desk")
    with pytest.raises(UnseenError):
        shown(workspace, person_id=POOR)


def test_drawn_results_are_told_as_by_a_plain_loop(tmp_path: Any) -> None:
    chance = random.Random(7)
    rows = [
        result(no, 3_000_000 + chance.randrange(9), dt.date(2024, 1, 1) + dt.timedelta(chance.randrange(900)),
               chance.choice([None, round(chance.uniform(1, 9), 2)]), range_low=chance.choice([None, 3.0]),
               range_high=chance.choice([None, 6.0]), measurement_datetime=None)
        for no in range(1, 300)
    ]  # fmt: skip
    with init_workspace(tmp_path / "ws") as made:
        write(made, person=[{"person_id": RICH, "year_of_birth": 1980, "gender_concept_id": 8507}], measurement=rows)
        found = timeline(made, at_terminal(made, Purpose.CARE), Asked(RICH, NOW, page=Page(0, 40)))
    by_test: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["measurement_date"], row["measurement_id"])):
        by_test[row["measurement_concept_id"]].append(row)
    assert {one.concept_id for one in found.series} == set(by_test)
    for one in found.series:
        mine = by_test[one.concept_id]
        numbers = [row["value_as_number"] for row in mine if row["value_as_number"] is not None]
        assert (one.count, one.last_at.date(), list(one.values)) == (
            len(mine), mine[-1]["measurement_date"], numbers[-60:],
        )  # fmt: skip
        value, low, high = (mine[-1][name] for name in ("value_as_number", "range_low", "range_high"))
        is_high = value is not None and high is not None and value > high
        is_low = value is not None and low is not None and value < low
        assert (one.value, one.flag) == (value, "high" if is_high else "low" if is_low else "")
