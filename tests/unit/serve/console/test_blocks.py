"""What applications say, as HTML: whatever they write, nothing of it runs, leads astray or breaks the page."""

from __future__ import annotations

import re

import pytest
from lxml import html

from medark.flows.documents.nouns import titled
from medark.model.page import DataTable, Figure, Form, Heading, KeyFigure, KeyFigures, PersonLink, TableColumn, Text
from medark.model.page import Field as OfForm
from medark.serve.console.blocks import told
from medark.serve.console.drawing import drawing
from medark.serve.console.markdown import markdown
from medark.serve.console.svg import alone, framed

AT = "/console/app/registry/page"

HOSTILE_WORDS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[go](javascript:alert(1))",
    "[go](JaVaScRiPt:alert(1))",
    "[go](&#106;avascript:alert(1))",
    "[go](java\tscript:alert(1))",
    "[go](data:text/html;base64,PHNjcmlwdD4=)",
    "[go](vbscript:x)",
    "[go](//evil.example)",
    "[go](/\\evil.example)",
    "[go](evil.example)",
    "![seen](https://evil.example/pixel.png)",
    "<javascript:alert(1)>",
    '[go](https://example.org "\\" onmouseover=alert(1)")',
    "[a]: javascript:alert(1)\n\n[a]",
    "<style>*{display:none}</style>",
    "```html\n<script>\n```",
    '<a href="https://evil.example" onclick="x">',
    "| a |\n|:-:|\n| <b onclick=x> |",
]


@pytest.mark.parametrize("words", HOSTILE_WORDS)
def test_no_word_of_an_application_is_more_than_words(words: str) -> None:
    page = html.fromstring(f"<div>{markdown(words)}</div>")
    for node in page.iter():
        assert node.tag in ("div", "p", "a", "code", "pre", "table", "thead", "tbody", "tr", "th", "td", "b")
        assert set(node.attrib) <= {"href", "rel", "title", "class", "tabindex"}
        if "href" in node.attrib:
            assert re.match(r"https://|/[^/\\]", node.attrib["href"])  # the web, or a path of ours


def test_words_are_what_they_should_be() -> None:
    shown = markdown("# Head\n\n**bold** [own](/console/datasets) [web](https://example.org)\n\n|a|b|\n|-|-:|\n|x|1|")
    page = html.fromstring(f"<div>{shown}</div>")
    assert [one.get("href") for one in page.iter("a")] == ["/console/datasets", "https://example.org"]
    assert all(one.get("rel") == "noopener noreferrer" for one in page.iter("a"))
    assert page.findtext(".//p[@class='head']/b") == "Head"
    assert [one.get("class") for one in page.iter("td")] == [None, "number"]
    assert "style=" not in shown


HOSTILE_DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9"
 height="9" viewBox="0 0 9 9" onload="x()" style="fill:red">
<script>x()</script><style>*{fill:url(https://evil.example)}</style><foreignObject><b xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>
<a xlink:href="javascript:x()"><text>in a link</text></a><image href="https://evil.example/x.png"/>
<use href="#a"/><animate attributeName="href" values="javascript:x()"/><set attributeName="onclick" to="x()"/>
<defs><clipPath id="clip0"><path d="M0,0h9"/></clipPath></defs>
<g clip-path="url(#clip0)"><path d="M0,0" fill="url(https://evil.example#x)" stroke="#16222c" onclick="x()"/></g>
<path fill="white" d="M0" role="graphics-symbol" aria-roledescription="bar" aria-label="&lt;b&gt;: 7"/>
<text fill="expression(alert(1))" font-family="x">&lt;script&gt;</text></svg>"""


def test_a_drawing_that_stands_in_a_page_only_draws() -> None:
    shown = str(framed(HOSTILE_DRAWING, "f1", 'what "it" shows'))
    for part in ("script>", "style", "foreignObject", "evil", "onload", "onclick", "href", "<image", "<use", "animate"):
        assert part not in shown.replace("&lt;script&gt;", "")
    page = html.fromstring(shown)
    assert (page.get("role"), page.get("aria-label")) == ("img", 'what "it" shows')
    assert 'clip-path="url(#f1-clip0)"' in shown
    assert 'id="f1-clip0"' in shown
    assert 'stroke="var(--ink)"' in shown
    assert 'fill="var(--panel)"' in shown
    assert "<title>&lt;b&gt;: 7</title>" in shown
    assert "&lt;script&gt;</text>" in shown
    assert b"var(" not in alone(HOSTILE_DRAWING, "x", "sans-serif")
    assert b"evil" not in alone(HOSTILE_DRAWING, "x", "sans-serif")


def test_entities_are_not_looked_up(tmp_path) -> None:
    (tmp_path / "secret").write_text("7391")
    told = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'.encode()
    assert "7391" not in framed(told + b'<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>', "f", "x")


def test_values_of_a_figure_are_words_and_its_numbers_its_colours_ours() -> None:
    block = {
        "vega_lite": {
            "data": {"values": [{"a": "<img src=x onerror=alert(1)>", "b": 3}]}, "mark": "bar", "width": "container",
            "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}},
        },
        "alt": "x",
        "figure": 1,
    }  # fmt: skip
    shown = drawing(block)
    assert (shown.fault, bool(shown.narrow)) == ("", True)
    assert "<img" not in shown.wide
    assert "var(--series-1)" in shown.wide
    assert drawing({"vega_lite": {"mark": "nonsense"}, "alt": "x", "figure": 1}).fault
    assert "more figures" in drawing({**block, "figure": 25}).fault


def test_headings_go_down_one_step_at_a_time() -> None:
    title, below = titled((Heading("Top", 1), Heading("a", 4), Heading("b", 4), Heading("c", 1)), "else")
    assert title == "Top"
    assert [one.level for one in below if isinstance(one, Heading)] == [2, 3, 2]
    assert titled((Text("x"),), "else")[0] == "else"


COLUMNS = (TableColumn("person_id", "person", "person"), TableColumn("k", "potassium", "number", "mmol/L"))


def test_a_table_has_links_to_people_and_to_its_pages() -> None:
    block = DataTable(COLUMNS, ((7, 4.2), (None, None)), more=3, next_page="page=3&evil=%22")
    (shown,) = told((block,), AT, {"page": "2", "word": "血 & x"})
    assert shown["columns"][1]["title"] == "potassium (mmol/L)"
    assert shown["rows"] == [[{"text": "7", "href": "/console/people/7"}, 4.2], [None, None]]
    assert shown["before"] == f"{AT}?page=1&word=%E8%A1%80+%26+x"
    assert shown["after"] == f"{AT}?page=3&word=%E8%A1%80+%26+x&evil=%22"


def test_a_form_keeps_what_was_asked() -> None:
    fields = (OfForm("word", "Word"), OfForm("least", "Least", "number", 3), OfForm("new", "New", "check", True))
    (fresh,), (asked,) = (told((Form(fields, "Show"),), AT, query) for query in ({}, {"word": "x", "least": ""}))
    assert [one["value"] for one in fresh["fields"]] == ["", 3, True]
    assert [one["value"] for one in asked["fields"]] == ["x", "", False]


def test_every_kind_of_block_is_told_in_plain_values() -> None:
    figure = Figure({"mark": "bar"}, "what it shows", "Title", DataTable(COLUMNS, ((1, 2),)))
    blocks = (
        Heading("a"), Text("b"), KeyFigures((KeyFigure("c", None, "d"),)), figure, Form((), "e"), PersonLink(2**60),
    )  # fmt: skip
    kinds = [one["kind"] for one in told(blocks, AT, {})]
    assert kinds == ["heading", "text", "key_figures", "figure", "form", "person"]
    shown = told(blocks, AT, {"x": "1"})[3]
    assert shown["files"]["pdf"] == f"{AT}/figures/1.pdf?x=1"
    assert shown["table"]["rows"][0][1] == 2
