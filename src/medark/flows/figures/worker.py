"""The process in which figures are drawn: asked for one at a time, with no network and so much memory"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import vl_convert

from medark.flows.worker.answering import answer_all

_MEMORY: Final = 1 << 30  # bytes that it may write to; V8 asks for half of it before it draws anything
_SCALE: Final = 2.0  # pixels of a picture for one of the drawing: as screens of today show it
_NOWHERE: Final[list[str]] = []  # the addresses that data may be fetched from


def drawn(content: bytes) -> bytes:
    """A figure, drawn; nothing where it can't be."""
    try:
        told = json.loads(content)
        return _FORMS[told["form"]](told["spec"], _locale(told["language"]))
    except (ValueError, TypeError, KeyError):
        return b""


def _locale(language: str) -> dict[str, Any]:
    """How numbers and days are written."""
    return {"format_locale": "zh-CN", "time_format_locale": "zh-CN"} if language == "zh" else {}


def _svg(spec: Mapping[str, Any], locale: Mapping[str, Any]) -> bytes:
    told: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=_NOWHERE, **locale)
    return told.encode()


def _png(spec: Mapping[str, Any], locale: Mapping[str, Any]) -> bytes:
    return bytes(vl_convert.vegalite_to_png(spec, scale=_SCALE, allowed_base_urls=_NOWHERE, **locale))


def _pdf(spec: Mapping[str, Any], locale: Mapping[str, Any]) -> bytes:
    return bytes(vl_convert.vegalite_to_pdf(spec, allowed_base_urls=_NOWHERE, **locale))


_FORMS: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bytes]]] = {
    "svg": _svg, "png": _png, "pdf": _pdf,
}  # fmt: skip


if __name__ == "__main__":
    answer_all(drawn, memory_bytes=_MEMORY)
