"""Worklist: what there is to do for its reader and their organisation, and one task with its whole life"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter

from medark.errors import NotFoundError
from medark.flows import tasks
from medark.flows.identity.permission import SEERS
from medark.flows.identity.tasks import KIND as IDENTITY
from medark.flows.pages import page_of_task
from medark.flows.propose.tasks import KIND as MAPPING
from medark.flows.quality.tasks import KIND as QUALITY
from medark.flows.raw import STEWARDS
from medark.flows.terms.tasks import KIND as TERMS
from medark.flows.units.tasks import KIND as UNIT
from medark.messages import N_, _
from medark.model.omop import tables
from medark.model.task import Task, TaskCount, TaskState
from medark.serve.console.addresses import PREFIX, own_address
from medark.serve.console.fields import one_of, text
from medark.serve.console.identity.pairs import address_of
from medark.serve.console.imports.told import of_table
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.console.terms.told import codes_of
from medark.serve.console.units.told import address_of as units_of
from medark.serve.http.parts import Parts

ADDRESS: Final = f"{PREFIX}/worklist"
SHOWN: Final = ("open", "closed", "all")
# Of the platform's own tasks; an application's are its own.
_KINDS: Final = {
    "break_glass": N_("emergency access"), QUALITY: N_("quality of the data"), MAPPING: N_("table to be explained"),
    TERMS: N_("codes to be explained"), IDENTITY: N_("one person or two"),
    UNIT: N_("unit of numbers"),
}  # fmt: skip
PAGE: Final = 100  # tasks
_MOST_PAGES: Final = 100_000
_ENDS: Final = (TaskState.DONE, TaskState.DISMISSED)
_MOST_EVIDENCE: Final = 50  # rows that an address points at


def screens(parts: Parts) -> APIRouter:
    """The list, one task, and what may be done with it."""
    found = Screens(parts)
    found.page("/worklist", worklist, summary="What is to be done")
    found.page("/worklist/{number}", task, summary="One task")
    found.form("/worklist/{number}/assign", assign, summary="Give it to somebody")
    found.form("/worklist/{number}/close", close, summary="Close it")
    return found.router


def worklist(visit: Visit) -> Screen:
    """The tasks that fit, what is due first comes first."""
    which: Any = one_of({"state": visit.text("state", "open")}, "state", SHOWN)
    wanted = {name: visit.text(name) for name in ("app", "kind")}
    only_mine, only_late = visit.text("mine") == "yes", visit.text("overdue") == "yes"
    now_ms, user = int(visit.parts.clock() * 1000), visit.reader.user
    there = tasks.tasks_counted(visit.workspace, visit.reader, which, now_ms)
    page = max(1, min(visit.number("page", 1), _MOST_PAGES))
    shown = tasks.tasks_for(
        visit.workspace, visit.reader, which, assignee=user if only_mine else None, app=wanted["app"] or None,
        kind=wanted["kind"] or None, late_at_ms=now_ms if only_late else None, limit=PAGE, skip=(page - 1) * PAGE,
    )  # fmt: skip
    told = {
        "state": which, **wanted, "mine": only_mine, "overdue": only_late, "page": page, "size": PAGE,
        "tasks": [_told(one, now_ms) for one in shown],
        "fitting": sum(_of(one, only_mine, only_late) for one in there if _fits(one, **wanted)),
        "counts": {
            "shown": sum(one.count for one in there), "mine": sum(one.mine for one in there),
            "overdue": sum(one.late for one in there), "nobodys": sum(one.nobodys for one in there),
        },
        "apps": sorted({one.app for one in there} - {""}),
        "kinds": {one: kind_named(one) for one in sorted({one.kind for one in there} - {""})}, "shown": SHOWN,
    }  # fmt: skip
    return Screen(_("Worklist"), "worklist.html", told)


def task(visit: Visit) -> Screen:
    """One task: why it is there, what happened to it, what may be done."""
    life = tasks.task_for(visit.workspace, visit.reader, _number(visit))
    data = {
        **lived(visit, life), "done_on": _done_on(visit, life.task), "kind": kind_named(life.task.kind),
        "evidence": evidence(life.task), "quality": _of_quality(life.task),
        "users": tasks.assignees(visit.workspace, visit.reader), "me": visit.reader.user,
    }  # fmt: skip
    return Screen(data["task"]["title"], "task.html", data)


def _done_on(visit: Visit, task: Task) -> str:
    """The address of the page on which a task is done: of an application, people, a table, codes, a unit; or ""."""
    if task.kind == IDENTITY and not task.app and task.evidence:
        about = task.evidence[0]
        is_open = not task.state.is_closed and bool(visit.reader.roles & SEERS)
        return address_of(int(about["left"]), int(about["right"])) if is_open else ""
    if task.kind == UNIT and not task.app and task.evidence:
        about = task.evidence[0]
        address = units_of(*(str(about[name]) for name in ("source", "code", "unit")))
        return "" if task.state.is_closed or not visit.reader.roles & STEWARDS else address
    if task.kind in (MAPPING, TERMS) and not task.app and task.evidence:
        source, table = str(task.evidence[0]["source"]), str(task.evidence[0].get("table", ""))
        address = of_table(source, table) if task.kind == MAPPING else codes_of(source)
        return "" if task.state.is_closed or not visit.reader.roles & STEWARDS else address
    found = "" if task.state.is_closed else page_of_task(visit.workspace, task.app, task.key, task.person_id)
    return found and f"{PREFIX}/app/{found}"


def lived(visit: Visit, life: tasks.Life) -> dict[str, Any]:
    """A task and its steps, as templates take them."""
    steps = [
        {"at_ms": one.at_ms, "by": one.by, "state": one.state.value, "assignee": one.assignee, "reason": one.reason}
        for one in life.steps
    ]  # fmt: skip
    return {"task": _told(life.task, int(visit.parts.clock() * 1000)), "steps": steps}


def assign(visit: Visit, told: Mapping[str, str]) -> str:
    """To whom the form says; back to where the form was."""
    number = _number(visit)
    tasks.assign(visit.workspace, visit.reader, number, told.get("assignee", ""))
    return _back(told, number)


def close(visit: Visit, told: Mapping[str, str]) -> str:
    """As the form says, with its reason; back to where the form was."""
    number, reason = _number(visit), text(told, "reason", tasks.LONGEST_REASON)
    state = TaskState(one_of(told, "state", [one.value for one in _ENDS]))
    tasks.close(visit.workspace, visit.reader, number, state, reason)
    return _back(told, number)


def _back(told: Mapping[str, str], number: int) -> str:
    return own_address(told.get("then", ""), f"{ADDRESS}/{number}")


def kind_named(kind: str) -> str:
    """A kind of tasks, as it is shown."""
    return _(_KINDS.get(kind, kind))


def evidence(task: Task) -> Mapping[str, Any]:
    """The rows that a task is from, as table.key, and the address at which they are seen in the person's record."""
    rows = [f"{table}.{key}" for one in task.evidence for table, key in _places(one) if table in tables()]
    where = "" if task.person_id is None else f"{PREFIX}/people/{task.person_id}"
    marked = f"?evidence={','.join(rows[:_MOST_EVIDENCE])}#marked" if rows else ""
    return {"rows": rows, "address": where and where + marked}


def _of_quality(task: Task) -> Mapping[str, Any] | None:
    """What a task of quality tells: the check and its address, how many violate it, whose data it is, examples."""
    if task.kind != QUALITY or not task.evidence:
        return None
    told, *examples = task.evidence
    address = f"{PREFIX}/quality/{told.get('check', '')}"
    return {**told, "address": address, "examples": [str(one.get("record", "")) for one in examples]}


def _places(row: Mapping[str, str | int]) -> list[tuple[str, str | int]]:
    """Table and key, told as such or as one pair."""
    return [(str(row["table"]), row["key"])] if {"table", "key"} <= row.keys() else list(row.items())


def _told(task: Task, now_ms: int) -> dict[str, Any]:
    return {
        "number": task.number, "title": tasks.title_of(task), "kind": task.kind, "app": task.app,
        "person_id": task.person_id, "organisation": task.organisation, "state": task.state.value,
        "assignee": task.assignee, "reason": task.reason, "raised_ms": task.raised_ms, "due_ms": task.due_ms,
        "closed_ms": task.closed_ms,
        "is_closed": task.state.is_closed,
        "is_late": tasks.is_late(task, now_ms),
    }  # fmt: skip


def _fits(one: TaskCount, app: str, kind: str) -> bool:
    return (not app or one.app == app) and (not kind or one.kind == kind)


def _of(one: TaskCount, only_mine: bool, only_late: bool) -> int:
    """How many of them are asked for."""
    if only_mine:
        return one.mine_late if only_late else one.mine
    return one.late if only_late else one.count


def _number(visit: Visit) -> int:
    told = visit.path["number"]
    if not (told.isascii() and told.isdigit() and len(told) <= 15):
        raise NotFoundError(N_("there is no such task"), fix="GET /console/worklist")
    return int(told)
