"""A document as PDF: accessible (PDF/UA-1), to be kept for long (PDF/A-2a), with the fonts of the machine"""

from __future__ import annotations

import atexit
import importlib.util
from typing import Any, Final

import orjson

from medark.errors import MissingExtraError
from medark.flows.documents.letters import has_han, on_paper
from medark.flows.documents.nouns import DONE, MISSING, Document, DocumentError
from medark.flows.documents.parts import plain
from medark.flows.worker import Workers
from medark.messages import N_, _

_LARGEST: Final = 8 << 20  # bytes of what is told
_LARGEST_PDF: Final = 32 << 20
_REMEMBERED: Final = 256 << 10  # the same, for which typst keeps some hundred megabytes
_SECONDS: Final = 15.0
_PROCESSES: Final = 2  # so that a document that hangs leaves one for the others
_BUSY: Final = N_("too many documents are being made")
_NO_FONT: Final = N_("this machine has no font for Chinese letters")
_FONTS: Final = "apt-get install fonts-noto-cjk"
_TOO_MUCH: Final = N_("the document takes too much time or memory to set")
_LESS: Final = N_("show fewer rows, or take it as xlsx")

_workers: Final = Workers(
    "medark.flows.documents.worker", processes=_PROCESSES, seconds=_SECONDS, most=_LARGEST_PDF, busy=_BUSY,
    renewed_after=_REMEMBERED,
)  # fmt: skip
atexit.register(_workers.close)


def pdf(document: Document, workers: Workers = _workers) -> bytes:
    """The document. DocumentError; BusyError; MissingExtraError without what sets it.

    Letters that no font has are written as their number, and the document says so; where those of Chinese have none,
    there is no document.
    """
    if importlib.util.find_spec("typst") is None:
        raise MissingExtraError("documents need a part that is not installed", fix='pip install "medark[documents]"')
    told = on_paper(plain(document))
    answer = _asked(told, workers)
    if answer[:1] == MISSING:
        missing = answer[1:].decode()
        if has_han(missing):
            raise DocumentError(_NO_FONT, fix=_FONTS)
        told["notices"].append(_("Letters that this machine has no font for are written as their number."))
        answer = _asked(on_paper(told, missing), workers)
    if answer[:1] != DONE:
        raise DocumentError("the document can't be set", fix="take it as xlsx")
    return answer[1:]


def _asked(told: dict[str, Any], workers: Workers) -> bytes:
    content = orjson.dumps(told)
    if len(content) > _LARGEST:
        raise DocumentError("the page holds too much for a document", fix=_LESS)
    try:
        return workers.ask(content)
    except (TimeoutError, EOFError, OSError, ValueError):
        raise DocumentError(_TOO_MUCH, fix=_LESS) from None
