"""Points and intervals"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from medark.standardise.formats.cda.times import first_span, point, span

_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<low value="20240101"/><high value="20240105"/>', ("2024-01-01", "2024-01-05")),
        ('<low value="20240101"/><high nullFlavor="UNK"/>', ("2024-01-01", None)),
        ('<low nullFlavor="UNK"/><high value="2024"/>', (None, "2024")),
        ('<low value="20240101"/><width value="2" unit="wk"/>', ("2024-01-01", "2024-01-15")),
        ('<high value="202401011200"/><width value="90" unit="min"/>', ("2024-01-01T10:30:00", "2024-01-01T12:00")),
        ('<low value="2024"/><width value="2" unit="d"/>', ("2024", None)),
        ('<low value="20240101"/><width value="2" unit="mo"/>', ("2024-01-01", None)),
        ('<low value="20240101"/><width value="1e400" unit="d"/>', ("2024-01-01", None)),
        ('<center value="20240101"/>', ("2024-01-01", None)),
        ("", (None, None)),
    ],
)
def test_an_interval_has_the_ends_it_says(inside: str, expected: tuple[str | None, str | None]) -> None:
    assert span(etree.fromstring(f"<effectiveTime>{inside}</effectiveTime>")) == expected


def test_of_several_times_the_interval_counts_and_not_the_frequency() -> None:
    times = etree.fromstring(
        f'<s {_XSI}><effectiveTime xsi:type="PIVL_TS" value="2001"/>'
        '<effectiveTime><low value="2024"/></effectiveTime></s>'
    )
    assert first_span(times) == ("2024", None)


@given(st.text(alphabet="0123456789+-.TZ ", max_size=24))
def test_a_point_is_iso_text_or_nothing(text: str) -> None:
    found = point(text)
    assert found is None or found[:4].isdigit()


@given(st.datetimes())
def test_a_full_time_is_kept_to_the_second(moment: object) -> None:
    text = f"{moment:%Y%m%d%H%M%S}".rjust(14, "0")
    assert point(text) == f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:]}"
