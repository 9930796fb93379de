"""The steps of an application's life in the console: each is asked once more, with what it does, before it is taken"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from medark.errors import NotFoundError, UsageError
from medark.flows.apps import life
from medark.flows.apps.coming import install_package
from medark.flows.apps.detail import Detail, OfVersion, detail
from medark.flows.apps.freshen import freshen
from medark.flows.gate.owner import OWNER
from medark.flows.workspace import Workspace
from medark.messages import N_, _
from medark.model.app import AppState
from medark.serve.console.addresses import PREFIX
from medark.serve.console.app_told import reads, said, setting, writes
from medark.serve.console.screens import Screen, Visit

ADDRESS: Final = f"{PREFIX}/apps"
_CLOSED: Final = N_("this can't be done with it now")
_SETTING: Final = "setting."  # what the names of a form's fields begin with


@dataclass(frozen=True, slots=True)
class Told:
    """A step that is taken: of which application and version, by whom, with what set."""

    workspace: Workspace
    name: str
    version: str
    by: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `says`: what it does; `done`: what is said once it was taken."""

    name: str
    label: str
    says: str
    done: str
    take: Callable[[Told], object]
    is_open: Callable[[Detail], bool]
    shows_reads: bool = False
    kind: str = ""  # of its button


def _is_here(found: Detail) -> bool:
    return bool(found.versions)


def _runs(found: Detail) -> bool:
    return found.app.state is AppState.ENABLED


def _waits(found: Detail) -> bool:
    return found.newest is not None and found.newest.needs_approval


def _is_approved(found: Detail) -> bool:
    """Is what would run approved: the version that ran last, or the newest?"""
    wanted = _version(found, found.app.current) or found.newest
    return wanted is not None and not wanted.needs_approval


_ALL: Final = (
    Step(
        "install", N_("Install"), N_("Its files are copied here. Nothing of it runs, and it reads nothing yet."),
        N_("It is installed; nothing of it runs yet"),
        lambda one: install_package(one.workspace, one.name, one.by), lambda found: not _is_here(found),
        True, "primary",
    ),
    Step(
        "approve", N_("Approve"),
        N_("With this it may read and write what stands below, for its purpose, and nothing else."),
        N_("It is approved"),
        lambda one: life.approve(one.workspace, one.name, one.version, by=one.by), _waits, True, "primary",
    ),
    Step(
        "enable", N_("Let it run"), N_("It is loaded and tried first; if that fails, nothing changes."),
        N_("It runs"),
        lambda one: life.enable(one.workspace, one.name, one.version, by=one.by, settings=one.settings or None),
        lambda found: not _runs(found) and _is_approved(found), False, "primary",
    ),
    Step(
        "upgrade", N_("Upgrade"),
        N_("The new version is loaded beside the old one and tried; then it takes over, and no request fails."),
        N_("The new version runs"),
        lambda one: life.upgrade(one.workspace, one.name, one.version, by=one.by),
        lambda found: _runs(found) and found.has_newer and not _waits(found), True, "primary",
    ),
    Step(
        "rollback", N_("Roll back"), N_("The version that ran before takes over again, and no request fails."),
        N_("The earlier version runs again"),
        lambda one: life.rollback(one.workspace, one.name, by=one.by),
        lambda found: _runs(found) and bool(found.app.previous),
    ),
    Step(
        "publish", N_("Publish now"), N_("What it publishes is brought up to the data that is here now."),
        N_("What it publishes is up to date"),
        lambda one: freshen(one.workspace, one.name, one.by),
        lambda found: _runs(found) and any(found.manifest.publishes[kind] for kind in ("datasets", "measures")),
    ),
    Step(
        "settings", N_("Settings"), N_("It goes on with these settings from now on."), N_("The settings hold"),
        lambda one: _set(one),
        lambda found: _runs(found) and bool(found.settings),
    ),
    Step(
        "disable", N_("Disable"), N_("It runs no more. Its files, its approval and what it published stay."),
        N_("It runs no more"),
        lambda one: life.disable(one.workspace, one.name, by=one.by), _runs,
    ),
    Step(
        "remove", N_("Remove"),
        N_("Its files, its grants and what it published go. That it was here, and who approved it, stays known."),
        N_("It is taken out"),
        lambda one: life.remove(one.workspace, one.name, by=one.by), _is_here, False, "danger",
    ),
)  # fmt: skip
STEPS: Final[Mapping[str, Step]] = {step.name: step for step in _ALL}


def open_steps(found: Detail) -> list[dict[str, str]]:
    """The steps that an application can take now."""
    return [
        {"name": step.name, "label": _(step.label), "kind": step.kind, "version": _of(step, found)}
        for step in _ALL if step.is_open(found)
    ]  # fmt: skip


def done(name: str) -> str:
    """What is said of a step that was taken; "" for none."""
    return _(STEPS[name].done) if name in STEPS else ""


def asked(visit: Visit) -> Screen:
    """What a step does, and of what; nothing is done yet. UsageError if it can't be taken now."""
    visit.caller.needs_role(OWNER)
    step = _step(visit)
    found = detail(visit.workspace, visit.path["name"])
    if not step.is_open(found):
        raise UsageError(_CLOSED, fix="look at how it stands", app=visit.path["name"])
    version = visit.text("version") or _of(step, found)
    shown = _version(found, version)
    sets = found.settings if step.name in ("enable", "settings") else ()
    data = {
        "name": visit.path["name"], "step": step.name, "says": _(step.says), "label": _(step.label), "kind": step.kind,
        "app": found.manifest.title[visit.language], "current": found.app.current, "version": version,
        "purpose": found.manifest.purpose.value, "digest": shown.version.digest if shown else "",
        "reads": reads(shown.asks if shown else found.asks) if step.shows_reads else [],
        "writes": writes(shown.writes if shown else found.writes) if step.shows_reads else [],
        "is_first": said(found, visit.language)["is_first"],
        "settings": [setting(*one, visit.language) for one in sets],
    }  # fmt: skip
    return Screen(f"{_(step.label)}: {found.manifest.title[visit.language]}", "app_step.html", data)


def taken(visit: Visit, told: Mapping[str, str]) -> str:
    """The step is taken; where to go then."""
    visit.caller.needs_role(OWNER)
    step, name = _step(visit), visit.path["name"]
    settings = {field.removeprefix(_SETTING): value for field, value in told.items() if field.startswith(_SETTING)}
    step.take(Told(visit.workspace, name, told.get("version", ""), visit.caller.name, settings))
    return ADDRESS if step.name == "remove" else f"{ADDRESS}/{name}?done={step.name}"


def _set(one: Told) -> None:
    """Other settings for one that runs: none begins to run by that."""
    if not _runs(detail(one.workspace, one.name)):
        raise UsageError(_CLOSED, fix="let it run", app=one.name)
    life.enable(one.workspace, one.name, by=one.by, settings=one.settings)


def _step(visit: Visit) -> Step:
    found = STEPS.get(visit.path["step"])
    if found is None:
        raise NotFoundError(N_("there is no such step"), fix=" | ".join(STEPS))
    return found


def _of(step: Step, found: Detail) -> str:
    """Which version a step is about."""
    newest = found.newest.version.version if found.newest else found.manifest.version
    match step.name:
        case "rollback":
            return found.app.previous
        case "approve" | "upgrade" | "install":
            return newest
    return found.app.current or newest


def _version(found: Detail, version: str) -> OfVersion | None:
    return next((one for one in found.versions if one.version.version == version), None)
