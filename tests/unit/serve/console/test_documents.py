"""Pages as documents over HTTP: for who may read the page, by session or token, each time in the audit."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import openpyxl
import pytest

from medark.flows.documents.page import ACTION
from medark.flows.documents.tasks import with_tasks
from medark.flows.gate import reader_of
from medark.flows.workspace import Workspace
from medark.govern.deidentify import BY_PURPOSE, Level
from medark.model.access import Purpose
from medark.model.audit import AuditEntry
from medark.model.page import DataTable, KeyFigures, TaskPanel
from medark.model.task import Task, TaskState
from support.visitor import Visitor
from unit.flows.documents.conftest import pages_of
from unit.serve.conftest import PASSWORD
from unit.serve.console import test_blocks_pages as pages

workspace, made, base = pages.workspace, pages.made, pages.base
rita, carer, nobody = pages.rita, pages.carer, pages.nobody
PDF, XLSX = f"/console{pages.PAGE}.pdf", f"/console{pages.PAGE}.xlsx"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def program(base: str) -> Iterator[httpx.Client]:
    """A program of the researcher's, with a token."""
    with _with_token(base) as client:
        yield client


def _with_token(base: str, **scope: str) -> httpx.Client:
    form = {"grant_type": "password", "username": "rita", "password": PASSWORD, **scope}
    token = httpx.post(f"{base}/token", data=form, trust_env=False).json()["access_token"]
    headers = {"authorization": f"Bearer {token}", "x-purpose": "public_health"}
    return httpx.Client(base_url=base, headers=headers, timeout=60, trust_env=False)


def test_a_page_is_a_document_in_the_readers_language(rita: Visitor) -> None:
    answer = rita.client.get(PDF, headers={"accept-language": "zh"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"].startswith('inline; filename="registry_page-registry-')
    assert answer.headers["cache-control"] == "no-store"
    read = "\n".join(pages_of(answer.content))
    for word in ("2型糖尿病", "rita", "north", "公共卫生", "registry_page / registry"):
        assert word in read
    assert rita.page(pages.PAGE).count("PDF") > 0


def test_a_page_is_a_workbook_with_its_numbers(rita: Visitor) -> None:
    answer = rita.client.get(XLSX)
    assert (answer.status_code, answer.headers["content-type"]) == (200, SHEET)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    table = next(one for one in rita.data(pages.PAGE)["blocks"] if one["kind"] == "table")
    sheet = book[book.sheetnames[-1]]
    assert [cell.value for cell in sheet[1]] == [column["title"] for column in table["columns"]]
    assert sheet.max_row == len(table["rows"]) + 1


def test_the_query_of_the_page_is_the_documents(rita: Visitor) -> None:
    shown, other = (rita.client.get(XLSX, params={"page": page}).content for page in (1, 9))
    books = [openpyxl.load_workbook(io.BytesIO(one)) for one in (shown, other)]
    assert [book[book.sheetnames[-1]].max_row for book in books] == [13, 1]


def test_a_program_takes_it_with_a_token(program: httpx.Client, base: str) -> None:
    assert program.get(PDF).content.startswith(b"%PDF")
    refused = program.get(PDF, headers={"x-purpose": "care"})
    assert (refused.status_code, refused.json()["where"]["its"]) == (403, "public_health")
    wrong = httpx.get(base + PDF, headers={"authorization": "Bearer nonsense"}, trust_env=False)
    assert (wrong.status_code, wrong.headers["content-type"]) == (401, "application/problem+json")
    with _with_token(base, scope="user/Observation.rs") as narrow:
        assert narrow.get(PDF).status_code == 403


def test_who_may_not_read_the_page_gets_no_document(nobody: Visitor, carer: Visitor, base: str) -> None:
    for path in (PDF, XLSX):
        assert nobody.client.get(path).status_code == 403
        assert carer.client.get(path).status_code == 403
        away = httpx.get(base + path, trust_env=False)
        assert (away.status_code, away.headers["location"].partition("?")[0]) == (303, "/console/sign-in")
    assert nobody.client.get("/console/app/registry_page/none.pdf").status_code == 404
    assert nobody.client.get("/console/app/nothing/registry.xlsx").status_code == 404


def test_each_document_is_in_the_audit_as_an_export(rita: Visitor, nobody: Visitor, workspace: Workspace) -> None:
    before = len(_exports(workspace))
    content = rita.client.get(PDF).content
    nobody.client.get(PDF)
    (entry,) = _exports(workspace)[before:]
    assert (entry.act.actor, entry.act.app, entry.act.purpose) == ("rita", "registry_page", "public_health")
    assert entry.detail == {"page": "registry", "form": "pdf", "bytes": len(content)}


def test_what_an_application_does_wrong_is_told_as_on_its_page(carer: Visitor) -> None:
    answer = carer.client.get("/console/app/crashing/all.pdf", params={"crash": "MARKER"})
    assert answer.status_code == 502
    assert "MARKER" not in answer.text.replace("crash=MARKER", "")  # but for the address that was asked


def _exports(workspace: Workspace) -> list[AuditEntry]:
    found: list[AuditEntry] = workspace.ledger.audit.entries(action=ACTION)
    return found


def test_a_task_on_a_page_is_told_with_its_life_and_anothers_is_not(workspace: Workspace) -> None:
    tasks, rita = workspace.ledger.tasks, reader_of(workspace, "rita", Purpose.PUBLIC_HEALTH)
    own = tasks.raise_(
        Task(0, "signal", "发热门诊聚集", "watch", organisation="north", due_ms=4_000_000_000_000)
    ).number
    tasks.assign(own, "rita", "olga")
    tasks.close(own, TaskState.DISMISSED, "rita", "同一家庭")
    others = tasks.raise_(Task(0, "signal", "MARKER", "watch", organisation="south")).number
    told = list(with_tasks(workspace, rita, "watch", (TaskPanel(own), TaskPanel(others), TaskPanel(10**9))))
    figures, table = told
    assert isinstance(figures, KeyFigures) and isinstance(table, DataTable)
    assert [one.value for one in figures.figures] == [f"{own}", "dismissed", "2096-10-02 15:06", "rita"]
    assert [(row[1:]) for row in table.rows] == [
        ("", "open", ""), ("olga", "given to somebody", ""), ("rita", "dismissed", "同一家庭"),
    ]  # fmt: skip
    assert list(with_tasks(workspace, rita, "another", (TaskPanel(own),))) == []


def test_what_leaves_for_a_purpose_that_must_not_tell_people_does_not(
    rita: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = {str(number) for number in range(1, 13)}
    identified = _first_column(rita.client.get(XLSX).content)
    monkeypatch.setitem(BY_PURPOSE, Purpose.PUBLIC_HEALTH, Level.DEIDENTIFIED)  # as research is
    left = _first_column(rita.client.get(XLSX).content)
    assert (identified, len(left), left & people) == (people, len(people), set())
    read = "\n".join(pages_of(rita.client.get(PDF).content))
    assert all(one in read for one in left)
    shown = next(one for one in rita.data(pages.PAGE)["blocks"] if one["kind"] == "table")
    assert {row[0]["text"] for row in shown["rows"]} == people  # who looks at the page sees whom they may see


def _first_column(content: bytes) -> set[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {str(row[0].value) for row in book[book.sheetnames[-1]].iter_rows(min_row=2)}
