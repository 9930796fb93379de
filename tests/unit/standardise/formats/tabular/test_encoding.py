"""Encodings told by bytes alone."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.errors import RefusedInput
from medark.standardise.formats.tabular.encoding import encoding_of

CHINESE = "姓名,性别,诊断\n王小明,男,急性上呼吸道感染\n李红,女,高血压病,糖尿病\n" * 3
TRADITIONAL = "姓名,性別,診斷\n陳大文,男,急性上呼吸道感染\n李紅,女,高血壓,糖尿病\n" * 3
FRENCH = "nom,âge,diagnostic\nLefèvre,42,Fièvre élevée à répétition\nMüller,7,Grippe très légère\n"


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        ("a,b\n1,2\n", "ascii", "utf-8"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "utf-16", "utf-16"),
        (TRADITIONAL, "big5", "big5"),
        (FRENCH, "latin-1", "cp1252"),
        (FRENCH, "cp1252", "cp1252"),
        ("name,id\nabc,1\n", "utf-16-le", "utf-16-le"),
        ("name,id\nabc,1\n", "utf-16-be", "utf-16-be"),
    ],
)
def test_encoding(text, codec, found):
    assert encoding_of(text.encode(codec)) == found


def test_a_head_that_ends_within_a_character_is_still_its_encoding():
    for codec, found in (("utf-8", "utf-8"), ("gb18030", "gb18030")):
        whole = CHINESE.encode(codec)
        assert {encoding_of(whole[:n]) for n in range(len(whole) - 4, len(whole))} == {found}


def test_a_broken_byte_does_not_make_utf8_another_encoding():
    assert encoding_of(CHINESE.encode() + b"\xff,x\n" + CHINESE.encode()) == "utf-8"


def test_the_last_resort_is_bounded():
    assert encoding_of("имя,диагноз\nИван,грипп\nМария,ангина\n".encode("cp1251") * 20_000) in ("cp1251", "latin-1")


@pytest.mark.parametrize("junk", [b"\0\0\0\0", b"ab\0cd", bytes(range(256))])
def test_what_is_no_text_is_refused(junk):
    with pytest.raises(RefusedInput):
        encoding_of(junk)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_utf8_is_always_utf8(text):
    assert encoding_of(text.encode(), complete=True) in ("utf-8", "utf-8-sig", "utf-16", "utf-32")


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(head):
    with contextlib.suppress(RefusedInput):
        head.decode(encoding_of(head), "replace")
