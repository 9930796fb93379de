"""A form of an application's page is kept: decided, made answers of, filed, taken in, and what it changes brought up"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4
from zoneinfo import ZoneInfo

from medark.errors import NotFoundError, UsageError
from medark.flows.answers.allowed import must_be_allowed, must_be_approved, note
from medark.flows.answers.filing import land, take_in
from medark.flows.answers.whose import whose
from medark.flows.apps.failing import AppError
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.running import running
from medark.flows.apps.upkeep import KeptUp, keep_up
from medark.flows.gate.care_of import visit_at
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.model.filed import FiledAnswer, FiledForm
from medark.sdk import FilledForm, FormAnswer, Page


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came: of which page, about whom. `form` is its own: the same one sent again counts once."""

    app: str
    path: str
    person_id: int = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    form: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of it. `is_in`: its rows are in the lake; else another process is at work, and they will be.

    `new`: false where the very same form had come already.
    """

    answers: int
    is_in: bool
    new: bool
    kept_up: KeptUp | None = None


def save(workspace: Workspace, reader: Reader, sent: Sent, now: dt.datetime | None = None) -> Saved:
    """Keep what somebody filled in. On return it is on the disk, and the application's datasets and tasks about the
    person are as it says.

    NotFoundError for no such page; AccessError with the reason; UsageError for what can't be kept; AppError.
    """
    moment = now or dt.datetime.now(ZoneInfo(workspace.settings.time_zone))
    with running(workspace).one(sent.app) as loaded:
        page = _page(loaded, sent.path)
        must_be_allowed(workspace, reader, loaded.manifest, sent.person_id)
        answers = _answers(loaded, page, sent, moment)
        items = sorted({one.item for one in answers})
        must_be_approved(workspace, reader, loaded.manifest, sent.person_id, items)
        told = whose(workspace, sent.app, sent.person_id)
        visit = visit_at(workspace, sent.person_id, moment.date())
        filed = FiledForm(
            sent.form or uuid4().hex, sent.app, loaded.manifest.version, sent.path, reader.user, told.person_key, visit,
            tuple(_filed(one, moment) for one in answers),
        )  # fmt: skip
        note(workspace, reader, loaded.manifest, sent.person_id, {"page": sent.path, "items": ", ".join(items)})
        new = land(workspace, told.source, filed)
        is_in = take_in(workspace)
        kept_up = keep_up(workspace, loaded, sent.person_id, moment, reader.user) if is_in else None
        return Saved(len(answers), is_in, new, kept_up)


def _page(loaded: Loaded, path: str) -> Page:
    for one in loaded.app.pages:
        if one.path == path and one.save is not None:
            return one
    raise NotFoundError(N_("there is no such form"), fix="medark app list", app=loaded.name, path=path)


def _answers(loaded: Loaded, page: Page, sent: Sent, now: dt.datetime) -> Sequence[FormAnswer]:
    """What the application makes of the form."""
    assert page.save is not None
    at = now.replace(tzinfo=None)
    filled = FilledForm(sent.person_id, dict(sent.fields), at, loaded.settings, sent.language)
    answers = page.save(filled)
    if any(one.person_id != sent.person_id for one in answers):
        raise AppError("the application answers about somebody else", fix="FormAnswer(filled.person_id, …)")
    if any(one.at is not None and one.at > at for one in answers):
        raise UsageError(N_("an answer is of a time to come"), fix="give when it was so")
    if not answers:
        raise UsageError(N_("nothing was filled in"), fix="answer one question at least")
    return answers


def _filed(one: FormAnswer, now: dt.datetime) -> FiledAnswer:
    at = now if one.at is None else one.at.replace(tzinfo=now.tzinfo)
    return FiledAnswer(one.item, one.value, at.isoformat(timespec="milliseconds"))
