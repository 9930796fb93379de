"""A version is tried before it runs: what it promises, its definitions for nobody, its code on samples"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import medark
from medark.define import Rule
from medark.define.answers import reads
from medark.define.kinds import Kind
from medark.define.memory import RuleSet
from medark.define.nodes import Value
from medark.errors import DefinitionError, MedarkError, UsageError
from medark.flows.apps.loaded import Loaded
from medark.flows.definitions.concepts import sets_of
from medark.flows.definitions.plans import make
from medark.flows.definitions.run import compiled, runnable
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.app import App, AppState
from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns
from medark.sdk import Answer, Finding, View
from medark.sdk.contract import Fault, check
from medark.sdk.finding import card_of
from medark.sdk.manifest import LANGUAGES, Manifest
from medark.sdk.versions import fits

_SAMPLES: Mapping[Kind, Any] = {
    Kind.NUMBER: 1.0,
    Kind.WHOLE: 1,
    Kind.TEXT: "a",
    Kind.TRUTH: True,
    Kind.DATE: dt.date(2024, 7, 1),
    Kind.DATETIME: dt.datetime(2024, 7, 1, 8),
}


def needs(manifest: Manifest, apps: Mapping[str, App] | None = None) -> Iterator[Fault]:
    """What it needs that is not here; of applications only if it is told which there are."""
    for name, here in (("medark", medark.__version__), ("python", platform.python_version())):
        wanted = getattr(manifest.needs, name)
        if not fits(".".join(here.split(".")[:3]).rstrip("+abrc"), wanted):
            yield Fault(N_(f"it needs {name} {wanted}, and this is {here}"), N_("install another version"), "needs")
    if apps is None:
        return
    for name in manifest.needs.apps:
        if name not in apps or apps[name].state is not AppState.ENABLED:
            yield Fault(
                N_(f"it needs the application {name}, which does not run"), f"medark app enable {name}", "needs"
            )


def faults(loaded: Loaded) -> Iterator[Fault]:
    """Every promise that it does not keep: told by its contract, and by its code on samples. No workspace is needed."""
    yield from check(loaded.manifest, loaded.app)
    for language in LANGUAGES:
        yield from _bodies(loaded, language)


def try_out(workspace: Workspace, loaded: Loaded, today: dt.date) -> None:
    """Whether it can run here: over empty tables, since nobody has to grant anything for that.

    DefinitionError with the first promise that is not kept, or for a concept set that comes to nothing here.
    """
    for fault in faults(loaded):
        raise DefinitionError(fault.what, fix=fault.fix, app=loaded.name, at=fault.at)
    for _kind, _name, definition in loaded.app.definitions():
        with workspace.engine.session() as session:
            sets = sets_of(workspace, session, definition)
            if isinstance(definition, Rule):
                RuleSet([definition], sets)
                continue
            for table in reads(definition):
                session.bind_arrow(table, arrow_schema(lake_columns(table)).empty_table())
            make(session, compiled(runnable(definition), sets, today))


def _bodies(loaded: Loaded, language: str) -> Iterator[Fault]:
    for one in loaded.app.cards:
        values = {v.name: _sample(v.value) for v in one.rule.values}  # type: ignore[union-attr]
        shown = card_of(one.rule, values, language, loaded.name)
        told = Finding(one.name, one.hooks[0], shown, values, (), loaded.settings, language)
        if one.card is not None:
            yield from _fault(f"cards.{one.name}", partial(one.card, told))
    drawn = [(f"pages.{page.path}", page.body, page.shows) for page in loaded.app.pages]
    drawn += [(f"figures.{one.name}", one.body, one.shows) for one in loaded.app.figures]  # type: ignore[misc]
    for at, body, shows in drawn:
        empty = {name: Answer((), 0) for name in shows}
        yield from _fault(at, partial(body, View(empty, loaded.settings, {}, language, "2024-07-01")))


def _fault(at: str, body: Any) -> Iterator[Fault]:
    try:
        body()
    except UsageError as error:
        yield Fault(error.what, error.fix, at)
    except MedarkError as error:
        place = f"{error.where.get('file', '')}:{error.where.get('line', '')}".strip(":")
        yield Fault(error.what, error.fix, f"{at} {place}".strip())


def _sample(value: Value) -> Any:
    return _SAMPLES.get(value.kind, 1)
