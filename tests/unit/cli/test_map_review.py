"""`medark map review` at a keyboard: short answers, wrong keys, broken off and gone on with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medark.bootstrap import init_workspace
from medark.cli.map_talk import Talk
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.propose.approving import automatic
from medark.flows.propose.keeping import load
from medark.flows.propose.review import Review
from medark.flows.workspace import Workspace
from unit.flows.propose.conftest import written

SOURCE = "north/his"


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("map_review")
    with init_workspace(folder / "ws", buckets=2, time_zone="Asia/Shanghai") as made:
        ingest(made, written(folder / "export"), SOURCE)
        automatic(made, SOURCE, asks=True)
        yield made


@pytest.fixture
def review(ingested: Workspace) -> Iterator[Review]:
    """A review of which nothing is left behind."""
    yield Review(ingested, SOURCE, machine_user())
    after = Review(ingested, SOURCE, machine_user())
    while after.undo():
        pass


def typed(review: Review, monkeypatch: pytest.MonkeyPatch, *keys: str) -> None:
    """Somebody types; after the last of it Ctrl-C."""
    left = iter(keys)

    def answer(_prompt: str) -> str:
        for key in left:
            return key
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", answer)
    with pytest.raises(KeyboardInterrupt):
        Talk(review, is_asked=True).through(None)


def test_a_key_or_two_a_table(review: Review, monkeypatch: pytest.MonkeyPatch, ingested: Workspace) -> None:
    first, second, *_ = review.waiting()
    typed(review, monkeypatch, "a", "s")
    again = Review(ingested, SOURCE, machine_user())
    assert again.accepted == [first] and again.found.kept.skipped == [second]
    assert load(ingested, SOURCE).approvals == {}, "broken off: nothing has taken effect"


def test_columns_are_answered_for_by_number(
    review: Review, monkeypatch: pytest.MonkeyPatch, ingested: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(review, monkeypatch, "table zz", "kind lab", "1=- 2=meas.value", "u", "9=1", "1=99", "all")
    assert load(ingested, SOURCE).slots["zz"] == {"q1": ""}, "two answers of one line are taken back one by one"
    assert load(ingested, SOURCE).kinds == {"zz": "lab"}
    shown = "".join(capsys.readouterr())
    assert "there is no column of this number" in shown and "there is no meaning of this number" in shown
    assert "zz · results (lab)" in shown and "lacks Patient ID" in shown


def test_a_wrong_key_does_no_harm(
    review: Review, monkeypatch: pytest.MonkeyPatch, ingested: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(review, monkeypatch, "table zz", "lss", "zz = ", "kind x", "above x", "table nowhere", "", "?")
    kept = load(ingested, SOURCE)
    assert kept.kinds == {} and not any(kept.slots.values()) and kept.skipped == []
    shown = "".join(capsys.readouterr())
    assert "this is no answer: ? tells which there are" in shown
    assert "not all of it is sure: a: accept it all the same, s: later" in shown, "Enter accepts what is sure alone"
    assert "take the last answer back" in shown


def test_answers_of_a_file_are_as_ever(review: Review, ingested: Workspace) -> None:
    Talk(review, is_asked=False).through(
        ["# a comment", "", "table 诊断", "诊断编码 = diag.code", "accept", "quit", "x"]
    )
    assert review.accepted == ["诊断"] and load(ingested, SOURCE).slots["诊断"] == {"诊断编码": "diag.code"}


def test_what_values_mean_is_said_by_name_or_number_and_taken_back(
    review: Review, monkeypatch: pytest.MonkeyPatch, ingested: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Column 4 of the visits is their kind; of a sex the second meaning by name is MALE."""
    typed(
        review,
        monkeypatch,
        "table 门诊就诊",
        "value 4 门诊 = Home Visit",
        "table 病人基本信息",
        "v 性别 男=1",
        "value 男",
    )
    assert load(ingested, SOURCE).values["门诊就诊"] == {"就诊类别": {"门诊": "Home Visit"}}
    assert load(ingested, SOURCE).values["病人基本信息"] == {"性别": {"男": "FEMALE"}}
    shown = capsys.readouterr()
    assert "Home Visit" in shown.out and "a person said so" in shown.out
    assert "this is no answer" in shown.out + shown.err
    typed(review, monkeypatch, "table 门诊就诊", "value 4 门诊=-", "table 病人基本信息", "u", "u")
    assert load(ingested, SOURCE).values["门诊就诊"] == {"就诊类别": {"门诊": "Home Visit"}}, "both are taken back"
    assert load(ingested, SOURCE).values["病人基本信息"] == {"性别": {}}
