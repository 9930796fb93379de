"""A page of an application as a document for one reader: read through the gate as the page is, and in the audit"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from medark.flows.documents.nouns import Document, DocumentForm, titled
from medark.flows.documents.paper import pdf
from medark.flows.documents.tasks import with_tasks
from medark.flows.documents.workbook import workbook
from medark.flows.gate.parts import book_of
from medark.flows.pages import ShownPage, page
from medark.flows.workspace import Workspace
from medark.messages import _
from medark.model.access import Purpose, Reader
from medark.model.audit import Act, Outcome, Verdict
from medark.model.page import Field, Form

ACTION: Final = "export"
_WRITERS: Final[Mapping[DocumentForm, Callable[[Document], bytes]]] = {
    DocumentForm.PDF: pdf, DocumentForm.XLSX: workbook,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A document as a file, and what it is called."""

    name: str
    content: bytes = field(repr=False)


def page_document(
    workspace: Workspace,
    reader: Reader,
    app: str,
    path: str,
    query: Mapping[str, str],
    form: DocumentForm,
    *,
    language: str,
    at_s: float,
) -> Made:
    """One page as it is now, for this reader; `at_s`: now, in seconds since 1970, UTC. Errors as of `pages.page`, and
    of the form's writer.
    """
    at = dt.datetime.fromtimestamp(at_s, ZoneInfo(workspace.settings.time_zone))
    shown = page(workspace, reader, app, path, query, language=language, today=at.date(), leaves=True)
    content = _WRITERS[form](document(workspace, reader, shown, query, language, at))
    detail: dict[str, str | int] = {"page": path, "form": form.value, "bytes": len(content)}
    act = Act(
        ACTION, reader.user, reader.organisation, reader.purpose, app=app, verdict=Verdict.ALLOWED,
        outcome=Outcome.DONE, detail=detail,
    )  # fmt: skip
    book_of(workspace).write(act)  # before anybody has it
    return Made(f"{app}-{path}-{at:%Y%m%d-%H%M}.{form.value}", content)


def document(
    workspace: Workspace, reader: Reader, shown: ShownPage, query: Mapping[str, str], language: str, at: dt.datetime
) -> Document:
    """A page that was drawn, with all that it takes to know later what it was."""
    title, blocks = titled(shown.blocks, shown.title)
    purpose = purpose_words(reader.purpose)
    about = [
        (_("Organisation"), reader.organisation or workspace.path.name),
        (_("Purpose"), purpose),
        (_("Made"), f"{at:%Y-%m-%d %H:%M} ({workspace.settings.time_zone})"),
        (_("By"), reader.user),
        (_("Data as of"), shown.fresh or _("not known")),
        (_("Page"), f"{shown.app} / {shown.path}"),
        *_asked(blocks, query),
    ]
    unpublished = ", ".join(shown.unpublished)
    return Document(
        title, tuple(with_tasks(workspace, reader, shown.app, blocks)), at, reader.user,
        reader.organisation or workspace.path.name, tuple(about),
        _("Confidential: health data, for {purpose} only, made for {user}", purpose=purpose, user=reader.user),
        (_("Not published yet: {datasets}.", datasets=unpublished),) if unpublished else (), language,
    )  # fmt: skip


def purpose_words(purpose: Purpose) -> str:
    """What somebody reads for, in the chosen language."""
    return _(purpose.value.replace("_", " "))


def _asked(blocks: tuple[object, ...], query: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the page was asked for, in the words of its forms."""
    forms = (block for block in blocks if isinstance(block, Form) and not block.saves)
    for one in (each for form in forms for each in form.fields):
        if value := query.get(one.name):
            yield one.label, _answer(one, value)


def _answer(one: Field, value: str) -> str:
    return dict(zip(one.choices, one.labels, strict=False)).get(value, value)
