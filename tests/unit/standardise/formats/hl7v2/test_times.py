"""Every time that is let through is one that the platform's SQL reads, and no other."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from medark.sql.render import render
from medark.standardise.formats.hl7v2.times import readable

# Stamps and what is nearly one: months of 19, hours of 29, minutes of 69, offsets and fractions in odd places.
_NEARLY = (
    r"[12][0-9]{3}([01][0-9]([0-3][0-9]([0-2][0-9]([0-6][0-9]){0,2}(\.[0-9]{1,4})?)?)?)?([+-][01][0-9][0-5][0-9])?"
)
_QUERY = render("SELECT in_zone(t, 'Asia/Shanghai', 'UTC') IS NOT NULL AS ok FROM stamps", "duckdb")


@pytest.fixture(scope="module")
def session() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@given(st.from_regex(_NEARLY, fullmatch=True))
@example("2023")
@example("20240229")
@example("20230229")
@example("20231010041747.1234+0800")
@example("202310+0800")
def test_readable_means_the_sql_can_read_it(session: duckdb.DuckDBPyConnection, stamp: str) -> None:
    session.execute("CREATE OR REPLACE TABLE stamps AS SELECT ? AS t", [stamp])
    assert session.execute(_QUERY).fetchone() == (readable(stamp),)
