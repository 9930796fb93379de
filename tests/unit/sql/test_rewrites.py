"""Each portable function against an independent Python one, over values that Hypothesis makes up, on both engines

DuckDB answers each example as Hypothesis draws it; all values that were tried in a test go to Spark at its end, at
once, and it has to give the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import DefinitionError
from medark.sql import patterns
from medark.sql.linter import lint
from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark

ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
quick = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("scratch"), threads=1).session() as opened:
        yield opened


TRIED: dict[str, list[tuple[pa.Table, list[object]]]] = {}  # by expression: rows that were tried, DuckDB's answers


def results(session: Session, expression: str, **columns: Sequence[object] | pa.Array) -> list[object]:
    """The expression's value of each row, in order."""
    found = _results(session, expression, pa.table(columns))
    TRIED.setdefault(expression, []).append((pa.table(columns), found))
    return found


def _results(session: Session, expression: str, rows: pa.Table) -> list[object]:
    session.bind_arrow("t", rows.append_column("i", pa.array(range(rows.num_rows), pa.int64())))
    sql = f"select {expression} as z, i from t order by i"
    assert lint(sql) == ()
    return session.query(render(sql, session.dialect)).column("z").to_pylist()


@pytest.fixture(autouse=True)
def spark_agrees(spark: Spark) -> Iterator[None]:
    TRIED.clear()
    yield
    with spark.session() as session:
        for expression, tried in TRIED.items():
            rows = pa.concat_tables([rows for rows, _ in tried])
            wanted = [value for _, values in tried for value in values]
            found = _results(session, expression, rows)
            wrong = [i for i, pair in enumerate(zip(wanted, found, strict=True)) if not same(*pair)]
            assert not wrong, [(expression, rows.slice(i, 1).to_pylist(), wanted[i], found[i]) for i in wrong[:3]]


def same(one: object, other: object) -> bool:
    """NULL is NULL, NaN is NaN, and the last bits of a logarithm are the engine's own."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-14) or (math.isnan(one) and math.isnan(other))
    return one == other and type(one) is type(other)


def texts(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())


def doubles(values: Sequence[float | None]) -> pa.Array:
    return pa.array(values, pa.float64())


# -- numbers -----------------------------------------------------------------------------------------------------------

_ALMOST = st.from_regex(r"\A[ \t]?[+-]?[0-9_]{0,4}[.,]?[0-9]{0,3}([eExX][+-]?[0-9]{1,4})?[ ]?\Z") | st.sampled_from(
    ["", "NaN", "inf", "-Infinity", "1e308", "1e309", "١٢", "1_0", "0x1F", "1 2", "true", ".", "-", "+.5", "5.", "\n7"]
)


@quick
@given(st.lists(st.none() | _ALMOST | TEXT, min_size=1, max_size=30))
def test_finite_number(session: Session, values: list[str | None]) -> None:
    assert results(session, "finite_number(x)", x=texts(values)) == [number_of(v) for v in values]


def number_of(text: str | None) -> float | None:
    plain = text.strip(" \t\n\f\r") if text is not None else ""
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", plain, re.ASCII):
        return None
    return value if math.isfinite(value := float(plain)) else None


@quick
@given(st.lists(st.none() | _ALMOST | st.integers(-(1 << 65), 1 << 65).map(str) | TEXT, min_size=1, max_size=30))
def test_whole_number_of_text(session: Session, values: list[str | None]) -> None:
    for kind, bits in (("integer", 31), ("bigint", 63)):
        assert results(session, f"try_cast(x as {kind})", x=texts(values)) == [whole_of(v, bits) for v in values]


def whole_of(text: str | None, bits: int) -> int | None:
    plain = text.strip(" \t\n\f\r") if text is not None else ""
    if not re.fullmatch(r"[+-]?[0-9]+", plain):
        return None
    return value if -(1 << bits) <= (value := int(plain)) < 1 << bits else None


_HALVES = st.integers(-(10**6), 10**6).map(lambda n: n / 2)


@quick
@given(st.lists(st.none() | _HALVES | st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_whole_number_of_a_fraction(session: Session, values: list[float | None]) -> None:
    wanted = [None if v is None else int(Decimal(v).quantize(Decimal(1), ROUND_HALF_UP)) for v in values]
    assert results(session, "try_cast(x * 1.0 as bigint)", x=doubles(values)) == wanted
    assert results(session, "cast(round(x) as bigint)", x=doubles(values)) == wanted


@quick
@given(st.lists(st.tuples(st.none() | st.integers(-99, 99), st.none() | st.integers(-3, 3)), min_size=1, max_size=20))
def test_divided_and_rest(session: Session, pairs: list[tuple[int | None, int | None]]) -> None:
    columns = {n: pa.array([p[i] for p in pairs], pa.int64()) for i, n in enumerate("ab")}
    missing = [None in p or p[1] == 0 for p in pairs]
    wanted = [None if no else a / b for no, (a, b) in zip(missing, pairs, strict=True)]  # type: ignore[operator]
    assert results(session, "a / b", **columns) == wanted
    rests = [None if no else int(math.fmod(a, b)) for no, (a, b) in zip(missing, pairs, strict=True)]  # type: ignore[arg-type]
    assert results(session, "a % b", **columns) == rests
    nested = results(session, "(a + 1) / (b - 1) * 2", **columns)
    assert nested == [
        None if a is None or b is None or b == 1 else (a + 1) / (b - 1) * 2 for a, b in pairs
    ]  # fmt: skip


@quick
@given(st.lists(st.none() | st.floats(-10, 1e12), min_size=1, max_size=20))
def test_logarithm(session: Session, values: list[float | None]) -> None:
    found = results(session, "ln(x)", x=doubles(values))
    assert found == [None if v is None or v <= 0 else pytest.approx(math.log(v), rel=1e-14) for v in values]


@quick
@given(st.lists(st.none() | TEXT, min_size=1, max_size=20))
def test_key_hash(session: Session, values: list[str | None]) -> None:
    found = results(session, "key_hash(x)", x=texts(values))
    assert found == [None if v is None else int(hashlib.md5(v.encode()).hexdigest()[:15], 16) for v in values]
    assert all(0 <= key < 1 << 60 for key in found if key is not None)  # type: ignore[operator]


# -- times -------------------------------------------------------------------------------------------------------------

_MOMENTS = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)).map(
    lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000)
)
# Hours around changes of clocks, in which a local time is there twice or not at all.
_CHANGES = st.sampled_from(["2023-03-12 02:30", "2023-11-05 01:30", "2023-03-26 02:15", "2023-10-29 02:59"]).map(
    dt.datetime.fromisoformat
)
_OFFSETS = st.none() | st.just("Z") | st.tuples(st.sampled_from("+-"), st.integers(0, 14), st.sampled_from([0, 30, 45]))


@st.composite
def iso_texts(draw: st.DrawFn) -> tuple[str, dt.datetime, dt.timedelta | None, bool]:
    """A time as a source writes it, its local time as precise as that is, its offset, and whether it has hours."""
    moment, offset = draw(_MOMENTS | _CHANGES), draw(_OFFSETS)
    basic, digits = draw(st.booleans()), draw(st.sampled_from([4, 6, 8, 10, 12, 14, 17]))
    if not basic and digits == 10:
        digits = 12  # extended hours alone are as rare as they are ambiguous
    stamp = f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03d}"[:digits]
    local = dt.datetime.strptime((stamp + "00000101000000000"[digits:])[:14], "%Y%m%d%H%M%S")
    if digits == 17:
        local, stamp = local.replace(microsecond=moment.microsecond), f"{stamp[:14]}.{stamp[14:]}"
    text = stamp if basic else extended(stamp, draw(st.sampled_from(" T")))
    if digits < 10 or offset is None:
        return text, local, None, digits >= 10
    if offset == "Z":
        return f"{text}Z", local, dt.timedelta(), True
    sign, hours, minutes = offset
    minutes = 0 if hours == 14 else minutes
    delta = dt.timedelta(hours=hours, minutes=minutes) * (1 if sign == "+" else -1)
    colon = "" if basic else ":"
    return f"{text}{sign}{hours:02d}{colon}{minutes:02d}", local, delta, True


def extended(stamp: str, between: str) -> str:
    day = "-".join(part for part in (stamp[:4], stamp[4:6], stamp[6:8]) if part)
    clock = ":".join(part for part in (stamp[8:10], stamp[10:12], stamp[12:]) if part)
    return f"{day}{between}{clock}" if clock else day


@settings(max_examples=120, deadline=None)
@given(st.lists(iso_texts(), min_size=1, max_size=15), st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_in_zone(session: Session, said: list, source: str, target: str) -> None:
    found = results(session, f"in_zone(x, '{source}', '{target}')", x=texts([s[0] for s in said]))
    for value, (text, local, offset, has_time) in zip(found, said, strict=True):
        assert value == meant(local, offset, has_time, source, target), text


def meant(local: dt.datetime, offset: dt.timedelta | None, has_time: bool, source: str, target: str) -> dt.datetime:
    """The time in the target's zone; of a local time that is there twice or never, the later moment."""
    if not has_time or (offset is None and source == target):
        return local
    if offset is not None:
        moments = [local.replace(tzinfo=dt.timezone(offset))]
    else:
        moments = [local.replace(tzinfo=ZoneInfo(source), fold=fold) for fold in (0, 1)]
    return max(m.astimezone(dt.UTC) for m in moments).astimezone(ZoneInfo(target)).replace(tzinfo=None)


@quick
@given(st.lists(TEXT | st.from_regex(r"\A[0-9TZ:+. -]{0,26}\Z"), min_size=1, max_size=30))
def test_in_zone_never_fails_and_reads_nothing_into_nonsense(session: Session, values: list[str]) -> None:
    for value, found in zip(values, results(session, "in_zone(x, 'UTC', 'UTC')", x=texts(values)), strict=True):
        assert found is None or str(found)[:4] == value.strip()[:4] or "+" in value or "-" in value[4:]


@quick
@given(st.lists(iso_texts(), min_size=1, max_size=20))
def test_how_much_of_a_time_was_said(session: Session, said: list) -> None:
    column = texts([s[0] for s in said])
    lengths = [10 if has_time else {4: 4, 6: 7, 8: 10}[len(text.replace("-", ""))] for text, _, _, has_time in said]
    assert results(session, "date_length(x)", x=column) == lengths
    assert results(session, "is_partial_date(x)", x=column) == [n < 10 for n in lengths]
    assert results(session, "has_time(x)", x=column) == [s[3] for s in said]


@quick
@given(st.lists(st.tuples(_MOMENTS, _MOMENTS), min_size=1, max_size=20))
def test_days_between(session: Session, pairs: list[tuple[dt.datetime, dt.datetime]]) -> None:
    columns = {n: pa.array([p[i] for p in pairs], pa.timestamp("us")) for i, n in enumerate("ab")}
    wanted = [(b.date() - a.date()).days for a, b in pairs]
    assert results(session, "date_diff('day', a, b)", **columns) == wanted


def test_other_units_have_no_rendering() -> None:
    with pytest.raises(DefinitionError, match="days only"):
        render("select date_diff('month', a, b) as m from t")


# -- text --------------------------------------------------------------------------------------------------------------

_PATTERNS = ("[0-9]+", "(a)(b)?", r"\s+", "^a|b$", "x.y", r"[^\sa]", "(a|bb)+c?", r"\.", "a{2,3}", "[]a-]+", "é|中")
_HAY = st.text("ab cxy012.é中\n\t", max_size=14)


@pytest.mark.parametrize("pattern", _PATTERNS)
@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.none() | _HAY, min_size=1, max_size=20))
def test_regular_expressions(session: Session, pattern: str, values: list[str | None]) -> None:
    column, python = texts(values), re.compile(as_python(pattern), re.ASCII)
    there = [None if v is None else bool(python.search(v)) for v in values]
    assert results(session, f"regexp_matches(x, '{pattern}')", x=column) == there
    hits = [None if v is None else (m[0] if (m := python.search(v)) else "") for v in values]
    assert results(session, f"regexp_extract(x, '{pattern}')", x=column) == hits
    first = [None if v is None else python.sub("<$>", v, count=1) for v in values]
    assert results(session, f"regexp_replace(x, '{pattern}', '<$>')", x=column) == first
    every = [None if v is None else python.sub("<$>", v) for v in values]
    assert results(session, f"regexp_replace(x, '{pattern}', '<$>', 'g')", x=column) == every


def as_python(pattern: str) -> str:
    """Python's words for RE2's: `$` is the very end, blanks are five."""
    outside = pattern.replace("$", r"\Z")
    return outside.replace(r"[^\sa]", r"[^\t\n\f\r a]").replace(r"\s+", r"[\t\n\f\r ]+")


@quick
@given(st.lists(st.none() | _HAY, min_size=1, max_size=20))
def test_what_spark_gets_replaces_the_first_hit_only(session: Session, values: list[str | None]) -> None:
    """Spark has no 'first': its pattern and replacement, run by Python over every hit, give DuckDB's first."""
    for pattern in _PATTERNS:
        sql = f"select regexp_replace(x, '{pattern}', '<$>') as z from t"
        whole, replacement = spark_arguments(render(sql, "spark"))
        wanted = results(session, f"regexp_replace(x, '{pattern}', '<$>')", x=texts(values))
        python = re.compile(whole.replace(r"\z", r"\Z"), re.ASCII)
        template = re.sub(r"\$([0-9])", r"\\g<\1>", replacement.replace(r"\$", "\0")).replace("\0", "$")
        assert [None if v is None else python.sub(template, v) for v in values] == wanted


def spark_arguments(sql: str) -> tuple[str, str]:
    found = re.search(r"REGEXP_REPLACE\(x, '(.*)', '(.*)'\) AS z", sql)
    assert found
    return found[1].replace("\\\\", "\\"), found[2].replace("\\\\", "\\")


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_these_patterns_are_portable(pattern: str) -> None:
    assert list(patterns.faults(pattern)) == []
    assert not patterns.matches_nothing(pattern)


@pytest.mark.parametrize(
    ("pattern", "java"),
    [
        ("a$", r"a\z"),
        (r"[$.]\$\.", r"[$.]\$\."),
        (".", r"[^\n]"),
        (r"\s\S[\s-]", r"[\t\n\f\r ][^\t\n\f\r ][\t\n\f\r -]"),
        ("[]a]b", "[]a]b"),
        ("[^]a]b", "[^]a]b"),
        (r"(?:a|b){2}", r"(?:a|b){2}"),
    ],
)
def test_patterns_in_javas_words(pattern: str, java: str) -> None:
    assert patterns.java(pattern) == java


@pytest.mark.parametrize(
    "pattern",
    [r"\b", r"\Aa", r"a\z", r"(?i)a", r"(?=a)", r"(?P<n>a)", r"(a)\1", "[[:alpha:]]", "[a[b]", "[a&&b]", r"[\S]", "a++",
     "a*+", r"\pL", "(", "[a", "a{2}+", r"\x41", "*a"],
)  # fmt: skip
def test_patterns_that_are_read_differently_are_told(pattern: str) -> None:
    assert list(patterns.faults(pattern))


@quick
@given(st.lists(st.tuples(st.none() | TEXT, st.none() | TEXT), min_size=1, max_size=15))
def test_text_functions(session: Session, pairs: list[tuple[str | None, str | None]]) -> None:
    x, y = (texts([p[i] for p in pairs]) for i in (0, 1))
    known = [a for a, _ in pairs]
    assert results(session, "concat(x, '-', y)", x=x, y=y) == [f"{a or ''}-{b or ''}" for a, b in pairs]
    assert results(session, "x || y", x=x, y=y) == [None if None in p else p[0] + p[1] for p in pairs]  # type: ignore[operator]
    assert results(session, "length(x)", x=x) == [None if a is None else len(a) for a in known]
    assert results(session, "substr(x, 2, 3)", x=x) == [None if a is None else a[1:4] for a in known]
    assert results(session, "trim(x)", x=x) == [None if a is None else a.strip(patterns.BLANKS) for a in known]


@quick
@given(st.lists(st.none() | st.text("a|", max_size=8), min_size=1, max_size=15), st.integers(1, 5))
def test_split_part(session: Session, values: list[str | None], n: int) -> None:
    wanted = [None if v is None else (v.split("|") + [""] * n)[n - 1] for v in values]
    assert results(session, f"split_part(x, '|', {n})", x=texts(values)) == wanted


def test_letters_have_the_same_capital_everywhere(session: Session) -> None:
    """Every letter of Unicode 3.2 that may have a case, alone and where Java looks at its neighbours."""
    old = unicodedata.ucd_3_2_0
    cased = [c for c in map(chr, range(0x110000)) if old.category(c) in ("Lu", "Ll", "Lt", "Lo", "Nl", "So", "Mn")]
    letters = [c for c in cased if c not in CAPITAL_SINCE_UNICODE_16]
    column = texts([*letters, *(f"a{c} {c}b" for c in letters if c.lower() != c.upper())])
    for expression in ("lower(x)", "upper(x)"):
        assert results(session, expression, x=column)[: len(letters)] != letters
    assert results(session, "upper(lower(x))", x=texts(["Weiß", "ΌΣΟΣ"])) == ["WEIẞ", "ΌΣΟΣ"]


CAPITAL_SINCE_UNICODE_16 = "ƛɤ"


# -- aggregates --------------------------------------------------------------------------------------------------------


@quick
@given(st.lists(st.tuples(st.none() | TEXT, st.none() | st.integers(-5, 5)), max_size=12, unique_by=lambda p: p[1]))
def test_max_by_leaves_null_out(session: Session, pairs: list[tuple[str | None, int | None]]) -> None:
    session.bind_arrow(
        "t", pa.table({"x": texts([p[0] for p in pairs]), "n": pa.array([p[1] for p in pairs], pa.int64())})
    )
    known = sorted((n, x) for x, n in pairs if x is not None and n is not None)
    row = session.query(render("select max_by(x, n) as a, min_by(x, n) as b from t")).to_pylist()[0]
    assert (row["a"], row["b"]) == ((known[-1][1], known[0][1]) if known else (None, None))


def test_a_filter_of_a_filter_is_one_for_spark() -> None:
    told = render("select max_by(x, n) filter (where a or b) as z from t", "spark")
    assert told.count("FILTER") == 1
    assert "(NOT x IS NULL AND NOT n IS NULL) AND (a OR b)" in told


# -- parameters --------------------------------------------------------------------------------------------------------


@quick
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_a_text_parameter_is_always_one_value(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    with DuckDB(Path(tmp_path_factory.mktemp("s"))).session() as session:
        sql = render("select coalesce(:v, '') as v, length(:v) as n", parameters={"v": value})
        assert session.query(sql).to_pylist() == [{"v": value, "n": len(value)}]


def test_parameters_have_types() -> None:
    given_ = {"d": dt.date(2024, 2, 29), "t": dt.datetime(2024, 1, 1, 2, 3), "i": 7, "f": 0.5, "b": True, "n": None}
    told = render("select concat(:d, :t, :i, :f, :b, :n) as z", parameters=given_)
    assert "CAST('2024-02-29' AS DATE)" in told
    assert "CAST('2024-01-01 02:03:00' AS TIMESTAMP)" in told
    on_spark = render("select coalesce(:t, x) as z from t", "spark", given_)
    assert "CAST('2024-01-01 02:03:00' AS TIMESTAMP_NTZ)" in on_spark  # TIMESTAMP has a zone there
    with pytest.raises(DefinitionError, match="no value for a, b"):
        render("select length(:a) as a, length(:b) as b")
