"""People: found by a number, looked at lately, or waiting for something that their reader has to do"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter

from medark.flows.hooks.patients import number_of
from medark.flows.tasks import title_of, to_do
from medark.flows.timeline import lately, local_now, search, seen
from medark.messages import _
from medark.model.access import Purpose
from medark.model.task import Task
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.parts import Parts

ADDRESS: Final = f"{PREFIX}/people"
_FOUND: Final = 20  # people that one number means, at most
_LATELY: Final = 8
_WAITING: Final = 12


def screens(parts: Parts) -> APIRouter:
    """The page, and the search, which is sent in a body: numbers of people are in no address."""
    found = Screens(parts)
    found.page("/people", people, summary="People")
    found.form("/people/search", searched, summary="Find a person by a number")
    return found.router


def people(visit: Visit) -> Screen:
    """Whom a search found (`found`: their person_ids), whom the reader looked at lately, and who waits for them."""
    found = [one for one in map(number_of, visit.text("found").split(",")) if one is not None][:_FOUND]
    before = lately(visit.workspace, visit.reader, _LATELY)
    tasks = to_do(visit.workspace, visit.reader, int(visit.parts.clock() * 1000), _WAITING, about_people=True)
    today = local_now(visit.workspace, visit.parts.clock()).date()
    data = {
        "found": None if "found" not in visit.request.query_params else _listed(visit, found, today),
        "lately": _seen(visit, before, today),
        "waiting": _waiting(visit, tasks, today),
        "for_care": visit.reader.purpose is Purpose.CARE,
    }
    return Screen(_("People"), "people.html", data)


def searched(visit: Visit, told: Mapping[str, str]) -> str:
    """To the person whom a number means; to a list, where it means none or several."""
    found = search(visit.workspace, visit.reader, told.get("number", ""))[:_FOUND]
    if len(found) == 1:
        return f"{ADDRESS}/{found[0]}"
    return f"{ADDRESS}?found={','.join(map(str, found))}"


def _listed(visit: Visit, person_ids: list[int], today: dt.date) -> list[dict[str, Any]]:
    """Each of them; of whom the reader sees nothing, that there is a record that is not open."""
    shown = {one.person_id: one for one in seen(visit.workspace, visit.reader, person_ids, today, visit.language)}
    return [
        _row(asdict(shown[one])) if one in shown else _row({"person_id": one, "is_closed": True}) for one in person_ids
    ]


def _seen(visit: Visit, before: list[tuple[int, int]], today: dt.date) -> list[dict[str, Any]]:
    """Those who were looked at lately and are still to be seen, with when that was."""
    at = dict(before)
    shown = seen(visit.workspace, visit.reader, at, today, visit.language)
    return [_row(asdict(one)) | {"at_ms": at[one.person_id]} for one in shown]


def _waiting(visit: Visit, tasks: list[Task], today: dt.date) -> list[dict[str, Any]]:
    """Tasks with whom they are about; whoever may not see the person does not see the task here."""
    people = {one.person_id for one in tasks if one.person_id is not None}
    shown = {one.person_id: one for one in seen(visit.workspace, visit.reader, people, today, visit.language)}
    return [
        _row(asdict(shown[one.person_id]))
        | {"number": one.number, "title": title_of(one), "due_ms": one.due_ms, "raised_ms": one.raised_ms,
           "task": f"{PREFIX}/worklist/{one.number}"}
        for one in tasks if one.person_id in shown
    ]  # fmt: skip


def _row(told: dict[str, Any]) -> dict[str, Any]:
    """A person as a list has them, with their address and the end of their number, by which they are told apart."""
    person_id = told["person_id"]
    return {"is_closed": False} | told | {"address": f"{ADDRESS}/{person_id}", "short": f"…{str(person_id)[-6:]}"}
