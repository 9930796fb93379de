"""Home: what needs its reader, what came in, what runs, and what they may read; nothing of it looks into the lake"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter

from medark.errors import MedarkError
from medark.flows import tasks
from medark.flows.apps.publish import published
from medark.flows.apps.running import running
from medark.flows.arrivals import Arrival, arrivals
from medark.flows.pages import pages
from medark.flows.propose.tasks import KIND as MAPPING
from medark.flows.raw import STEWARDS
from medark.flows.units.tasks import KIND as UNIT
from medark.messages import _
from medark.model.access import Grant
from medark.model.task import Task
from medark.model.term import TermState
from medark.serve.console.addresses import PREFIX
from medark.serve.console.frame import OWNER, PURPOSES
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.parts import Parts

RESEARCHER: Final = "researcher"
_TASKS: Final = 8  # that are shown; the worklist has all
_Number = tuple[str, int, str, str]  # label, value, unit, note
_DAY_MS: Final = 24 * 3600 * 1000


def screens(parts: Parts) -> APIRouter:
    """The one page."""
    found = Screens(parts)
    found.page("", home, summary="Home")
    return found.router


def home(visit: Visit) -> Screen:
    """Home: which parts it has, and in which order, is by what its reader does here."""
    now_ms, roles = _now_ms(visit), visit.reader.roles
    wide, narrow = _parts(roles)
    narrow = [*(["explain"] if roles & STEWARDS else []), *narrow]
    mine = tasks.to_do(visit.workspace, visit.reader, now_ms, _TASKS)
    datasets, grants = _datasets(visit), _grants(visit, now_ms)
    came = arrivals(visit.workspace, "" if OWNER in roles else visit.reader.organisation)
    purposes = {one["purpose"] for one in grants}
    figures = _of_reading(datasets, purposes) if RESEARCHER in roles else _of_batches(came, now_ms)
    data = {
        "wide": wide,
        "narrow": narrow,
        "figures": [_of_tasks(visit, now_ms), *figures],
        "tasks": [_task(one, now_ms) for one in mine],
        "arrivals": [asdict(one) for one in sorted(came, key=lambda one: one.is_whole)],
        "applications": _applications(visit),
        "datasets": datasets,
        "grants": grants,
        "workspace": _workspace(visit) if OWNER in roles else None,
        "to_explain": _to_explain(visit, now_ms) if roles & STEWARDS else None,
    }
    return Screen(_("Home"), "home.html", data)


def _parts(roles: frozenset[str]) -> tuple[list[str], list[str]]:
    """The parts of the wide column and of the narrow one."""
    if OWNER in roles:
        return ["arrivals", "tasks"], ["workspace", "applications", "datasets"]
    if RESEARCHER in roles:
        return ["datasets", "tasks"], ["grants", "applications"]
    return ["tasks", "arrivals"], ["applications", "grants", "datasets"]


def _task(task: Task, now_ms: int) -> dict[str, Any]:
    return {
        "number": task.number,
        "title": tasks.title_of(task),
        "kind": task.kind,
        "app": task.app,
        "due_ms": task.due_ms,
        "raised_ms": task.raised_ms,
        "is_overdue": tasks.is_late(task, now_ms),
        "is_mine": bool(task.assignee),
        "address": f"{PREFIX}/worklist/{task.number}",
    }


def _of_tasks(visit: Visit, now_ms: int) -> _Number:
    there = tasks.tasks_counted(visit.workspace, visit.reader, "open", now_ms)
    late = sum(one.mine_late + one.nobodys_late for one in there)
    count = sum(one.mine + one.nobodys for one in there)
    return _("open tasks"), count, "", _("{count} overdue", count=late) if late else _("none overdue")


def _of_reading(datasets: list[dict[str, Any]], purposes: set[str]) -> list[_Number]:
    """For who reads datasets."""
    return [(_("datasets"), len(datasets), "", ""), (_("purposes that are open to you"), len(purposes), "", "")]


def _of_batches(came: list[Arrival], now_ms: int) -> list[_Number]:
    """For whom it matters whether all sources are heard."""
    fresh = [one for one in came if now_ms - (one.ended_ms or one.started_ms) < _DAY_MS]
    held = sum(one.quarantined + one.not_understood for one in came)
    return [
        (_("sources heard from in 24 h"), len(fresh), "", _("of {count}", count=len(came))),
        (_("rows that came with them"), sum(one.loaded for one in fresh), "", ""),
        (_("held back of the newest batches"), held, "", _("quarantined or not understood")),
    ]


def _applications(visit: Visit) -> list[dict[str, Any]]:
    """Those that run, with their pages; and what went wrong with one the last time."""
    shown: dict[str, list[dict[str, str]]] = {}
    for page in pages(visit.workspace):
        title = _in(page.title, visit.language)
        shown.setdefault(page.app, []).append({"title": title, "address": f"{PREFIX}/app/{page.app}/{page.path}"})
    runs = running(visit.workspace)
    with runs.all() as loaded:
        return [
            {
                "name": name,
                "title": _in(one.manifest.title, visit.language),
                "version": one.manifest.version,
                "purpose": _(PURPOSES[one.manifest.purpose]),
                "pages": shown.get(name, []),
                "incident": runs.incidents[name].what if name in runs.incidents else "",
            }
            for name, one in loaded.items()
        ]


def _datasets(visit: Visit) -> list[dict[str, Any]]:
    return [
        {
            "title": _in(one.title, visit.language),
            "address": f"{PREFIX}/datasets/{one.app}/{one.name}",
            "fresh_ms": one.fresh_ms,
            "level": one.level,
        }
        for one in published(visit.workspace)
    ]


def _grants(visit: Visit, now_ms: int) -> list[dict[str, Any]]:
    """What the reader's grants open now, for each purpose."""
    return [_grant(one) for one in visit.workspace.ledger.access.grants(visit.reader) if one.in_force(now_ms)]


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "purpose": _(PURPOSES[grant.purpose]),
        "tables": sorted(grant.tables),
        "rows": grant.rows.value,
        "level": grant.level,
        "ends_ms": grant.ends_ms,
    }


def _workspace(visit: Visit) -> dict[str, Any]:
    """How the workspace is: what an owner looks after."""
    workspace = visit.workspace
    try:
        lake = workspace.lake.snapshot()
        told: dict[str, Any] = {"version": lake.version, "committed_ms": lake.committed_ms}
        told["people"] = lake.rows("person")
    except MedarkError as error:
        told = {"version": None, "committed_ms": None, "people": None, "wrong": error.what}
    return {"wrong": "", **told, "emergencies": len(workspace.ledger.glass.all(waiting=True))}


def _to_explain(visit: Visit, now_ms: int) -> dict[str, int]:
    """Tables that wait for a map, codes for a concept, numbers for a unit: what only a person can say."""
    there = tasks.tasks_counted(visit.workspace, visit.reader, "open", now_ms)
    return {
        "tables": sum(one.count for one in there if one.kind == MAPPING and not one.app),
        "codes": len(visit.workspace.ledger.terms.all(TermState.OPEN)),
        "units": sum(one.count for one in there if one.kind == UNIT and not one.app),
    }


def _in(told: Mapping[str, str], language: str) -> str:
    return told.get(language) or told["en"]


def _now_ms(visit: Visit) -> int:
    return int(visit.parts.clock() * 1000)
