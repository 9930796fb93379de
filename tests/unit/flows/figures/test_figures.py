"""Figures: one Vega-Lite in every form, kept once drawn; what hangs, grows or is nonsense hurts nobody else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import vl_convert

from medark.flows.figures import FigureError, Form, Width, digest, draw, styled
from medark.flows.figures.drawing import Drawings
from medark.model.page import VEGA_LITE, Figure
from medark.sdk import TableColumn, bars, chart

BAND, PEOPLE = TableColumn("band", "最近一次糖化血红蛋白"), TableColumn("people", "人数", "number")
ROWS = [{"band": "达标", "people": 28}, {"band": "未达标", "people": 1200}, {"band": "未检测", "people": None}]
FIGURE = bars(ROWS, BAND, PEOPLE, alt="各组人数", title="控制情况")
ENDLESS = {"data": {"sequence": {"start": 0, "stop": 30_000_000}}, "mark": "bar", "encoding": {"x": {"field": "data"}}}


@pytest.fixture(scope="module")
def drawings() -> Iterator[Drawings]:
    found = Drawings(seconds=4.0)
    yield found
    found.close()


def test_every_form_is_drawn_of_the_same_vega_lite() -> None:
    notebook = FIGURE._repr_mimebundle_()
    assert notebook == {VEGA_LITE: FIGURE.vega_lite, "text/plain": "各组人数"}
    assert chart(FIGURE).to_dict(validate=False)["encoding"] == FIGURE.vega_lite["encoding"]
    svg, png, pdf = (draw(FIGURE, form, language="zh") for form in (Form.SVG, Form.PNG, Form.PDF))
    assert png == vl_convert.svg_to_png(svg.decode(), scale=2)  # a picture of this very drawing
    assert (png[:4], pdf[:5]) == (b"\x89PNG", b"%PDF-")
    assert _text_of(pdf) == _text_of(vl_convert.svg_to_pdf(svg.decode()))
    for word in ("达标", "未达标", "最近一次糖化血红蛋白", "人数", "1,200"):
        assert word in svg.decode()
    assert "未检测" not in svg.decode()  # what may not be told is in none of them


def _text_of(pdf: bytes) -> list[bytes]:
    """The streams of a document: its pages and fonts, without the moment when it was written."""
    return [part.partition(b"endstream")[0] for part in pdf.split(b"stream\n")[1:]]


def test_what_a_figure_says_of_itself_stands_and_the_rest_is_ours() -> None:
    own = Figure({**FIGURE.vega_lite, "config": {"mark": {"color": "red"}, "axis": {"labelColor": "blue"}}}, "x")
    config = styled(own)["config"]
    assert (config["mark"]["color"], config["axis"]["labelColor"]) == ("red", "blue")
    assert config["axis"]["titleColor"] == styled(FIGURE)["config"]["axis"]["titleColor"]
    told = styled(FIGURE, Width.NARROW)
    assert (told["width"], told["data"], told["mark"]) == (285, FIGURE.vega_lite["data"], FIGURE.vega_lite["mark"])
    assert "config" not in FIGURE.vega_lite
    assert digest(own) != digest(FIGURE) == digest(bars(ROWS, BAND, PEOPLE, alt="各组人数"))


def test_what_was_drawn_is_kept(drawings: Drawings) -> None:
    first = drawings.draw(FIGURE, Form.SVG, Width.WIDE, "zh")
    begun = time.perf_counter()
    assert drawings.draw(FIGURE, Form.SVG, Width.WIDE, "zh") is first
    assert time.perf_counter() - begun < 0.01
    assert drawings.draw(FIGURE, Form.SVG, Width.NARROW, "zh") != first


def test_what_takes_too_much_ends_alone_and_is_not_tried_again_at_once(drawings: Drawings) -> None:
    with pytest.raises(FigureError, match="too much time or memory"):
        drawings.draw(Figure(ENDLESS, "x"), Form.SVG, Width.WIDE, "en")
    begun = time.perf_counter()
    with pytest.raises(FigureError):
        drawings.draw(Figure(ENDLESS, "x"), Form.SVG, Width.WIDE, "en")
    assert time.perf_counter() - begun < 0.05
    assert drawings.draw(Figure(dict(FIGURE.vega_lite), "another"), Form.SVG, Width.WIDE, "zh").startswith(b"<svg")


@pytest.mark.parametrize(
    "spec",
    [
        {"mark": "nonsense"},
        {},
        {"layer": [{"mark": "bar"}], "encoding": 3},
        {"mark": "bar", "width": "container", "encoding": {"x": {"field": "a", "type": "nominal", "axis": 3}}},
    ],
)
def test_nonsense_is_told_as_such_or_drawn_as_nothing(drawings: Drawings, spec: dict[str, Any]) -> None:
    try:
        assert drawings.draw(Figure(spec, "x"), Form.SVG, Width.NARROW, "en").startswith(b"<svg")
    except FigureError as error:
        assert "no Vega-Lite" in error.what


def test_too_much_data_is_not_even_tried(drawings: Drawings) -> None:
    values = [{"a": "x" * 1000} for _ in range(5000)]
    with pytest.raises(FigureError, match="too much data"):
        drawings.draw(Figure({"data": {"values": values}, "mark": "bar"}, "x"), Form.SVG, Width.WIDE, "en")


def test_no_file_is_read_even_by_a_figure_that_got_past_the_check(drawings: Drawings, tmp_path: Path) -> None:
    place = tmp_path / "secret.csv"
    place.write_text("a\n1234567\n")
    spec = {
        "data": {"url": place.as_uri(), "format": {"type": "csv"}},
        "mark": "text", "encoding": {"text": {"field": "a"}},
    }  # fmt: skip
    figure = Figure({"mark": "text"}, "x")
    object.__setattr__(figure, "vega_lite", spec)
    with suppress(FigureError):
        assert b"1234567" not in drawings.draw(figure, Form.SVG, Width.WIDE, "en")
