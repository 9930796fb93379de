"""Applications' pages as documents: each at its own address with `.pdf` or `.xlsx`, asked for as the page is"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from medark.flows.documents.nouns import DocumentForm
from medark.flows.documents.page import page_document
from medark.serve.console.addresses import PREFIX
from medark.serve.console.figures import query
from medark.serve.console.files import file_for, sent
from medark.serve.console.screens import Visit
from medark.serve.http.parts import Parts

_MEDIA_TYPES: Final = {
    DocumentForm.PDF: "application/pdf",
    DocumentForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def screens(parts: Parts) -> APIRouter:
    """One address a form."""
    found = APIRouter(tags=["console"], include_in_schema=False)
    for form in DocumentForm:
        found.get(f"{PREFIX}/app/{{app}}/{{path}}.{form.value}", summary="A page as a document")(_asked(parts, form))
    return found


def _asked(parts: Parts, form: DocumentForm) -> Callable[[Request], Response]:
    def document(request: Request) -> Response:
        return file_for(request, parts, lambda visit: _document(visit, form))

    return document


def _document(visit: Visit, form: DocumentForm) -> Response:
    made = page_document(
        visit.workspace, visit.reader, visit.path["app"], visit.path["path"], query(visit), form,
        language=visit.language, at_s=visit.parts.clock(),
    )  # fmt: skip
    return sent(made.content, made.name, _MEDIA_TYPES[form], inline=form is DocumentForm.PDF)
