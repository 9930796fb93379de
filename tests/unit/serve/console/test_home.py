"""Home: by role, and never by a look into the lake"""

from __future__ import annotations

import pytest

from medark.model.account import FileAccount
from medark.model.task import Task
from medark.serve.console.filters import _passed
from unit.serve.conftest import DOCTOR, OWNER, Served
from unit.serve.console.conftest import Opens


@pytest.fixture(scope="module")
def came(served: Served) -> None:
    """Two sources, one of which brought twice; tasks of everybody's and of somebody's."""
    ledger = served.workspace.ledger
    for number, source in enumerate(("north/lis", "south/his", "north/lis"), 101):
        ledger.batches.begin(number, source)
        ledger.batches.end(number, FileAccount(found=number, landed=number))
    now_ms = ledger.batches.one(103).started_ms
    for title, organisation, due_ms in (
        ("Late", "north", now_ms - 60_000),
        ("Other", "south", None),
        ("Any", "", None),
    ):
        ledger.tasks.raise_(Task(0, "mapping", title, organisation=organisation, due_ms=due_ms, key=title))
    taken = ledger.tasks.raise_(Task(0, "mapping", "Mine", key="mine"))
    ledger.tasks.assign(taken.number, DOCTOR, OWNER)


@pytest.mark.usefixtures("came")
def test_each_source_by_its_newest_batch_and_to_a_doctor_those_of_their_own(opens: Opens) -> None:
    told = opens(OWNER).get("/console.json").json()
    assert [(one["source"], one["batch_no"], one["files"]) for one in told["arrivals"]] == [
        ("north/lis", 103, 103), ("south/his", 102, 102),
    ]  # fmt: skip
    assert told["workspace"]["people"] == 0
    told = opens(DOCTOR, "care").get("/console.json").json()
    assert [one["source"] for one in told["arrivals"]] == ["north/lis"]
    assert told["workspace"] is None


@pytest.mark.usefixtures("came")
def test_what_is_late_comes_first_then_what_is_ones_own(opens: Opens) -> None:
    tasks = opens(DOCTOR, "care").get("/console.json").json()["tasks"]
    assert [one["title"] for one in tasks] == ["Late", "Mine", "Any"]
    assert [one["is_overdue"] for one in tasks] == [True, False, False]
    page = opens(DOCTOR, "care", **{"accept-language": "en"}).get("/console").text
    assert page.index("What needs you") < page.index("What came in")


@pytest.mark.usefixtures("came")
def test_it_looks_into_no_table(opens: Opens, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    client = opens(OWNER)

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("home asked the lake")

    monkeypatch.setattr(type(served.workspace.engine), "session", refused)
    assert client.get("/console").status_code == 200
    assert client.get("/datasets").status_code == 200


@pytest.mark.parametrize(
    ("ms", "said"),
    [(59_999, "now"), (-1, "now"), (60_000, "1 min ago"), (-3_600_000, "in 1 hour"), (47 * 3_600_000, "47 hours ago"),
     (48 * 3_600_000, "2 days ago"), (-72 * 3_600_000, "in 3 days")],
)  # fmt: skip
def test_spans_of_time_are_said_short(ms: int, said: str) -> None:
    assert _passed(ms) == said
