"""One page or figure, or the list of all pages: whose application runs, for whom it draws"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from medark.errors import AccessError, NotFoundError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.running import running
from medark.flows.pages.showing import lacking, view
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.model.page import Block, Figure
from medark.sdk.shows import Needed, View

_OTHER_PURPOSE: Final = N_("the application works for another purpose than the one that you read for")
_CHOOSE: Final = N_("read for its purpose, if it is yours")


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page as it was drawn. `fresh`: when the oldest dataset on it was made; `unpublished`: those not made yet."""

    app: str
    path: str
    title: str
    blocks: tuple[Block, ...] = field(repr=False)
    fresh: str = ""
    unpublished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PagePlace:
    """A page that there is. One that is not listed is found from another page of its application."""

    app: str
    path: str
    title: Mapping[str, str]
    is_listed: bool = True


def pages(workspace: Workspace) -> list[PagePlace]:
    """Every page of the running applications."""
    with running(workspace).all() as loaded:
        return [
            PagePlace(name, page.path, page.title, page.is_listed)
            for name, one in loaded.items()
            for page in one.app.pages
        ]


def page_of_task(workspace: Workspace, app: str, key: str, person_id: int | None) -> str:
    """The page on which a task of an application is done, as its path with the person; "" where there is none."""
    with running(workspace).all() as loaded:
        rules = loaded[app].app.tasks if app in loaded else ()
        named = {rule.name: rule.page for rule in rules}
    path = named.get(key.partition(":")[0], "")
    return f"{app}/{path}?person_id={person_id}" if path and person_id is not None else ""


def page(
    workspace: Workspace,
    reader: Reader,
    app: str,
    path: str,
    query: Mapping[str, str],
    *,
    language: str,
    today: dt.date,
    leaves: bool = False,
) -> ShownPage:
    """One page, drawn now; with `leaves` of what may leave the platform for the reader's purpose.

    NotFoundError; AccessError for a reader who may not read its datasets; AppError.
    """
    asked: dict[str, Any] = {"query": query, "language": language, "today": today, "leaves": leaves}
    with running(workspace).one(app) as loaded:
        for one in loaded.app.pages:
            if one.path == path:
                told = _view(workspace, reader, loaded, one.shows, **asked)
                title = one.title.get(language) or one.title["en"]
                return ShownPage(app, path, title, one.body(told), told.fresh, lacking(workspace, app, one.shows))
    raise NotFoundError("there is no such page", fix="medark app list", app=app, path=path)


def figure(workspace: Workspace, reader: Reader, app: str, name: str, *, language: str, today: dt.date) -> Figure:
    """One published figure, drawn now, of what may leave for the reader's purpose. Errors as of `page`."""
    asked: dict[str, Any] = {"query": {}, "language": language, "today": today, "leaves": True}
    with running(workspace).one(app) as loaded:
        for one in loaded.app.figures:
            if one.name == name:
                return one.body(_view(workspace, reader, loaded, one.shows, **asked))
    raise NotFoundError("there is no such figure", fix="medark app list", app=app, figure=name)


def _view(workspace: Workspace, reader: Reader, loaded: Loaded, shows: Mapping[str, Needed], **asked: Any) -> View:
    """What is shown, read on the application's behalf. Whoever reads for another purpose is told for which it works:
    what an application allows beside that (`also_for`) is to take its datasets.
    """
    wanted = loaded.manifest.purpose
    if reader.purpose is not wanted and shows:
        raise AccessError(_OTHER_PURPOSE, fix=_CHOOSE, app=loaded.name, purpose=reader.purpose, its=wanted)
    return view(workspace, replace(reader, app=loaded.name), loaded, shows, **asked)
