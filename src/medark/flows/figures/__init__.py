"""Figures drawn: one Vega-Lite as SVG, PNG and PDF, the same in a page, a document and a notebook"""

from medark.flows.figures.drawing import FigureError, draw
from medark.flows.figures.style import Form, Width, digest, styled

__all__ = ["FigureError", "Form", "Width", "digest", "draw", "styled"]
