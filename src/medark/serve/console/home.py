"""Home: what needs its reader, what came in, what runs, and what they may read; nothing of it looks into the lake"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter

from medark.errors import MedarkError
from medark.flows.apps.pages import pages
from medark.flows.apps.publish import published
from medark.flows.apps.running import running
from medark.flows.arrivals import Arrival, arrivals
from medark.flows.tasks import is_for
from medark.messages import _
from medark.model.access import Grant
from medark.model.task import Task
from medark.serve.console.addresses import PREFIX
from medark.serve.console.frame import OWNER, PURPOSES
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.parts import Parts

RESEARCHER: Final = "researcher"
_TASKS: Final = 8  # that are shown; the worklist has all
_LOOKED_AT: Final = 500  # open tasks among which one's own are looked for
_DAY_MS: Final = 24 * 3600 * 1000


def screens(parts: Parts) -> APIRouter:
    """The one page."""
    found = Screens(parts)
    found.page("", home, summary="Home")
    return found.router


def home(visit: Visit) -> Screen:
    """Home: the order of its parts, and two of them, are by what its reader does here."""
    now_ms, is_owner = _now_ms(visit), OWNER in visit.reader.roles
    mine, others = _tasks(visit)
    came = arrivals(visit.workspace, "" if is_owner else visit.reader.organisation)
    data = {
        "order": _order(visit.reader.roles),
        "tasks": [_task(one, now_ms) for one in mine[:_TASKS]],
        "figures": _figures(mine, others, came, now_ms),
        "arrivals": [asdict(one) for one in came],
        "applications": _applications(visit),
        "datasets": _datasets(visit),
        "grants": _grants(visit, now_ms),
        "workspace": _workspace(visit) if is_owner else None,
    }
    return Screen(_("Home"), "home.html", data)


def _order(roles: frozenset[str]) -> list[str]:
    """The parts of the page: of its wide column, then of its narrow one after "|"."""
    if OWNER in roles:
        return ["arrivals", "tasks", "|", "workspace", "applications", "datasets"]
    if RESEARCHER in roles:
        return ["datasets", "tasks", "|", "grants", "applications"]
    return ["tasks", "arrivals", "|", "applications", "grants", "datasets"]


def _tasks(visit: Visit) -> tuple[list[Task], list[Task]]:
    """Open tasks that the reader may see: their own and those that nobody has yet, and those that others have."""
    there = visit.workspace.ledger.tasks.all(is_open=True, limit=_LOOKED_AT)
    seen = [one for one in there if is_for(visit.reader, one)]
    mine = [one for one in seen if one.assignee in ("", visit.reader.user)]
    return mine, [one for one in seen if one not in mine]


def _task(task: Task, now_ms: int) -> dict[str, Any]:
    return {
        "number": task.number,
        "title": task.title,
        "kind": task.kind,
        "app": task.app,
        "due_ms": task.due_ms,
        "raised_ms": task.raised_ms,
        "is_overdue": _is_overdue(task, now_ms),
        "is_mine": bool(task.assignee),
        "address": f"{PREFIX}/worklist/{task.number}",
    }


def _is_overdue(task: Task, now_ms: int) -> bool:
    return task.due_ms is not None and task.due_ms < now_ms


def _figures(mine: list[Task], others: list[Task], came: list[Arrival], now_ms: int) -> list[list[Any]]:
    """Label, value, unit and note of each number at the top."""
    fresh = [one for one in came if now_ms - (one.ended_ms or one.started_ms) < _DAY_MS]
    held = sum(one.quarantined + one.not_understood for one in came)
    late = sum(_is_overdue(one, now_ms) for one in mine)
    return [
        [_("open tasks"), len(mine), "", _("{count} overdue", count=late) if late else _("none overdue")],
        [_("with others"), len(others), "", ""],
        [_("sources of the last 24 h"), len(fresh), "", _("of {count}", count=len(came))],
        [_("held back of the last batches"), held, "", _("quarantined or not understood")],
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
        told = {"version": lake.version, "committed_ms": lake.committed_ms, "people": lake.rows("person")}
    except MedarkError as error:
        told = {"version": None, "committed_ms": None, "people": None, "wrong": error.what}
    return {"wrong": "", **told, "emergencies": len(workspace.ledger.glass.all(waiting=True))}


def _in(told: Mapping[str, str], language: str) -> str:
    return told.get(language) or told["en"]


def _now_ms(visit: Visit) -> int:
    return int(visit.parts.clock() * 1000)
