"""A report as a file: made from what the lake holds now, for an owner or a steward, and in the audit"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from medark.errors import UsageError
from medark.flows.documents.nouns import Document, DocumentForm
from medark.flows.documents.page import ACTION, Made, purpose_words
from medark.flows.documents.paper import pdf
from medark.flows.documents.workbook import workbook
from medark.flows.evidence import emr_level, interconnectivity, quality
from medark.flows.evidence.asked import Asked
from medark.flows.gate.parts import book_of
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.messages import N_, _
from medark.model.access import Purpose
from medark.model.audit import Act, Outcome, Verdict
from medark.model.page import Block
from medark.model.progress import Progress, Silent

_SILENT: Final = Silent()
_WRITERS: Final[Mapping[DocumentForm, Callable[[Document], bytes]]] = {
    DocumentForm.PDF: pdf, DocumentForm.XLSX: workbook,
}  # fmt: skip
_TITLES: Final = {
    "quality": N_("Quality of the data"),
    "emr-level": N_("EMR application level: quality of the data"),
    "interconnectivity": N_("Interconnectivity: standardisation of the data"),
}
_BLOCKS: Final[Mapping[str, Callable[[Asked], tuple[Block, ...]]]] = {
    "quality": quality.blocks, "emr-level": emr_level.blocks, "interconnectivity": interconnectivity.blocks,
}  # fmt: skip
REPORTS: Final = tuple(_TITLES)


def title_of(name: str) -> str:
    """What a report is called, in the chosen language."""
    return _(_TITLES[name])


def report(
    workspace: Workspace,
    by: str,
    name: str,
    form: DocumentForm,
    *,
    language: str,
    at_s: float,
    progress: Progress = _SILENT,
) -> Made:
    """One of REPORTS as it is now; `at_s`: now, in seconds since 1970, UTC. AccessError unless `by` is an owner or a
    data steward; UsageError for another name; errors as of the form's writer.
    """
    if name not in REPORTS:
        raise UsageError("there is no such report", fix=f"one of: {', '.join(REPORTS)}")
    must_steward(workspace, by, "report made", report=name)
    at = dt.datetime.fromtimestamp(at_s, ZoneInfo(workspace.settings.time_zone))
    asked = Asked(workspace, by, workspace.lake.snapshot(), workspace.today(), language, form, progress)
    content = _WRITERS[form](_document(asked, name, at))
    known = book_of(workspace).user(by)
    detail: dict[str, str | int] = {"report": name, "form": form.value, "bytes": len(content)}
    act = Act(
        ACTION, by, known.organisation if known else "", Purpose.OPERATIONS, verdict=Verdict.ALLOWED,
        outcome=Outcome.DONE, detail=detail,
    )  # fmt: skip
    book_of(workspace).write(act)
    return Made(f"{name}-{at:%Y%m%d-%H%M}.{form.value}", content)


def _document(asked: Asked, name: str, at: dt.datetime) -> Document:
    workspace = asked.workspace
    organisation = workspace.path.name
    about = (
        (_("Organisation"), organisation),
        (_("Made"), f"{at:%Y-%m-%d %H:%M} ({workspace.settings.time_zone})"),
        (_("By"), asked.by),
        (_("Lake version"), str(asked.snapshot.version)),
        (_("Vocabulary"), workspace.vocabulary.release),
        (_("Purpose"), purpose_words(Purpose.OPERATIONS)),
    )
    blank = Document(title_of(name), (), at, asked.by, organisation, about, language=asked.language)
    return replace(
        blank,
        blocks=_BLOCKS[name](asked),
        confidential=_("For internal review: counts of rows, made for {user}", user=asked.by),
        notices=() if name == "quality" else (_(_NOT_OFFICIAL),),
    )


_NOT_OFFICIAL: Final = N_(
    "This is no result of the evaluation. Rules are our own, after its dimensions; what is marked “to be confirmed” was"
    " not checked against the text of the standard."
)
