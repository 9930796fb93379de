"""What the parser takes and what it refuses"""

from __future__ import annotations

import pytest

from medark.standardise.formats.cda.parse import SDTC, Refused, data_type, parsed

_V3 = 'xmlns="urn:hl7-org:v3"'


def test_names_lose_the_hl7_namespace_whatever_its_prefix() -> None:
    plain = parsed(f"<ClinicalDocument {_V3}><id/></ClinicalDocument>".encode())
    prefixed = parsed(b'<h:ClinicalDocument xmlns:h="urn:hl7-org:v3"><h:id/></h:ClinicalDocument>')
    bare = parsed(b"<ClinicalDocument><id/></ClinicalDocument>")
    assert [[e.tag for e in root.iter()] for root in (plain, prefixed, bare)] == [["ClinicalDocument", "id"]] * 3


def test_prefixes_nobody_declared_mean_what_they_always_mean() -> None:
    root = parsed(b'<patient><sdtc:raceCode/><value xsi:type="PQ"/></patient>')
    assert root[0].tag == SDTC + "raceCode"
    assert data_type(root[1]) == "PQ"


def test_a_type_is_read_with_or_without_a_prefix() -> None:
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    root = parsed(f'<v {_V3} xmlns:x="urn:hl7-org:v3" xmlns:i="{xsi}" i:type="x:CD"/>'.encode())
    assert data_type(root) == "CD"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "big5"])
def test_encodings_of_the_declaration_are_kept_to(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!-- 注 --><title>病歷</title>'
    assert parsed(text.encode(encoding)).text == "病歷"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"<a>",
        b"<a></b>",
        b"<a><b></a>",
        b"<a x='1' x='2'/>",
        b"<a/><b/>",
        b"<a>&nbsp;</a>",
        b"\xff\xfe<a/>",
        b"<a>\xff</a>",
        b"plain words",
        b'<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-',
        b'<?xml version="1.0" encoding="no-such"?><a>\xe9</a>',
    ],
)
def test_what_is_not_well_formed_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        parsed(content)
