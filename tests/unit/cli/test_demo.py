"""The account of a demonstration as a page and as JSON."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console

from medark.cli.demo import demo_json, demo_view
from medark.flows.demo import DemoAccount, Finding
from medark.flows.demo.summary import summary
from medark.model.account import IngestAccount
from medark.synthetic.before import SENT_TWICE, Ending, Planted


def drawn(view: object) -> str:
    page = io.StringIO()
    Console(file=page, width=140, highlight=False).print(view)
    return page.getvalue()


@pytest.fixture
def told(account: IngestAccount) -> DemoAccount:
    """A demonstration that found everything."""
    unknown = Ending("quarantined", "person not known", "person")
    planted = [Planted("north/lis", "a[b].hl7", n, "a report about nobody", unknown) for n in range(3)]
    planted.append(Planted("north/lis", "again.hl7", 0, "a file sent twice", SENT_TWICE))
    findings = tuple(Finding(error, found=True) for error in planted)
    return DemoAccount(1200, 2000, 7, (account, account), {"person": 312, "measurement": 9000}, findings, 12.34)


def missed(told: DemoAccount) -> DemoAccount:
    return replace(told, findings=(replace(told.findings[0], found=False), *told.findings[1:]))


def test_the_page_says_every_part(told):
    page = drawn(demo_view(told, "city"))
    for text in (
        "1,200 people made up",
        "2,000 patients",
        "7 numbers merged",
        "12.3 s",
        "person not known",
        "9,312",
        "✓ 4 of 4 planted errors found",
        "city/map.html",
        "medark quarantine list city/workspace",
    ):
        assert text in page, text
    lines = [line.split() for line in page.splitlines()]
    assert ["quarantined", "person", "not", "known", "3", "3"] in lines


def test_a_missed_error_is_said_everywhere(told):
    wrong = missed(told)
    page = drawn(demo_view(wrong, "city"))
    assert "✗ 3 of 4 planted errors found" in page
    assert "accounted for" not in page
    assert demo_json(wrong)["adds_up"] is False
    assert "| errors found | 3 |" in summary(wrong)
    assert "✗" in summary(wrong)


def test_sums_that_do_not_add_up_are_said(told, account):
    broken = replace(account, files=replace(account.files, landed=1))
    assert "accounted for" not in drawn(demo_view(replace(told, accounts=(broken,)), "city"))


def test_json_holds_everything(told):
    value = json.loads(json.dumps(demo_json(told)))
    assert value["adds_up"] is True
    assert [error["found"] for error in value["planted"]] == [True] * 4
    assert value["planted"][0]["row"] == 0
    assert len(value["accounts"]) == 2


def test_tables_of_the_summary_have_their_columns(told):
    for block in summary(told).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in rows}) <= 1


@pytest.mark.usefixtures("pseudo")
def test_no_words_escape_translation(told):
    """What stays in plain letters is a name: of a file, a source, a table, a command."""
    names = """
        north lis person measurement OMOP city map html summary md medark query workspace SELECT count FROM quarantine
        list s hl a b again table"""
    for text in (drawn(demo_view(told, "city")), summary(told)):
        assert set(re.findall(r"[A-Za-z]+", text)) <= set(names.split())
