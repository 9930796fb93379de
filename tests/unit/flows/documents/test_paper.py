"""Documents on paper: Chinese is found in them, words are never code, headings repeat, and limits hold."""

from __future__ import annotations

import ctypes
from dataclasses import replace

import orjson
import pypdfium2
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import MissingExtraError
from medark.flows.documents import paper
from medark.flows.documents.letters import on_paper
from medark.flows.documents.nouns import DONE, MISSING, DocumentError
from medark.flows.documents.paper import pdf
from medark.flows.documents.parts import plain
from medark.flows.documents.worker import typeset
from medark.flows.worker import Workers
from medark.model.page import DataTable, Heading, KeyFigure, KeyFigures, TableColumn, Text
from unit.flows.documents.conftest import BLOCKS, FORMULA, HOSTILE, document, pages_of

WIDE = DataTable(tuple(TableColumn(f"c{n}", f"列{n}") for n in range(12)), (tuple(map(str, range(12))),), "宽表")


@pytest.fixture(scope="module")
def whole() -> list[str]:
    return pages_of(pdf(document()))


def test_what_a_document_says_of_itself_is_on_it(whole: list[str]) -> None:
    first = whole[0]
    assert "多点触发预警 & 报告" in first
    for word in ("单位", "市疾控中心", "导出人 olga", "数据截至 2024-07-01 08:00"):
        assert word in first
    assert all("内部保密 & 勿外传" in page and "市疾控中心" in page for page in whole)
    assert len(whole) > 3
    for number, page in enumerate(whole, 1):
        assert f"page {number} of {len(whole)}" in page


def test_words_of_applications_are_set_and_never_run(whole: list[str]) -> None:
    together = "\n".join(whole)
    assert HOSTILE.replace("\\", "") in together.replace("\\", "")
    assert "root:" not in together
    assert FORMULA in together
    assert "<b>x</b>" in together
    for word in ("粗体", "世界卫生组织", "• 一", "12,345 人", "person 7"):
        assert word in together


def test_only_addresses_on_the_web_are_links() -> None:
    opened = pypdfium2.PdfDocument(pdf(document(BLOCKS[:1])))
    raw = pypdfium2.raw
    links = [found for found in (raw.FPDFLink_GetLinkAtPoint(opened[0], x, y) for x in range(0, 595, 4)
                                 for y in range(0, 842, 4)) if found]  # fmt: skip
    assert links
    targets = {_target(opened, one) for one in links}
    assert targets == {"https://who.int"}


def _target(opened: pypdfium2.PdfDocument, link: object) -> str:
    action = pypdfium2.raw.FPDFLink_GetAction(link)
    told = ctypes.create_string_buffer(500)
    pypdfium2.raw.FPDFAction_GetURIPath(opened, action, told, len(told))
    return told.value.decode()


def test_headings_of_a_table_are_on_every_page_that_it_goes_on(whole: list[str]) -> None:
    going_on = [page for page in whole if FORMULA in page]
    assert len(going_on) > 2
    assert all("血钾 (mmol/L)" in page for page in going_on)
    assert "30 more rows" in "\n".join(whole)


def test_what_may_not_be_told_is_a_dash_and_says_why(whole: list[str]) -> None:
    together = "\n".join(whole)
    at = together.index("隐去的")
    assert together[at : at + 20].split("\n")[1] == "–"
    assert "too few to be told, or not known" in together
    assert "未检测 –" in together


def test_a_figure_has_its_words_and_numbers_and_one_that_cant_be_drawn_says_so(whole: list[str]) -> None:
    together = "\n".join(whole)
    assert "未达标 1,200" in together
    assert "一张画不出的图" in together
    drawn = pypdfium2.PdfDocument(pdf(document(BLOCKS[4:5])))
    assert "血糖" in drawn[0].get_textpage().get_text_range()  # of its axis: the drawing's words are words


def test_it_is_accessible_and_can_be_kept_and_the_same_again() -> None:
    content = pdf(document(BLOCKS[:3]))
    assert content == pdf(document(BLOCKS[:3]))
    for mark in (b"pdfuaid:part>1", b"pdfaid:part>2", b"/StructTreeRoot"):
        assert mark in content
    told = pypdfium2.PdfDocument(content).get_metadata_dict()
    assert (told["Title"], told["Author"]) == ("多点触发预警 & 报告", "olga")
    assert told["CreationDate"].startswith("D:20240702093000")


def test_a_table_of_many_columns_lies_on_its_side() -> None:
    upright, lying = (pypdfium2.PdfDocument(pdf(document(blocks)))[0].get_size() for blocks in (BLOCKS[:1], (WIDE,)))
    assert upright == lying[::-1]
    assert lying[0] > lying[1]


def test_letters_that_nobody_sees_or_no_font_has_are_written_as_their_number() -> None:
    (page,) = pages_of(pdf(document((Text("a\u202eb \ue000 \x01 ༀ 䶵"),))))
    assert "a[U+202E]b [U+E000] [U+0001] [U+0F00] 䶵" in page
    assert "has no font for" in page


def test_a_very_long_word_stays_on_the_page() -> None:
    (page,) = pages_of(pdf(document((Text("x" * 600), DataTable((TableColumn("a", "a"),), (("y" * 300,),))))))
    assert page.replace("\n", "").count("x") == 600
    assert page.count("y") == 300


def test_without_a_font_for_chinese_there_is_an_error_and_no_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = typst.Fonts(include_system_fonts=False)
    told = orjson.dumps(plain(document((Heading("血钾"), Text("K ༀ")), language="en")))
    answer = typeset(told, bare)
    assert answer[:1] == MISSING
    assert set("血钾ༀ") < set(answer[1:].decode())
    english = replace(document((Text("K"),), about=(), confidential="", organisation="CDC", language="en"), title="K")
    assert typeset(orjson.dumps(plain(english) | {"page": "{number} / {count}"}), bare)[:5] == DONE + b"%PDF"
    monkeypatch.setattr(paper, "_asked", lambda told, workers: typeset(orjson.dumps(told), bare))
    with pytest.raises(DocumentError, match="no font for Chinese") as error:
        pdf(document())
    assert "fonts-noto-cjk" in error.value.fix


def test_what_is_too_much_is_refused_and_the_next_document_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = DataTable((TableColumn("a", "a"),), tuple((f"{n}",) for n in range(60_000)))
    hurried = Workers("medark.flows.documents.worker", processes=1, seconds=0.3, most=1 << 20, busy="busy")
    monkeypatch.setattr("medark.flows.worker.pool._STARTING_S", 5.0)
    try:
        assert pdf(document(BLOCKS[:1]), hurried).startswith(b"%PDF")
        with pytest.raises(DocumentError, match="too much time or memory"):
            pdf(document((huge,)), hurried)
        assert pdf(document(BLOCKS[:1]), hurried).startswith(b"%PDF")
    finally:
        hurried.close()
    with pytest.raises(DocumentError, match="holds too much"):
        pdf(document((Text("x" * 99_000),) * 100))


def test_without_the_part_that_sets_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="not installed"):
        pdf(document())


PIECES = ("**", "*", "`", "```\ncode\n```\n", "\n\n", "\n", "- a\n  - b\n", "1. x\n", "> q\n", "| a |\n|--:|\n| 1 |\n",
          "# h\n", "[l](https://x.y/ä b)", "[m](/console)", "![i](x.png)", "<b>", "&amp;", "\\", "---\n", "血钾",
          "x" * 60, "~", "#", "$", "@ref", "<lab>", "\"'", "😀", "مرحبا", "\x00", "\u200d")  # fmt: skip
words = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(words, words, st.integers(1, 4), st.one_of(st.none(), st.floats(allow_nan=False), words))
@settings(max_examples=60, deadline=None)
def test_whatever_an_application_writes_is_a_document(
    prose: str, label: str, level: int, value: str | float | None
) -> None:
    column = TableColumn("c", label, "number", label)
    blocks = (Text(prose), Heading(label, level), KeyFigures((KeyFigure(label, value, label, label),)),
              DataTable((column,), ((value,),), label))  # fmt: skip
    told = on_paper(plain(document(blocks)))
    answer = typeset(orjson.dumps(told))
    if answer[:1] == MISSING:
        answer = typeset(orjson.dumps(on_paper(told, answer[1:].decode())))
    assert answer[:5] == DONE + b"%PDF"
