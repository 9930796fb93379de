"""The desk of early warning: what its pages show of signals, tasks and cases, from rows as the platform gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

import medark.apps.early_warning
from medark.apps.early_warning.desk import System, pages
from medark.apps.early_warning.desk.curve import curve
from medark.apps.early_warning.desk.districts import Districts, districts
from medark.apps.early_warning.desk.series import Named, chosen, page_of, ranked, window
from medark.apps.early_warning.desk.tiles import Tile, tiles
from medark.apps.early_warning.desk.words import clock
from medark.define.attached import attach
from medark.flows.figures import Form, draw
from medark.model.page import Block, DataTable, Figure, Heading, KeyFigures, Label, TaskPanel, Text
from medark.sdk import Answer, Page, Rows, Settings, Sums, View
from medark.sdk.testing import app_in

FOLDER = Path(medark.apps.early_warning.__file__).parent
SYSTEM = System(
    "syndromic", {"en": "Syndromes", "zh": "症状监测"}, {"en": "About", "zh": "说明"}, "a source", ("syndromes",), 4.0
)
DUTIES = System("notifiable", {"en": "Cards", "zh": "报告"}, {"en": "About", "zh": "说明"}, "a law", ("cards",), 2.0)


@pytest.fixture(autouse=True)
def facts() -> Iterator[None]:
    attach({"facts/districts.csv": (FOLDER / "facts" / "districts.csv").read_text(encoding="utf-8")})
    yield
    attach({})


def series(**more: Any) -> dict[str, Any]:
    """A series that alarms since 1 May, with ten days of points before today."""
    days = [dt.date(2026, 4, 25) + dt.timedelta(n) for n in range(10)]
    points = [
        {"period": str(day), "count": n, "total": None, "judged": None, "expected": 2.0, "threshold": 5.5,
         "state": "alarm" if n > 5 else "quiet"}
        for n, day in enumerate(days)
    ]  # fmt: skip
    return {
        "signal": "syndromes", "title": "Visits by syndrome", "channel": "hospitals", "every": "day",
        "group": {"syndrome": "ili", "district": "330106"}, "state": "alarm", "period": "2026-05-04", "count": 9,
        "total": None, "judged": None, "expected": 2.0, "threshold": 5.5, "method": "ears_c2", "parameters": {},
        "why": "9 in 2026-05-04; 2 expected.", "since": "2026-05-01", "agreeing": [], "places": [], "task": 7,
        "task_state": "open", "due_ms": 1, "fresh_ms": 1, "points": points,
    } | more  # fmt: skip


def task(**more: Any) -> dict[str, Any]:
    return {
        "number": 7, "kind": "signal", "key": "k", "title": "t", "state": "open", "raised": "2026-05-02 08:00",
        "due": "2026-05-02 12:00", "closed": None, "assignee": "", "reason": "", "is_late": False, "minutes": 30,
    } | more  # fmt: skip


def case(person_id: int, **more: Any) -> dict[str, Any]:
    return {
        "person_id": person_id, "entry_start": "2026-05-02 09:00", "district": "330106", "age_band": "25-59",
        "sex": "F", "syndrome": "ili", "code": "J11.100", "result": "positive", "outcome": None,
    } | more  # fmt: skip


def words(column: str, value: str, language: str) -> str:
    return {"ili": "influenza-like illness" if language == "en" else "流感样病例"}.get(value, value)


def app_page(path: str) -> Page:
    (found,) = [one for one in pages((SYSTEM, DUTIES), words) if one.path == path]
    return found


def shown(path: str, query: Mapping[str, str] | None = None, language: str = "en", **answers: Any) -> tuple[Block, ...]:
    """A page as it is drawn of these rows, and of none where it asks for others."""
    page = app_page(path)
    told = {name: Answer(tuple(answers.get(name, ())), len(answers.get(name, ()))) for name in page.shows}
    assert set(answers) <= set(told)
    return page.body(View(told, Settings({}), query or {}, language, "2026-05-05"))


def figures(blocks: tuple[Block, ...]) -> dict[str, Any]:
    return {each.label: each.value for one in blocks if isinstance(one, KeyFigures) for each in one.figures}


def tables(blocks: tuple[Block, ...]) -> list[DataTable]:
    return [one for one in blocks if isinstance(one, DataTable)]


QUERY = {"signal": "syndromes", "syndrome": "ili", "district": "330106", "from": "2026-04-17", "to": "2026-05-04"}


# -- facts -------------------------------------------------------------------------------------------------------------


def test_the_districts_are_those_of_the_census_each_with_a_tile_of_its_own() -> None:
    there = list(districts())
    assert len(there) == 13
    whole = 11_936_010  # Hangzhou in the Seventh Population Census 2020
    assert sum(one.population for one in there) == pytest.approx(whole, abs=50)
    assert len({(one.row, one.column) for one in there}) == len({one.code for one in there}) == 13


@pytest.mark.parametrize(
    ("written", "en", "zh"),
    [("330106", "Xihu", "西湖区"), ("西湖区", "Xihu", "西湖区"), ("330106、Yuhang", "Xihu, Yuhang", "西湖区、余杭区"),
     ("elsewhere", "elsewhere", "elsewhere"), (None, "–", "–"), ("", "–", "–")],
)  # fmt: skip
def test_a_district_is_named_however_it_is_written(written: str | None, en: str, zh: str) -> None:
    of = districts()
    assert (of.named(written, "en"), of.named(written, "zh")) == (en, zh)


# -- sales -----------------------------------------------------------------------------------------------------------


OF_SALES = {"signal": "sales", "drug_class": "antipyretic", "district": "330106"}
SOLD = {
    "sold_by_shop": [{"place": "甲大药房", "district": "西湖区", "quantity": 4.0}],
    "sold_by_item": [{"item": "布洛芬缓释胶囊", "drug_class": "antipyretic", "quantity": 4.0}],
}  # fmt: skip


@pytest.mark.parametrize("path", ["signal", "report"])
@pytest.mark.parametrize(("language", "district"), [("en", "Xihu"), ("zh", "西湖区")])
def test_behind_a_signal_of_sales_are_shops_and_items_and_nobody(path: str, language: str, district: str) -> None:
    alarming = series(signal="sales", group={"drug_class": "antipyretic", "district": "330106"})
    blocks = shown(path, OF_SALES, language, signals=[alarming], tasks=[task()], **SOLD)
    told = [row for one in tables(blocks) for row in one.rows]
    assert ("甲大药房", district, 4.0) in told and ("布洛芬缓释胶囊", "antipyretic", 4.0) in told
    assert not [one for one in tables(blocks) for column in one.columns if column.kind == "person"]
    heads = {one.text for one in blocks if isinstance(one, Heading)}
    assert not heads & {"Contacts", "密切接触者", "Who", "人群分布"}


# -- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(None, "–"), (0, "0 min left"), (59, "59 min left"), (60, "1 h 0 min left"), (1439, "23 h 59 min left"),
     (1440, "1 d 0 h left"), (-1, "1 min late"), (-60, "1 h 0 min late"), (-1500, "1 d 1 h late")],
)  # fmt: skip
def test_the_clock_says_what_is_left_or_by_how_much_it_is_late(minutes: int | None, told: str) -> None:
    assert clock(View({}, Settings({})), minutes) == told


def test_the_cases_of_an_alarm_lie_from_a_fortnight_before_it_to_the_end_of_its_newest_period() -> None:
    assert window(series()) == ("2026-04-17", "2026-05-04")
    assert window(series(state="quiet")) == ("2026-04-20", "2026-05-04")
    assert window(series(every="week")) == ("2026-04-17", "2026-05-10")


def test_a_series_is_found_by_its_own_query_and_no_other() -> None:
    whole, other = series(group={"syndrome": "ili"}), series(group={"syndrome": "ili", "district": "330102"})
    cluster = series(signal="clusters", places=["330108", "330106"])
    rows = [whole, other, series(), cluster]
    for row in rows:
        asked = dict(part.split("=") for part in page_of(row, {}).partition("?")[2].split("&"))
        asked = {name: unquote(value) for name, value in asked.items()}
        assert chosen(View({}, Settings({}), asked), rows) is row
    assert chosen(View({}, Settings({}), {"signal": "syndromes", "district": "330106"}), rows) is None


def test_what_alarms_and_waits_comes_first() -> None:
    rows = [
        series(state="quiet", count=50), series(task_state="done", due_ms=1), series(due_ms=9), series(due_ms=3),
        series(state="unknown"),
    ]  # fmt: skip
    assert ranked(rows) == [rows[3], rows[2], rows[1], rows[0], rows[4]]


# -- figures -----------------------------------------------------------------------------------------------------------


def test_the_curve_has_a_bar_a_count_its_lines_and_a_mark_over_each_alarm() -> None:
    row = series()
    row["points"][3] |= {"count": None, "expected": None, "threshold": None}  # too few to be told
    told = curve(View({}, Settings({})), row, "ILI")
    values = told.vega_lite["data"]["values"]
    assert [one["n"] for one in values if "n" in one] == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert [one["period"] for one in values if "alarm" in one] == [f"2026-05-0{n}" for n in (1, 2, 3, 4)]
    assert {one["line"] for one in values if "line" in one} == {"expected", "threshold"}
    assert told.alt == "Epidemic curve of ILI until 2026-05-04: 4 periods alarmed, the last 2026-05-04"
    assert told.table is not None
    assert told.table.rows[0] == ("2026-05-04", 9, None, 2.0, 5.5, "alarm")
    assert draw(told, Form.SVG).startswith(b"<svg")


def test_what_is_held_against_the_threshold_is_a_line_where_it_is_not_the_count() -> None:
    row = series()
    row["points"][-1]["judged"] = 12.0
    values = curve(View({}, Settings({}), language="zh"), row, "流感样").vega_lite["data"]["values"]
    assert [one["of"] for one in values if one.get("line") == "判定值"] == [12.0]
    assert max(one["alarm"] for one in values if "alarm" in one) == 12.0


def test_the_map_marks_where_it_alarms_and_says_so_in_words() -> None:
    of = districts()
    told = tiles(View({}, Settings({})), of, {"330106": Tile(9, 5.5, True), "330108": Tile(None)}, "ILI", "count")
    by_name = {one["name"]: one for one in told.vega_lite["data"]["values"]}
    assert (by_name["Xihu"]["told"], by_name["Binjiang"]["told"], by_name["Yuhang"]["told"]) == ("▲ 9", "–", "–")
    assert told.alt == "Map of ILI by district; alarms: Xihu"
    assert told.table is not None
    assert told.table.rows[0] == ("Xihu", 9, 5.5, 1_112_992, "yes")
    assert draw(told, Form.SVG).startswith(b"<svg")


# -- pages -------------------------------------------------------------------------------------------------------------


def test_the_overview_counts_what_alarms_waits_and_is_late_and_leads_to_the_first_signal() -> None:
    rows = [series(), series(group={"syndrome": "ili"}, state="quiet", task=None, task_state="")]
    tasks = [task(minutes=-90, is_late=True), task(number=8, state="done"), task(number=9, state="dismissed")]
    page = shown("overview", signals=rows, tasks=tasks)
    told = figures(page)
    assert told == {
        "series that alarm": 1, "to be verified": 1, "late": 1, "verified": 1, "dismissed": 1,
        "verified of those closed": 50,
    }  # fmt: skip
    urgent, systems = tables(page)
    ((first, where, state, *_numbers, due, _handled),) = urgent.rows
    assert isinstance(first, Label)
    assert first.page == page_of(rows[0], {})
    assert where == "influenza-like illness · Xihu"
    assert (state, due) == (Label("alarm", mark="critical"), Label("1 h 30 min late", mark="critical"))
    assert [row[0] for row in systems.rows] == [Label("Syndromes", "syndromic"), Label("Cards", "notifiable")]
    assert systems.rows[0][1:4] == (Label("1", mark="critical"), 2, "2026-05-04")


def test_a_quiet_day_says_so() -> None:
    page = shown("overview", signals=[series(state="quiet", task=None, task_state="")])
    assert any("Nothing alarms" in one.markdown for one in page if isinstance(one, Text))
    assert figures(page)["series that alarm"] == 0


def test_a_system_shows_its_signals_the_first_curve_and_why() -> None:
    page = shown("syndromic", language="zh", signals=[series()], tasks=[task()])
    (table,) = tables(page)
    assert table.rows[0][1] == "流感样病例 · 西湖区"
    assert [one.title for one in page if isinstance(one, Figure)] == [
        "Visits by syndrome · 流感样病例 · 西湖区",
        "各区县预警",
    ]
    assert any("9 in 2026-05-04" in one.markdown for one in page if isinstance(one, Text))


def test_the_laws_clock_stands_first_on_the_page_of_report_cards() -> None:
    duty = {
        "person_id": 4, "entry_start": "2026-05-04", "disease": "NID-C-001", "legal_class": "C", "limit_hours": 24.0,
        "district": "330106", "diagnosed_at": "2026-05-04 08:00", "reported_at": None, "hours": None,
        "standing": "missed",
    }  # fmt: skip
    counted = [
        {"limit_hours": 24.0, "standing": "in_time", "count": 12}, {"limit_hours": 2.0, "standing": "late", "count": 3},
    ]  # fmt: skip
    told = {
        "clinic": {"in_time": 10, "late": 5, "missed": 5, "repeat": 4, "waiting": 1},
        "north": {"in_time": 12, "late": None, "missed": 20},  # too few to be told
        "south": {"in_time": 12, "unlinked": 20}, "west": {"repeat": 11}, None: {"in_time": 11},
    }  # fmt: skip
    hospitals = [
        {"hospital": name, "standing": standing, "count": count}
        for name, of in told.items() for standing, count in of.items()
    ]  # fmt: skip
    page = shown("notifiable", duties=[duty], duties_counted=counted, duties_by_hospital=hospitals)
    by_limit, by_hospital, newest, _signals = tables(page)
    assert by_hospital.rows == (
        ("clinic", 20, 75.0, 50.0), ("north", None, None, None), ("south", None, None, None), ("west", 0, None, None),
        ("–", 11, 100.0, 100.0),
    )  # fmt: skip
    assert by_limit.rows == (("2 h", 0, 3, 0, 0, 0, 0), ("24 h", 12, 0, 0, 0, 0, 0))
    assert newest.rows[0][-1] == Label("missed", mark="critical")


def test_a_signal_has_its_task_its_cases_and_whom_they_met() -> None:
    met = {
        "person_id": 5,
        "case": 1,
        "place": 77,
        "first": "2026-05-01 08:00",
        "last": "2026-05-03 09:00",
        "kind": "ward",
    }
    pupil = {"person_id": 6, "case": 2, "school": "西湖小学", "first": "2026-05-02", "last": "2026-05-02"}
    page = shown(
        "signal", QUERY, signals=[series()], tasks=[task()], cases_visits=[case(1), case(2, result=None)],
        met_visits=[met], school_visits=[pupil],
    )  # fmt: skip
    (panel,) = [one for one in page if isinstance(one, TaskPanel)]
    assert (panel.number, panel.done, panel.dismissed) == (7, "Verified", "Dismiss")
    cases, contacts = tables(page)
    assert cases.rows[0] == (
        1, "2026-05-02 09:00", "Xihu", "25-59", Label("female"), "influenza-like illness", "J11.100",
        Label("positive", mark="critical"), None,
    )  # fmt: skip
    assert contacts.rows == (
        (6, 2, Label("absent from the same school"), "2026-05-02", "2026-05-02", "西湖小学"),
        (5, 1, Label("the same ward at the same time"), "2026-05-01 08:00", "2026-05-03 09:00", "77"),
    )
    (back,) = [one.markdown for one in page if isinstance(one, Text) and "Report" in one.markdown]
    assert "(/console/app/early_warning/syndromic)" in back
    assert "/console/app/early_warning/report?signal=syndromes&syndrome=ili&district=330106" in back


def test_a_series_that_is_no_more_says_so_and_shows_nobody() -> None:
    page = shown("signal", {**QUERY, "syndrome": "rash"}, signals=[series()], cases_visits=[case(1)])
    assert [type(one) for one in page] == [Heading, Text]


@pytest.mark.parametrize(
    ("told", "answered"),
    [(task(), "still open, in time"), (task(is_late=True, minutes=-5), "no"),
     (task(state="done", closed="2026-05-02 11:00", minutes=None), "yes"),
     (task(state="dismissed", closed="2026-05-02 13:00", minutes=None, is_late=True), "no")],
)  # fmt: skip
def test_the_report_says_whether_it_was_answered_in_time(told: dict[str, Any], answered: str) -> None:
    page = shown("report", QUERY, signals=[series()], tasks=[told])
    short = dict(tables(page)[0].rows)
    assert short["answered in time"] == answered
    assert short["what and where"] == "influenza-like illness · Xihu"
    assert short["cases looked for"] == "2026-04-17 – 2026-05-04"


def test_the_report_counts_cases_by_age_and_sex_the_youngest_first() -> None:
    people = [
        case(1, age_band="60+"), case(2, age_band="05-14", sex="M"), case(3, age_band=None), case(4, outcome="died"),
    ]  # fmt: skip
    page = shown("report", QUERY, signals=[series()], tasks=[task(assignee="dora", reason="why")], cases_visits=people)
    _short, by_age, done, lines, _contacts = tables(page)
    assert by_age.rows == (
        ("05-14", 0, 1, 1, 0), ("25-59", 1, 0, 1, 1), ("60+", 1, 0, 1, 0), ("–", 1, 0, 1, 0),
    )  # fmt: skip
    assert dict(done.rows)["reason"] == "why"
    assert len(lines.rows) == 4


def test_the_report_of_cards_says_whether_the_law_was_kept() -> None:
    cards = {"signal": "cards", "group": {"disease": "NID-C-001", "district": "330106"}}
    query = {"signal": "cards", "disease": "NID-C-001", "district": "330106"}
    duties = [{"limit_hours": 24.0, "standing": one} for one in ("in_time", "in_time", "late")]
    page = shown("report", query, signals=[series(**cards)], tasks=[task()], duties=duties)
    (law,) = [one for one in tables(page) if one.columns[0].name == "limit"]
    assert law.rows == (("24 h", 2, 1, 0, 0, 0, 0),)


def test_no_words_are_without_chinese() -> None:
    for path in ("overview", "syndromic", "signal", "report"):
        query = QUERY if path in ("signal", "report") else {}
        page = shown(path, query, language="zh", signals=[series(title="信号", why="依据")], tasks=[task()])
        titles = [one.text for one in page if isinstance(one, Heading)]
        labels = [each.label for one in page if isinstance(one, KeyFigures) for each in one.figures]
        columns = [column.title for one in tables(page) for column in one.columns]
        assert all(any("\u4e00" <= letter <= "\u9fff" for letter in told) for told in [*titles, *labels, *columns])


def test_every_signal_has_a_system_and_the_cases_behind_it() -> None:
    _manifest, app = app_in(FOLDER)
    signals = set(app.published()["signals"])
    (shows,) = [page.shows for page in app.pages if page.path == "signal"]
    lists = [one.of if isinstance(one, Sums) else one for one in shows.values() if isinstance(one, Rows | Sums)]
    for name in signals:
        assert any(one.is_asked({"signal": name}) for one in lists), name
    watched = [name for page in app.pages for name in getattr(page.shows.get("signals"), "names", ())]
    assert sorted(watched) == sorted(signals)


def test_a_school_is_a_place_and_what_has_no_district_has_no_map() -> None:
    row = series(signal="schools", group={"school": "西湖小学"})
    named = Named(lambda _column, value, _language: str(value))
    assert named(View({}, Settings({})), row) == "西湖小学"
    page = shown("signal", {"signal": "schools", "school": "西湖小学"}, signals=[row], tasks=[task()])
    assert len([one for one in page if isinstance(one, Figure)]) == 1


def test_named_says_whole_city_where_no_district_is_counted() -> None:
    of: Districts = districts()
    named = Named(lambda _column, value, language: of.named(value, language))
    assert named(View({}, Settings({})), series(group={})) == "whole city"
