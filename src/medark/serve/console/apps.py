"""Applications: what is here and what could be; one of them with its versions, what it reads and how it fares"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from medark.errors import UsageError
from medark.flows.apps.coming import install_wheel
from medark.flows.apps.detail import Health, detail
from medark.flows.apps.shelf import AVAILABLE, Shelved, shelf
from medark.flows.gate.owner import OWNER
from medark.messages import N_, _
from medark.serve.auth.who import session_of
from medark.serve.console import app_steps
from medark.serve.console.addresses import PREFIX, to_sign_in
from medark.serve.console.app_told import dataset, reads, said, setting, version, writes
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.errors import NotSignedInError
from medark.serve.http.parts import Parts

ADDRESS: Final = f"{PREFIX}/apps"


def screens(parts: Parts) -> APIRouter:
    """The list, one application, each step of its life, and a wheel that is sent."""
    found = Screens(parts)
    found.page("/apps", apps, summary="Applications")
    found.page("/apps/{name}", app, summary="One application")
    found.page("/apps/{name}/{step}", app_steps.asked, summary="One step of its life, before it is taken")
    found.form("/apps/{name}/{step}", app_steps.taken, summary="Take it")

    @found.router.post(f"{ADDRESS}/wheel", summary="Install a wheel that is sent")
    async def wheel(request: Request) -> Response:
        form = await request.form(max_files=1, max_fields=10)
        file = form.get("wheel")
        content = await file.read() if isinstance(file, UploadFile) else b""
        install = partial(_sent, request, parts, str(form.get("csrf", "")), content)
        return await asyncio.get_running_loop().run_in_executor(parts.waiting, install)

    return found.router


def apps(visit: Visit) -> Screen:
    """All applications: those that run, those that are here, those that could be."""
    visit.caller.needs_role(OWNER)
    there = [_shelved(visit, one) for one in shelf(visit.workspace)]
    here = [one for one in there if one["state"] != AVAILABLE]
    return Screen(_("Applications"), "apps.html", {"here": here, "could": [one for one in there if one not in here]})


def app(visit: Visit) -> Screen:
    """One application, for whoever decides on it."""
    visit.caller.needs_role(OWNER)
    found = detail(visit.workspace, visit.path["name"])
    cards = found.manifest.publishes["cards"]
    data = {
        **said(found, visit.language), "steps": app_steps.open_steps(found),
        "versions": list(map(version, found.versions)), "reads": reads(found.asks), "writes": writes(found.writes),
        "settings": [setting(*one, visit.language) for one in found.settings],
        "published": [dataset(one, visit.language) for one in found.published],
        "health": _health(found.health), "feedback": _feedback(visit, found.app.name) if cards else None,
        "done": app_steps.done(visit.text("done")),
    }  # fmt: skip
    return Screen(found.manifest.title[visit.language], "app.html", data)


def _sent(request: Request, parts: Parts, csrf: str, content: bytes) -> Response:
    """What was sent is here, and is looked at next."""
    request.state.back = ADDRESS
    try:
        caller = request.state.caller = session_of(request, parts, csrf)
    except NotSignedInError:
        return to_sign_in(ADDRESS)
    caller.needs_role(OWNER)
    if not content:
        raise UsageError(N_("no file was sent"), fix="choose a wheel")
    found = install_wheel(parts.workspace, content, caller.name)
    return RedirectResponse(f"{ADDRESS}/{found.version.app}?done=install", 303)


def _shelved(visit: Visit, one: Shelved) -> dict[str, Any]:
    found = detail(visit.workspace, one.name)
    how, newest = found.health, found.newest
    return {
        **one.plain(), "versions": list(one.versions), "title": one.title[visit.language],
        "rests": how.rests, "fails": how.incident is not None, "runs": how.runs, "has_newer": found.has_newer,
        "waits": newest is not None and newest.needs_approval, "newest": newest.version.version if newest else "",
    }  # fmt: skip


def _health(found: Health) -> dict[str, Any]:
    incident = found.incident
    told = incident and {"version": incident.version, "what": incident.what}
    return {"runs": found.runs, "rests": found.rests, "incident": told}


def _feedback(visit: Visit, name: str) -> dict[str, Any]:
    """How its cards ended. `shown`: since this server began, since nobody keeps which cards were looked at."""
    rules: dict[str, dict[str, int]] = {}
    reasons: dict[str, int] = {}
    for (service, outcome, reason), count in visit.workspace.ledger.feedback.outcomes(name).items():
        rule = rules.setdefault(service.partition("/")[2], {"accepted": 0, "overridden": 0})
        rule[outcome] = rule.get(outcome, 0) + count
        if outcome == "overridden":
            reasons[reason] = reasons.get(reason, 0) + count
    often: Mapping[str, int] = dict(sorted(reasons.items(), key=lambda one: (-one[1], one[0])))
    return {
        "shown": visit.parts.metrics.total("medark_cards_total", service=name),
        "rules": [{"rule": rule, **ends} for rule, ends in sorted(rules.items())],
        "reasons": [{"reason": reason, "count": count} for reason, count in often.items()],
    }
