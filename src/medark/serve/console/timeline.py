"""A person's page: who it is, cards, and the record along time; or why it is not open, and the way in an emergency"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter

from medark.errors import AccessError, NotFoundError
from medark.flows import timeline as record
from medark.flows.gate.glass import break_glass
from medark.flows.gate.parts import now_ms
from medark.flows.hooks.patients import number_of
from medark.flows.tasks import tasks_for, title_of
from medark.flows.timeline import KINDS, Asked, Marked, Page, Timeline, UnseenError, local_now
from medark.messages import N_, _
from medark.model.access import Purpose
from medark.model.user import BreakGlass
from medark.serve.console import person_cards
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.console.timeline_told import told
from medark.serve.http.errors import MalformedError
from medark.serve.http.parts import Parts

ADDRESS: Final = f"{PREFIX}/people"
WINDOWS: Final = {"month": 31, "year": 366, "all": 0}  # days; 0: all
_OVERVIEW: Final = 12  # of each kind, on the page that has all kinds
_OF_ONE: Final = 50  # on the page of one kind
_OF_RESULTS: Final = 20  # the same of results, of each of which four times as many are shown, with their values
_MARK: Final = re.compile(r"([a-z_]{3,40})[.:](-?\d{1,19})")
_MOST_MARKS: Final = 100
_TASKS: Final = 8


def screens(parts: Parts) -> APIRouter:
    """The page, and its two forms."""
    found = Screens(parts)
    found.page("/people/{person_id}", person, summary="A person")
    found.form("/people/{person_id}/feedback", person_cards.said, summary="Say how a card ended")
    found.form("/people/{person_id}/glass", opened, summary="Open a record in an emergency")
    return found.router


def person(visit: Visit) -> Screen:
    """The timeline, or the page that says why there is none. NotFoundError for what is no number of a person."""
    person_id = number_of(visit.path["person_id"])
    if person_id is None:
        raise NotFoundError(N_("there is no such person"), fix=ADDRESS)
    asked = _asked(visit, person_id)
    try:
        found = record.timeline(visit.workspace, visit.reader, asked)
    except UnseenError as error:
        return _closed(visit, person_id, error.what, may_break=error.may_break_glass)
    except AccessError as error:
        return _closed(visit, person_id, error.what, fix=error.fix, status=403)
    return _open(visit, asked, found)


def opened(visit: Visit, told: Mapping[str, str]) -> str:
    """The record is open to the reader for a while, for a reason that others will look at; back to it."""
    person_id = number_of(visit.path["person_id"])
    if person_id is None:
        raise NotFoundError(N_("there is no such person"), fix=ADDRESS)
    break_glass(visit.workspace, visit.caller.name, person_id, told.get("reason", ""))
    return f"{ADDRESS}/{person_id}"


def _open(visit: Visit, asked: Asked, found: Timeline) -> Screen:
    kind = visit.text("kind")
    data = told(found, asked, kind) | {
        "address": f"{ADDRESS}/{asked.person_id}",
        "window": _window(visit),
        "kind": kind,
        "page": visit.number("page", 1),
        "cards": person_cards.cards(visit, asked.person_id),
        "for_care": visit.reader.purpose is Purpose.CARE,
        "tasks": _tasks(visit, asked.person_id),
        "glass": _glass(visit, asked.person_id),
        "evidence": visit.text("evidence"),
    }
    who = data["person"]
    title = " · ".join(
        one for one in (who["sex"], _("{age} years", age=who["age"]) if who["age"] is not None else "") if one
    )
    return Screen(title or _("A person"), "timeline.html", data)


def _closed(
    visit: Visit, person_id: int, why: str, *, fix: str = "", may_break: bool = False, status: int = 404
) -> Screen:
    glass = _glass(visit, person_id)
    data = {
        "address": f"{ADDRESS}/{person_id}", "why": why, "fix": fix, "glass": glass,
        "may_break": may_break and glass is None and visit.reader.purpose is Purpose.CARE,
        "for_care": visit.reader.purpose is Purpose.CARE,
        "minutes": visit.workspace.settings.access.glass_minutes,
    }  # fmt: skip
    return Screen(_("This record is not open to you"), "person_closed.html", data, status)


# -- what is asked -----------------------------------------------------------------------------------------------------


def _asked(visit: Visit, person_id: int) -> Asked:
    kind = visit.text("kind")
    if kind and kind not in KINDS:
        raise MalformedError("there is no such kind of rows", fix=" | ".join(KINDS), at="kind")
    now = local_now(visit.workspace, visit.parts.clock())
    days = WINDOWS[_window(visit)]
    most = _OF_RESULTS if kind == "results" else _OF_ONE if kind else _OVERVIEW
    return Asked(
        person_id,
        now,
        visit.language,
        since=now.date() - dt.timedelta(days=days) if days else None,
        marked=_marked(visit.text("evidence")),
        page=Page(most * (max(1, min(visit.number("page", 1), 10_000)) - 1) if kind else 0, most),
    )


def _window(visit: Visit) -> str:
    told = visit.text("window", "all")
    if told not in WINDOWS:
        raise MalformedError("there is no such window of time", fix=" | ".join(WINDOWS), at="window")
    return told


def _marked(evidence: str) -> Marked:
    """Rows of a text such as `measurement.123,condition_occurrence.4`. MalformedError for anything else."""
    found: dict[str, set[int]] = {}
    for one in evidence.split(",")[:_MOST_MARKS] if evidence else ():
        mark = _MARK.fullmatch(one.strip())
        if mark is None:
            raise MalformedError("this names no row", fix="measurement.123,condition_occurrence.4", at="evidence")
        found.setdefault(mark[1], set()).add(int(mark[2]))
    return {table: frozenset(keys) for table, keys in found.items()}


# -- what else is on it ------------------------------------------------------------------------------------------------


def _tasks(visit: Visit, person_id: int) -> list[dict[str, Any]]:
    mine = tasks_for(visit.workspace, visit.reader, person_id=person_id, limit=_TASKS)
    return [
        {"number": one.number, "title": title_of(one), "due_ms": one.due_ms, "app": one.app,
         "address": f"{PREFIX}/worklist/{one.number}"}
        for one in mine
    ]  # fmt: skip


def _glass(visit: Visit, person_id: int) -> dict[str, Any] | None:
    """Since when and until when the record is open to the reader by an emergency."""
    broken: list[BreakGlass] = visit.workspace.ledger.glass.of(visit.caller.name)
    mine = [one for one in broken if one.person_id == person_id and one.in_force(now_ms())]
    return {"at_ms": mine[-1].at_ms, "ends_ms": mine[-1].ends_ms} if mine else None
