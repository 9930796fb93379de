"""Character sets: named, missing, wrong."""

from __future__ import annotations

import pytest

from medark.standardise.formats.hl7v2.encoding import codec_of, decoded

TEXTS = {
    "8859/1": "mäßig groß", "8859/2": "zażółć", "8859/5": "кровь", "8859/7": "αίμα", "8859/9": "kanı", "8859/15": "5 €",
    "UNICODE UTF-8": "血 кровь", "GB 18030-2000": "血常规 弢朸", "BIG-5": "血常規", "KS X 1001": "혈액",
    "ASCII": "blood",
    "ISO IR87": "血液", "ISO IR100": "café",
}  # fmt: skip


def message(character_set: str, text: str, codec: str) -> bytes:
    return f"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5||||||{character_set}\rNTE|1||{text}\r".encode(codec)


@pytest.mark.parametrize("name", TEXTS)
def test_every_named_set_reads_its_own(name: str) -> None:
    codec = codec_of(name)
    assert codec is not None
    raw = message(name, TEXTS[name], codec)
    if name != "ISO IR87":  # escape sequences: the bytes are ASCII
        assert TEXTS[name] in decoded(raw)[0]


@pytest.mark.parametrize("declared", ["", "NONSENSE", "ASCII", "UNICODE UTF-8", "~8859/1"])
@pytest.mark.parametrize(
    ("text", "codec"),
    [("患者血常规正常", "utf-8"), ("患者血常规正常", "gb18030"), ("naïve Größe", "utf-8"), ("naïve Größe", "latin-1")],
)
def test_without_a_set_that_fits_the_bytes_are_looked_at(declared: str, text: str, codec: str) -> None:
    assert text in decoded(message(declared, text, codec))[0]


def test_a_trail_byte_is_no_delimiter() -> None:
    text, codec = decoded(message("GB 18030-2000", "弢朸", "gb18030"))
    assert codec == "gb18030"
    assert text.split("\r")[1].split("|") == ["NTE", "1", "", "弢朸"]


def test_any_bytes_are_text() -> None:
    assert decoded(bytes(range(256)))[1] == "iso8859_1"
