"""A figure as a page shows it: drawn on the server, wide and narrow, or said that it can't be"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lxml.etree import LxmlError
from markupsafe import Markup

from medark.errors import MedarkError
from medark.flows.figures import Form, Width, draw
from medark.flows.figures.style import is_open
from medark.messages import N_, spoken
from medark.model.page import Figure
from medark.serve.console.svg import framed

_MOST: Final = 24  # figures of one page: whoever writes a page decides how much is drawn for it
_NO_DRAWING: Final = N_("the figure can't be drawn")
_TOO_MANY: Final = N_("the page has more figures than are drawn on one")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as a page shows it: wide and, where it leaves its width open, narrow; or what went wrong."""

    wide: str = ""
    narrow: str = ""
    fault: str = ""


def drawing(block: Mapping[str, Any]) -> Drawing:
    """The drawing of a figure's block, for a template. What can't be drawn says so, and the page goes on."""
    if block["figure"] > _MOST:
        return Drawing(fault=_TOO_MANY)
    told = Figure(block["vega_lite"], block["alt"])
    try:
        wide = _framed(told, Width.WIDE)
        return Drawing(wide, _framed(told, Width.NARROW) if is_open(told) else "")
    except MedarkError as error:
        return Drawing(fault=error.what)
    except LxmlError:
        return Drawing(fault=_NO_DRAWING)


def _framed(told: Figure, width: Width) -> Markup:
    name = f"f{secrets.token_hex(4)}"  # ids are a page's own, and a page may show a figure twice
    return framed(draw(told, Form.SVG, width, spoken()), name, told.alt)
