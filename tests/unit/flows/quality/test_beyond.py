"""Checks beyond the dashboard over a workspace: reports, rules of the site, and the tasks of what fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import hospital
from medark.acquire.definitions.ask import definitions_in
from medark.bootstrap import init_workspace, open_workspace
from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.judge import Outcome, Verdict
from medark.errors import AccessError, BusyError
from medark.flows.ingest import ingest
from medark.flows.quality import bring_up_to_date, explained, further, reports, site, site_rules
from medark.flows.quality.places import looking
from medark.flows.quality.tasks import AGAIN, KIND, organisation_of
from medark.flows.tasks import title_of
from medark.flows.workspace import Workspace
from medark.model.record import Format
from medark.model.task import TaskState
from medark.model.user import User
from medark.store.apart import Apart, ApartSession

ORDER = """MSH|^~\\&|LIS|NORTH|P|C|{sent}||ORU^R01|{number}|P|2.4\r\
PID|1||B{number}^^^NORTH^MR||王^{name}||19800101|F\r\
OBR|1||{number}|cbc^CBC^L|||{done}|||||||||||||||{sent}||LAB|{status}\r\
OBX|1|NM|WBC^WBC^L||{value}|10*9/L|3.5-9.5|N|||F\r"""
RULES = """
[low_birth]
title = "born before 1900"
title_zh = "1900年以前出生"
table = "person"
violates = "t.year_of_birth < 1900"
owner = "stella"

[everybody]
title = "anybody"
table = "person"
violates = "t.year_of_birth > 1900"
threshold = 50

[breaks_out]
title = "reads a file"
table = "person"
violates = "1 = 1) union all select 1 from read_csv('/etc/passwd') where (1 = 1"

[reads_a_file]
title = "reads a file"
table = "person"
violates = "exists (select 1 from read_csv('/etc/passwd'))"

[misspelt]
title = "no such column"
table = "person"
violates = "t.year_of_brith < 1900"

[of_nothing]
title = "neither"
category = "beauty"
table = "person"
violates = "1 = 1"

[escapes]
title = "a file beside"
definition = "../../secrets.py"

[by_definition]
title = "people over 200"
definition = "people.py:very_old"

[in_vain]
title = "runs for ever"
definition = "forever.py"
"""


def order(number: int, done: str = "202401010800", sent: str = "202401010900", value: str = "5.1", **told: str) -> str:
    told = {"name": "小红", "status": "F", **told}
    return ORDER.format(number=number, done=done, sent=sent, value=value, **told)


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("beyond")
    with init_workspace(root / "ws", buckets=2) as made:
        for name, roles in (("olga", {"owner"}), ("stella", {"steward"}), ("dora", {"doctor"})):
            made.ledger.users.add(User(name, organisation="north", roles=frozenset(roles)))
        patients = [hospital.Patient(f"Qzxp{chr(97 + n)}", n + 1) for n in range(4)]
        ingest(made, hospital.write(root / "in", patients), "north/all")
    return root / "ws"


@pytest.fixture
def workspace(taken_in: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(taken_in, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


# -- when things were reported ---------------------------------------------------------------------------------------


def test_reports_are_read_once_and_late_empty_cut_and_garbled_ones_are_told(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "lis"
    folder.mkdir()
    many = [order(n, sent=f"2024010109{n % 60:02}") for n in range(40)]
    many += [order(50, sent="202401010700"), order(51, sent="202402010900"), order(52, value="")]
    many += [order(53, sent="202402010900", status="C")]  # corrected a month later: not late
    written = [one.encode("utf-8") for one in many] + [order(54).encode("gb18030"), b"MSH|^~\\&|LIS|NORTH|P|C|2024010"]
    (folder / "results.hl7").write_bytes(b"".join(written))
    ingest(workspace, folder, "north/lis")
    checks, counts = further.counted(workspace, workspace.lake.snapshot())
    mine = {one.kind.name: one for one in checks if one.source == "north/lis"}
    assert {name: counts.checks[mine[name].id].violating for name in (
        "reportedBefore", "reportedLate", "resultEmpty", "cutShort", "encodingMixed"
    )} == dict.fromkeys(("reportedBefore", "reportedLate", "resultEmpty", "cutShort", "encodingMixed"), 1)  # fmt: skip
    with looking(workspace) as places:
        rows = {name: places(mine[name], 0)[0].partition(":")[2] for name in (
            "reportedBefore", "reportedLate", "resultEmpty", "cutShort", "encodingMixed"
        )}  # fmt: skip
    assert rows == {
        "reportedBefore": "40", "reportedLate": "41", "resultEmpty": "42", "cutShort": "45", "encodingMixed": "44",
    }  # fmt: skip
    told = reports.told(workspace)["north/lis"]
    assert told.last_record == max(one.record_no for one in workspace.landing.records(source="north/lis"))


def test_fhir_tells_when_it_was_issued(workspace: Workspace, tmp_path: Path) -> None:
    lines = (
        '{"resourceType":"Observation","effectiveDateTime":"2024-01-01T08:00:00+08:00","issued":"2024-01-01T09:30:00+08:00",'
        '"code":{"coding":[{"code":"718-7"}]},"valueQuantity":{"value":1}}\n'
        '{"resourceType":"Observation","effectiveDateTime":"2024-01-01T08:00:00Z","code":{"text":"x"}}\n'
        '{"resourceType":"Patient"}\nnot json\n'
    )
    folder = tmp_path / "emr"
    folder.mkdir()
    (folder / "Observation.ndjson").write_text(lines, encoding="utf-8")
    ingest(workspace, folder, "county/emr")
    (record,) = workspace.landing.records(source="county/emr", formats=(Format.FHIR_NDJSON,))
    found = [one for one in reports.reports(workspace, record) if one.results]
    assert [(one.row_no, one.code, one.minutes, one.empty) for one in found] == [(0, "718-7", 90, 0), (1, "", None, 1)]


def test_files_that_were_sent_before_are_shown_by_the_record_that_they_were(
    workspace: Workspace, tmp_path: Path
) -> None:
    for day, numbers in (("monday", (1, 2)), ("tuesday", (2, 3, 1)), ("wednesday", (2,))):
        folder = tmp_path / day
        folder.mkdir()
        for number in numbers:
            (folder / f"{number}.hl7").write_text(order(number), encoding="utf-8")
        (folder / "copy.hl7").write_text(order(9), encoding="utf-8")  # of the last two days the same as on the first
        ingest(workspace, folder, "north/lis")
    checks, counts = further.counted(workspace, workspace.lake.snapshot())
    (check,) = (one for one in checks if (one.kind.name, one.source) == ("sentTwice", "north/lis"))
    assert counts.checks[check.id] == Count(5, 9)
    named = {one.name: one.record_no for one in workspace.landing.records(source="north/lis")}
    again = sorted(named[name] for name in ("1.hl7", "2.hl7", "copy.hl7"))
    with looking(workspace) as places:
        assert places(check, 0) == [f"{number}:0" for number in again] and len(places(check, 2)) == 2
    told = explained(workspace, "olga", check.id)
    assert told.examples == tuple(f"{number}:0" for number in again)
    assert [(one.suspect.source, one.suspect.form) for one in told.suspects] == [("north/lis", "hl7v2")]


# -- rules of the site -----------------------------------------------------------------------------------------------


def test_rules_are_counted_and_what_is_no_rule_is_refused_by_name(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = workspace.path / "quality"
    folder.mkdir()
    (folder / "ours.toml").write_text(RULES, encoding="utf-8")
    (folder / "torn.toml").write_text("[torn", encoding="utf-8")
    (folder / "people.py").write_text(
        "from medark.define import *\nvery_old = Dataset(everyone(), {'violates': person.age_on(today) > 200})\n",
        encoding="utf-8",
    )
    (folder / "forever.py").write_text("while True: pass\n", encoding="utf-8")
    monkeypatch.setattr(definitions_in, "__kwdefaults__", {"seconds": 1})
    people = workspace.lake.snapshot().rows("person")
    found = site(workspace, "stella")
    told = {one.check.value: one for one in found.verdicts}
    assert (told["low_birth"].violating, told["low_birth"].of, told["low_birth"].check.owner) == (0, people, "stella")
    assert told["everybody"].outcome is Outcome.FAILED and told["everybody"].violating == people
    assert {one.name for one in found.broken} >= {
        "breaks_out", "reads_a_file", "misspelt", "of_nothing", "escapes", "in_vain", "torn.toml",
    }  # fmt: skip
    assert not {"low_birth", "everybody"} & {one.name for one in found.broken}
    unsound = next(one for one in found.verdicts if one.check.kind.name == "ruleUnsound")
    assert unsound.outcome is Outcome.FAILED and unsound.violating == len(found.broken)
    with pytest.raises(AccessError):
        site(workspace, "dora")


def test_a_slow_rule_is_stopped_and_the_next_one_is_counted(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OneSoon(Apart):
        """The first process has three seconds, the next ones as many as they need on a machine that is busy."""

        def session(self) -> ApartSession:
            made = super().session()
            self._limits = replace(self._limits, seconds=site_rules.ALL_SECONDS)
            return made

    monkeypatch.setattr(site_rules, "Apart", OneSoon)
    monkeypatch.setattr(site_rules, "SECONDS", 3.0)
    folder = workspace.path / "quality"
    folder.mkdir()
    pairs = "length(b.concept_name || a.concept_name) < 0"
    slow = f"exists (select 1 from concept as a where exists (select 1 from concept as b where {pairs}))"
    (folder / "ours.toml").write_text(
        f'[slow]\ntitle = "slow"\ntable = "person"\nviolates = "{slow} and t.person_id > 0"\n\n'
        '[quick]\ntitle = "quick"\ntable = "person"\nviolates = "t.person_id is null"\n',
        encoding="utf-8",
    )
    found = site(workspace, "olga")
    told = {one.check.value: one for one in found.verdicts}
    assert told["quick"].of == workspace.lake.snapshot().rows("person")
    (broken,) = found.broken
    assert broken.name == "slow" and isinstance(broken.error, BusyError)


# -- tasks -----------------------------------------------------------------------------------------------------------


def verdict(name: str, violating: int, of: int = 100, source: str = "north/all", outcome: str = "failed") -> Verdict:
    kind = (
        further.tallies()[0]
        and further.FAMILIES
        and __import__("medark.check.further", fromlist=["KINDS"]).KINDS["numberMissing"]
    )
    check = Check(name, kind, "measurement", "value_as_number", source=source, family="values")
    return Verdict(check, Outcome(outcome), violating, of, 0.1)


def test_a_failing_check_is_one_task_of_the_stewards_of_its_organisation(workspace: Workspace) -> None:
    first = bring_up_to_date(workspace, "olga", [verdict("a", 5)])
    again = bring_up_to_date(workspace, "olga", [verdict("a", 5)])
    (task,) = first.raised
    assert (task.kind, task.organisation, task.role, task.due_ms is not None) == (KIND, "north", "steward", True)
    assert again.raised == () and len(workspace.ledger.tasks.all()) == 1
    assert title_of(task).endswith("north/all measurement.value_as_number")
    assert task.evidence[0]["check"] == "a" and (task.evidence[0]["violating"], task.evidence[0]["of"]) == (5, 100)


def test_a_task_closes_itself_and_comes_back_with_other_data(workspace: Workspace) -> None:
    bring_up_to_date(workspace, "olga", [verdict("a", 5), verdict("b", 5)])
    turned = bring_up_to_date(workspace, "olga", [verdict("a", 0, outcome="passed"), verdict("b", 5)])
    (closed,) = turned.closed
    assert (closed.state, closed.reason) == (TaskState.DONE, AGAIN)
    assert workspace.ledger.tasks.steps(closed.number)[-1].by == "", "by the platform"
    same = bring_up_to_date(workspace, "olga", [verdict("a", 5), verdict("b", 5)])
    assert same.raised == (), "of the same data it was said already"


def test_what_was_dismissed_is_silent_until_it_gets_clearly_worse(workspace: Workspace) -> None:
    (task,) = bring_up_to_date(workspace, "olga", [verdict("a", 20)]).raised
    workspace.ledger.tasks.close(task.number, TaskState.DISMISSED, "stella", "known: the old analyser")
    assert bring_up_to_date(workspace, "olga", [verdict("a", 21)]).silent == 1
    assert bring_up_to_date(workspace, "olga", [verdict("a", 29)]).silent == 1, "not half as much again"
    (other,) = bring_up_to_date(workspace, "olga", [verdict("a", 30)]).raised
    assert other.number != task.number and other.evidence[0]["violating"] == 30


def test_an_owner_who_uses_the_platform_has_it_and_nobody_is_flooded(workspace: Workspace) -> None:
    mine = replace(verdict("own", 5).check, owner="stella")
    turned = bring_up_to_date(workspace, "olga", [replace(verdict("own", 5), check=mine)])
    assert workspace.ledger.tasks.one(turned.raised[0].number).assignee == "stella"
    many = bring_up_to_date(workspace, "olga", [verdict(f"n{n}", 5) for n in range(60)])
    assert (len(many.raised), many.waiting) == (40, 20)
    with pytest.raises(AccessError):
        bring_up_to_date(workspace, "dora", [])


def test_the_organisation_of_a_source_or_of_a_register(workspace: Workspace) -> None:
    assert organisation_of(workspace, "north/all") == "north" == organisation_of(workspace, "north")
    assert organisation_of(workspace, "") == ""


def test_nothing_of_a_person_leaves_but_their_number(workspace: Workspace) -> None:
    checks, counts = further.counted(workspace, workspace.lake.snapshot())
    failing = [Verdict(one, Outcome.FAILED, counts.checks[one.id].violating, 1, 0.0) for one in checks]
    told = bring_up_to_date(workspace, "olga", failing)
    assert hospital.CANARY not in str([(task.title, task.evidence) for task in told.raised])
    kept = b"".join(path.read_bytes() for path in (workspace.places.kept / "quality").glob("*"))
    assert hospital.CANARY.encode() not in kept and len(kept) > 1000
