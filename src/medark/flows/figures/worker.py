"""The process in which figures are drawn: asked for one at a time, with no network and so much memory"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Mapping
from typing import Any, Final

import vl_convert

LENGTH: Final = 4  # bytes that say how long a message is
_MEMORY: Final = 1 << 30  # bytes that it may write to; V8 asks for half of it before it draws anything
_SCALE: Final = 2.0  # pixels of a picture for one of the drawing: as screens of today show it
_NOWHERE: Final[list[str]] = []  # the addresses that data may be fetched from


def main() -> None:
    """Draw until nobody asks any more. A figure that can't be drawn is answered with nothing."""
    ask, answer = os.dup(0), os.dup(1)
    os.dup2(2, 1)  # what the drawing prints is no answer
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while (content := _heard(ask)) is not None:
        _say(answer, _drawn(json.loads(content)))


def _drawn(told: Mapping[str, Any]) -> bytes:
    try:
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


def _heard(source: int) -> bytes | None:
    """One message; None when there will be no more."""
    length = _exactly(source, LENGTH)
    return None if length is None else _exactly(source, int.from_bytes(length, "big"))


def _say(target: int, content: bytes) -> None:
    content = len(content).to_bytes(LENGTH, "big") + content
    while content:
        content = content[os.write(target, content) :]


def _exactly(source: int, length: int) -> bytes | None:
    content = b""
    while len(content) < length:
        piece = os.read(source, length - len(content))
        if not piece:
            return None
        content += piece
    return content


if __name__ == "__main__":
    main()
