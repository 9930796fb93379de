"""Reports as files: for the session of an owner or a steward, or for a program of theirs"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from medark.flows.documents.nouns import DocumentForm
from medark.flows.evidence import report
from medark.serve.console.addresses import PREFIX
from medark.serve.console.files import file_for, sent
from medark.serve.console.screens import Visit
from medark.serve.http.parts import Parts

MEDIA_TYPES: Final = {
    DocumentForm.PDF: "application/pdf",
    DocumentForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def add(router: APIRouter, parts: Parts) -> None:
    """One address a form."""
    for form in DocumentForm:
        router.get(f"{PREFIX}/quality/report/{{report}}.{form.value}", summary="A report")(_asked(parts, form))


def _asked(parts: Parts, form: DocumentForm) -> Callable[[Request], Response]:
    def document(request: Request) -> Response:
        return file_for(request, parts, lambda visit: _report(visit, form))

    return document


def _report(visit: Visit, form: DocumentForm) -> Response:
    made = report(
        visit.workspace, visit.reader.user, visit.path["report"], form,
        language=visit.language, at_s=visit.parts.clock(),
    )  # fmt: skip
    return sent(made.content, made.name, MEDIA_TYPES[form], inline=form is DocumentForm.PDF)
