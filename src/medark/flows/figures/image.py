"""A drawing of ours as a picture of points: nothing is fetched, and no browser is needed"""

from __future__ import annotations

import importlib.util

from medark.errors import MissingExtraError


def png(svg: str, scale: float = 2.0) -> bytes:
    """An SVG as PNG, `scale` points for each of its units. MissingExtraError without the library that draws."""
    if importlib.util.find_spec("vl_convert") is None:
        raise MissingExtraError("pictures need a part that is not installed", fix='pip install "medark[figures]"')
    import vl_convert

    return vl_convert.svg_to_png(svg, scale=scale)
