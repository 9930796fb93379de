"""Drawings of figures, made once: what was drawn is kept, what could not be drawn is not tried again at once"""

from __future__ import annotations

import atexit
import importlib.util
import threading
import time
from collections import OrderedDict
from typing import Final

import msgspec

from medark.errors import MedarkError, MissingExtraError, RefusedInput
from medark.flows.figures.style import Form, Width, digest, styled
from medark.flows.worker import Workers
from medark.messages import N_
from medark.model.page import Figure

_LARGEST: Final = 4 << 20  # bytes of a figure with its data
_LARGEST_DRAWING: Final = 8 << 20
_BUSY: Final = N_("too many figures are being drawn")
_PROCESSES: Final = 2  # so that a figure that hangs leaves one for the others
_SECONDS: Final = 5.0
_KEPT_BYTES: Final = 64 << 20
_RESTS_S: Final = 60.0

_Key = tuple[str, Form, Width, str]


class FigureError(RefusedInput):
    """A figure that can't be drawn: no Vega-Lite, too large, or too much work."""


class Drawings:
    """The drawings of this process and those who make them."""

    def __init__(self, seconds: float = _SECONDS, processes: int = _PROCESSES, rests_s: float = _RESTS_S) -> None:
        self._workers = Workers(
            "medark.flows.figures.worker", processes=processes, seconds=seconds, most=_LARGEST_DRAWING, busy=_BUSY
        )
        self._lock, self._rests_s = threading.Lock(), rests_s
        self._kept: OrderedDict[_Key, bytes] = OrderedDict()
        self._bytes = 0
        self._failed: OrderedDict[_Key, tuple[float, FigureError]] = OrderedDict()

    def draw(self, figure: Figure, form: Form, width: Width, language: str) -> bytes:
        """A figure, drawn. FigureError; BusyError when too many are being drawn."""
        key = (digest(figure), form, width, language)
        found = self._known(key)
        if found is None:
            try:
                found = self._drawn(figure, form, width, language)
            except FigureError as error:
                self._note(key, error)
                raise
            self._keep(key, found)
        return found

    def close(self) -> None:
        """End the processes."""
        self._workers.close()

    def _drawn(self, figure: Figure, form: Form, width: Width, language: str) -> bytes:
        asked = msgspec.json.encode({"spec": styled(figure, width), "form": form, "language": language})
        if len(asked) > _LARGEST:
            raise FigureError("the figure holds too much data", fix="count or thin out its rows before drawing them")
        try:
            drawn = self._workers.ask(asked)
        except (TimeoutError, EOFError, OSError, ValueError):
            raise FigureError("the figure takes too much time or memory to draw", fix="show fewer rows") from None
        if not drawn:
            raise FigureError("the figure is no Vega-Lite that can be drawn", fix="try it in a notebook first")
        return drawn

    def _known(self, key: _Key) -> bytes | None:
        with self._lock:
            at, error = self._failed.get(key, (0.0, None))
            if error is not None and time.monotonic() < at + self._rests_s:
                raise FigureError(error.what, fix=error.fix)
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _note(self, key: _Key, error: FigureError) -> None:
        with self._lock:
            self._failed[key] = (time.monotonic(), error)
            while len(self._failed) > 1000:
                self._failed.popitem(last=False)

    def _keep(self, key: _Key, drawn: bytes) -> None:
        with self._lock:
            self._bytes += len(drawn) - len(self._kept.pop(key, b""))
            self._kept[key] = drawn
            while self._bytes > _KEPT_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1])


_drawings: Final = Drawings()
atexit.register(_drawings.close)


def draw(figure: Figure, form: Form = Form.SVG, width: Width = Width.PAPER, language: str = "en") -> bytes:
    """A figure as a file of a form. FigureError, BusyError; MissingExtraError without the library that draws."""
    if importlib.util.find_spec("vl_convert") is None:
        raise MissingExtraError("figures need a part that is not installed", fix='pip install "medark[figures]"')
    try:
        return _drawings.draw(figure, form, width, language)
    except MedarkError:
        raise
    except (TypeError, ValueError, RecursionError):
        raise FigureError("the figure is no Vega-Lite that can be drawn", fix="try it in a notebook first") from None
