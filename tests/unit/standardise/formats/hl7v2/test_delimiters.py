"""Delimiters and escapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.standardise.formats.hl7v2.delimiters import Delimiters, delimiters

USUAL = Delimiters("|", "^", "~", "\\", "&")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("MSH|^~\\&|LAB", USUAL),
        ("MSH|^~\\&#|LAB", Delimiters("|", "^", "~", "\\", "&", "#")),
        ("MSH#*!%@#LAB", Delimiters("#", "*", "!", "%", "@")),
        ("MSH|^|LAB", Delimiters("|", "^", "\x00", "\x00", "\x00")),
        ("MSH|^~\\&", USUAL),
        ("MSH", None),
        ("MSH|", None),
        ("MSH||LAB", None),
        ("MSH|^^^^|LAB", None),
        ("MSH|^~\\|LAB", Delimiters("|", "^", "~", "\\", "\x00")),
        ("MSH|^~\\&#!|LAB", None),
        ("MSH|abcd|LAB", None),
        ("MSH ^~\\& LAB", None),
        ("MSH|^~\x01&|LAB", None),
        ("MSHé^~\\&éLAB", None),
    ],
)
def test_delimiters(header: str, expected: Delimiters | None) -> None:
    assert delimiters(header) == expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"\F\\S\\T\\R\\E\ ", "|^&~\\ "),
        (r"a\X41\b\X4\c", "aAb\\X4\\c"),
        (r"\X0D0A\ ", "\r\n "),
        (r"one\.br\two\.sp3\three\.in4\four\.fi\five", "one\ntwo\nthree fourfive"),
        (r"\H\loud\N\ \Zown\ \C2842\ \M242442\ ", "loud    "),
        (r"C:\temp\new", r"C:\temp\new"),
        ("\\", "\\"),
        (r"\\", r"\\"),
        (r"\F", r"\F"),
        (r"\P\ ", " "),
    ],
)
def test_escapes(raw: str, text: str) -> None:
    assert USUAL.unescaped(raw) == text


def test_hexadecimal_is_read_in_the_codec_of_the_message() -> None:
    assert USUAL.unescaped(r"\XCDF5\ ", "gb18030") == "王 "
    assert USUAL.unescaped(r"\XFFFF\ ", "utf-8") == "\ufffd\ufffd "


@given(st.text(alphabet="|^~\\&abFSX0.br\n"))
def test_what_was_escaped_comes_back(text: str) -> None:
    escaped = "".join({"\\": r"\E\ "[:-1], "|": r"\F\ "[:-1], "^": r"\S\ "[:-1]}.get(c, c) for c in text)
    assert USUAL.unescaped(escaped) == text


@given(st.text(alphabet="\\.spXFSZ019ab", max_size=200))
def test_no_escape_makes_text_longer(text: str) -> None:
    assert len(USUAL.unescaped(text)) <= len(text)
