"""Hostile clinical documents: refused in bounded time and memory, nothing fetched, nothing read"""

from __future__ import annotations

import socket
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.cda import READER

_BODY = (
    '<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1.1"/><recordTarget><patientRole>'
    '<id root="1" extension="{name}"/><patient><name>{name}</name></patient></patientRole></recordTarget>'
    "{more}</ClinicalDocument>"
)
_GOOD = _BODY.format(name="P1", more="<component><section><text>well</text><entry><act/></entry></section></component>")
_LAUGHS = "<!DOCTYPE lolz [<!ENTITY l0 'lol'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
_NO_DTD = "document type declaration refused"


def _reasons(content: bytes) -> list[str]:
    started = time.process_time()
    staged = READER.stage(Chunk(1, content), Source("north"))
    assert time.process_time() - started < 10
    assert [row.unit for row in staged.rows["unit_count"]] == ["entry"]
    return [row.reason for row in staged.rows["unit_issue"]]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a document made the reader open a connection")

    monkeypatch.setattr(socket, "socket", refuse)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>", "<!--" + "x" * 100_000 + "-->\n<?go?>"])
def test_a_document_type_is_refused_however_it_hides(encoding: str, before: str) -> None:
    if encoding != "utf-8":
        before = before.replace("<?xml version='1.0'?>", f"<?xml version='1.0' encoding='{encoding[:6]}'?>")
    dtd = "<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/evil.dtd'>"
    assert _reasons((before + dtd + _GOOD).encode(encoding)) == [_NO_DTD]


def test_a_file_on_this_machine_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRETWORD")
    dtd = f"<!DOCTYPE a [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
    assert _reasons((dtd + _BODY.format(name="&x;", more="")).encode()) == [_NO_DTD]


@pytest.mark.parametrize(
    "dtd",
    [
        _LAUGHS + "]>",
        "<!DOCTYPE a [<!ENTITY x '" + "x" * 100_000 + "'>]>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/p'> %p;]>",
        "<!DOCTYPE a PUBLIC '-//x' 'ftp://127.0.0.1/x.dtd'>",
    ],
)
def test_entities_never_get_to_the_parser(dtd: str) -> None:
    assert _reasons((dtd + _BODY.format(name="&l9;" + "&x;" * 1000, more="")).encode()) == [_NO_DTD]


def test_xinclude_is_refused(tmp_path: Path) -> None:
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{tmp_path.as_uri()}/a" parse="text"/>'
    assert _reasons(_BODY.format(name="P1", more=include).encode()) == ["XInclude refused"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("<a>" * 100_000 + "</a>" * 100_000, "not well-formed XML, or past the parser's limits"),
        ("<a/>" * 600_000, "too many elements"),
        ("".join(f"<a x='{n}'/>" for n in range(10)) + "<a" + " x=''" * 1_100_000 + "/>", "too many elements"),
        ("<text>" + "x" * 11_000_000 + "</text>", "not well-formed XML, or past the parser's limits"),
        ("<t>&#0;</t>", "not well-formed XML, or past the parser's limits"),
    ],
    ids=["deep", "many", "attributes", "giant text", "NUL"],
)
def test_size_and_depth_are_bounded(more: str, reason: str) -> None:
    assert _reasons(_BODY.format(name="P1", more=more).encode()) == [reason]


def test_as_many_elements_as_are_allowed_take_bounded_time() -> None:
    cells = "<table>" + "<tr><td>x</td></tr>" * 120_000 + "</table>"
    section = f"<component><section><text>{cells}</text></section></component>"
    assert _reasons(_BODY.format(name="P1", more=section).encode()) == []


def test_many_sections_and_entries_take_linear_time() -> None:
    sections = "<component><section><text>x</text><entry><act/></entry><entry/></section></component>" * 20_000
    assert len(_reasons(_BODY.format(name="P1", more=sections).encode())) == 40_000


def test_statements_within_statements_end_somewhere() -> None:
    inner = (
        '<act moodCode="EVN"><entryRelationship typeCode="COMP">' * 60 + "<act/>" + "</entryRelationship></act>" * 60
    )
    section = f"<component><section><entry>{inner}</entry></section></component>"
    assert _reasons(_BODY.format(name="P1", more=section).encode()) == ["statements nested too deep"]


def test_a_bomb_takes_no_memory_of_ours() -> None:
    content = (_LAUGHS + "]>" + _GOOD).encode()
    tracemalloc.start()
    try:
        _reasons(content)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_documents_never_raise(data: st.DataObject) -> None:
    content = bytearray(_GOOD.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 12))
        content[at : at + length] = data.draw(st.binary(max_size=8))
    staged = READER.stage(Chunk(1, bytes(content)), Source("north"))
    assert len(staged.rows["unit_count"]) == 1
