"""Times: ISO 8601 text of any precision to a timestamp in a zone, how precise it was, and date arithmetic"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from medark.errors import DefinitionError
from medark.sql.patterns import BLANKS
from medark.sql.query import place
from medark.sql.rewrites.template import Template

_DAY = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"
_HOUR = "(?:[01][0-9]|2[0-3])"
_FRACTION = r"(?:\.[0-9]{1,9})?"
_CLOCK = f"[ T]{_HOUR}:[0-5][0-9](?::[0-5][0-9]{_FRACTION})?"
_OFFSET = "(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_SHAPES = (
    "[12][0-9]{3}(?:-[0-9]{2})?",  # 2023, 2023-10
    f"{_DAY}(?:[ T]{_HOUR}(?::[0-5][0-9](?::[0-5][0-9]{_FRACTION})?)?{_OFFSET}?)?",
    f"[12][0-9]{{5}}(?:[0-9]{{2}}(?:{_HOUR}(?:[0-5][0-9](?:[0-5][0-9]{_FRACTION})?)?)?{_OFFSET}?)?",  # 202310 …
)
# Local forms are told from one another by length, so each regular expression runs on few rows; a time that has none
# of the usual forms takes the general path at the end. A day without a time is that day in every zone: never moved.
in_zone = Template(
    "in_zone",
    ("text", "source_zone", "target_zone"),
    literals={
        "extended_day": _DAY,
        "extended": _DAY + _CLOCK,
        "extended_offset": _DAY + _CLOCK + _OFFSET,
        "basic_day": "[12][0-9]{7}",
        "basic_minute": "[12][0-9]{11}",
        "basic_second": "[12][0-9]{13}",
        "basic_offset": "[12][0-9]{13}[+-](?:0[0-9]|1[0-4])[0-5][0-9]",
        "shape": f"^(?:{'|'.join(_SHAPES)})$",
        # In three alternatives, so that -10 of 2023-10 is never an offset.
        "head": f"^(?:{_DAY}(?:[ T][0-9]{{2}}(?::[0-9]{{2}}(?::[0-9]{{2}})?)?)?|[0-9]{{4}}-[0-9]{{2}}|[0-9]{{4,14}})",
        "tail": "^(?:[0-9]{10,14}|[0-9-]{10}[ T][0-9:]+)(?:[.][0-9]+)?(Z|[+-][0-9:]+)$",
        "blanks": BLANKS,
        "missing": "00000101000000",  # the first of January, midnight
        "groups": "^(....)(..)(..)(..)(..)(..)$",
    },
    pieces={
        "duckdb": {
            "digits": "REGEXP_REPLACE(REGEXP_EXTRACT(TRIM(:text), :head), '[^0-9]', '', 'g')",
            "padded": "CONCAT(:digits, SUBSTRING(:missing, LENGTH(:digits) + 1))",
            "local": r"CONCAT(REGEXP_REPLACE(:padded, :groups, '\1-\2-\3 \4:\5:\6'),"
            r" REGEXP_EXTRACT(TRIM(:text), '[.][0-9]+'))",
            "offset": "REGEXP_EXTRACT(TRIM(:text), :tail, 1)",
        },
        "spark": {
            "digits": "REGEXP_REPLACE(REGEXP_EXTRACT(TRIM(BOTH :blanks FROM :text), :head, 0), '[^0-9]', '')",
            "padded": "CONCAT(:digits, SUBSTRING(:missing, LENGTH(:digits) + 1, 14))",
            "stamp": r"TRY_CAST(CONCAT(REGEXP_REPLACE(:padded, :groups, '$1-$2-$3 $4:$5:$6'),"
            r" REGEXP_EXTRACT(TRIM(BOTH :blanks FROM :text), '[.][0-9]{1,6}', 0)) AS TIMESTAMP_NTZ)",
            "offset": "REGEXP_EXTRACT(TRIM(BOTH :blanks FROM :text), :tail, 1)",
            "offset_digits": "RPAD(REGEXP_REPLACE(:offset, '[^0-9]', ''), 4, '0')",
            "minutes": "CASE WHEN :offset LIKE '-%' THEN -1 ELSE 1 END"
            " * (CAST(SUBSTRING(:offset_digits, 1, 2) AS INT) * 60 + CAST(SUBSTRING(:offset_digits, 3, 2) AS INT))",
        },
    },
    duckdb="""CASE
      WHEN LENGTH(:text) = 10 AND REGEXP_FULL_MATCH(:text, :extended_day) THEN TRY_CAST(:text AS TIMESTAMP)
      WHEN LENGTH(:text) BETWEEN 16 AND 19 AND REGEXP_FULL_MATCH(:text, :extended)
        THEN moved(TRY_CAST(:text AS TIMESTAMP), :source_zone, :target_zone)
      WHEN SUBSTRING(:text, 5, 1) = '-' AND REGEXP_FULL_MATCH(:text, :extended_offset)
        THEN TIMEZONE(:target_zone, TRY_CAST(:text AS TIMESTAMPTZ))
      WHEN SUBSTRING(:text, 5, 1) = '-' AND REGEXP_FULL_MATCH(:text, :extended)
        THEN moved(TRY_CAST(:text AS TIMESTAMP), :source_zone, :target_zone)
      WHEN LENGTH(:text) = 14 AND REGEXP_FULL_MATCH(:text, :basic_second)
        THEN moved(TRY_STRPTIME(:text, '%Y%m%d%H%M%S'), :source_zone, :target_zone)
      WHEN LENGTH(:text) = 12 AND REGEXP_FULL_MATCH(:text, :basic_minute)
        THEN moved(TRY_STRPTIME(:text, '%Y%m%d%H%M'), :source_zone, :target_zone)
      WHEN LENGTH(:text) = 8 AND REGEXP_FULL_MATCH(:text, :basic_day) THEN TRY_STRPTIME(:text, '%Y%m%d')
      WHEN LENGTH(:text) = 19 AND REGEXP_FULL_MATCH(:text, :basic_offset)
        THEN TIMEZONE(:target_zone, TRY_STRPTIME(:text, '%Y%m%d%H%M%S%z'))
      WHEN NOT REGEXP_MATCHES(TRIM(:text), :shape) THEN NULL
      WHEN LENGTH(:digits) <= 8 THEN TRY_CAST(:local AS TIMESTAMP)
      WHEN :offset <> '' THEN TIMEZONE(:target_zone, TRY_CAST(CONCAT(:local, :offset) AS TIMESTAMPTZ))
      ELSE moved(TRY_CAST(:local AS TIMESTAMP), :source_zone, :target_zone) END""",
    spark="""CASE
      WHEN NOT TRIM(BOTH :blanks FROM :text) RLIKE :shape THEN NULL
      WHEN LENGTH(:digits) <= 8 THEN :stamp
      WHEN :offset <> ''
        THEN CONVERT_TIMEZONE('UTC', :target_zone, :stamp - MAKE_DT_INTERVAL(0, 0, :minutes, 0))
      ELSE moved(:stamp, :source_zone, :target_zone) END""",
)

# A local time that is there twice, when clocks are put back, is the later one (ICU's choice, and so DuckDB's). Java
# takes the earlier: so the offset of three hours on is tried, and holds where it gives this local time again.
_moved = Template(
    "moved",
    ("local", "source_zone", "target_zone"),
    pieces={
        "spark": {
            "early": "CONVERT_TIMEZONE(:source_zone, 'UTC', :local)",
            "soon": ":early + INTERVAL '3' HOUR",
            "late": ":local - (CONVERT_TIMEZONE('UTC', :source_zone, :soon) - (:soon))",
            "instant": "CASE WHEN CONVERT_TIMEZONE('UTC', :source_zone, :late) = :local THEN :late ELSE :early END",
        }
    },
    duckdb="TIMEZONE(:target_zone, TIMEZONE(:source_zone, :local))",
    spark="CONVERT_TIMEZONE('UTC', :target_zone, :instant)",
)


def moved(node: exp.Expr, engine: str) -> exp.Expr:
    """A local time of one zone as the local time of another; the same zone twice costs nothing."""
    local, source, target = node.expressions
    same = isinstance(source, exp.Literal) and source == target
    return local.copy() if same else _moved.expand((local, source, target), engine)


# How much of a date was said: 4 the year, 7 the month too, 10 the day too (the length of its extended form).
_DATE_LENGTH = """CASE
  WHEN SUBSTRING(:text, 5, 1) = '-' AND LENGTH(:text) >= 10 THEN 10
  WHEN SUBSTRING(:text, 5, 1) = '-' THEN 7
  WHEN LENGTH(:text) >= 8 THEN 10
  WHEN LENGTH(:text) >= 6 THEN 7
  WHEN LENGTH(:text) >= 4 THEN 4 END"""
date_length = Template("date_length", ("text",), duckdb=_DATE_LENGTH)
is_partial_date = Template(
    "is_partial_date", ("text",), duckdb=":length < 10", spark=":length < 10",
    pieces={"duckdb": {"length": _DATE_LENGTH}, "spark": {"length": _DATE_LENGTH}},
)  # fmt: skip
# Is there a time of day? FALSE for a day alone, with or without an offset; NULL for NULL.
has_time = Template(
    "has_time",
    ("text",),
    literals={"clock": "^[0-9]{10}"},
    duckdb="""CASE WHEN SUBSTRING(:text, 5, 1) = '-' THEN SUBSTRING(:text, 11, 1) IN (' ', 'T')
      ELSE REGEXP_MATCHES(:text, :clock) END""",
    spark="""CASE WHEN SUBSTRING(:text, 5, 1) = '-' THEN SUBSTRING(:text, 11, 1) IN (' ', 'T')
      ELSE :text RLIKE :clock END""",
)


def date_diff(node: exp.Expr, engine: str) -> exp.Expr:
    """Whole days between two dates. Other units count boundaries on one engine and elapsed time on another."""
    unit = node.args.get("unit")
    if unit is None or unit.name.upper() != "DAY":
        raise DefinitionError("date_diff is portable in days only", fix="date_diff('day', a, b)", **place(node))
    later, earlier = (exp.cast(node.args[side], "DATE") for side in ("this", "expression"))
    if engine == "spark":
        return exp.cast(exp.Anonymous(this="DATEDIFF", expressions=[later, earlier]), "BIGINT")
    return exp.DateDiff(this=later, expression=earlier, unit=exp.var("DAY"), date_part_boundary=True)


def part(node: exp.Expr, engine: str) -> exp.Expr:
    """`extract(year FROM x)` is a BIGINT."""
    return exp.cast(node.copy(), "BIGINT") if engine == "spark" else node


_DUCKDB = "DATE_DIFF('microsecond', CAST(:earlier AS TIMESTAMP), CAST(:later AS TIMESTAMP))"
_SPARK = "(UNIX_MICROS(CAST(:later AS TIMESTAMP)) - UNIX_MICROS(CAST(:earlier AS TIMESTAMP)))"
# Time that went by between two times (a date is its midnight), negative if the first is the later one.
microseconds_between = Template("microseconds_between", ("earlier", "later"), duckdb=_DUCKDB, spark=_SPARK)
# The same in whole seconds, cut off towards zero.
seconds_between = Template(
    "seconds_between", ("earlier", "later"), duckdb=f"{_DUCKDB} // 1000000", spark=f"{_SPARK} DIV 1000000"
)
# Years, months that are complete between two days: whoever is born on 29 February turns one on 1 March.
_COMPLETED = """CAST({} - CASE WHEN {} < {} THEN 1 ELSE 0 END AS BIGINT)"""
_YEARS, _MONTHS, _DAYS = (
    f"EXTRACT({unit} FROM :later) - EXTRACT({unit} FROM :earlier)" for unit in ("YEAR", "MONTH", "DAY")
)
_LATER, _EARLIER = (f"EXTRACT(MONTH FROM :{day}) * 100 + EXTRACT(DAY FROM :{day})" for day in ("later", "earlier"))
completed_years = Template("completed_years", ("earlier", "later"), duckdb=_COMPLETED.format(_YEARS, _LATER, _EARLIER))
completed_months = Template(
    "completed_months", ("earlier", "later"), duckdb=_COMPLETED.format(f"({_YEARS}) * 12 + {_MONTHS}", _DAYS, "0")
)

# The day of a year, month and day; NULL where there is no such day, or the year is not one of 1 to 9999.
_IS_DAY = """:y BETWEEN 1 AND 9999 AND :m BETWEEN 1 AND 12 AND :d BETWEEN 1 AND CASE
  WHEN :m = 2 AND (:y % 400 = 0 OR (:y % 4 = 0 AND :y % 100 <> 0)) THEN 29
  WHEN :m = 2 THEN 28 WHEN :m IN (4, 6, 9, 11) THEN 30 ELSE 31 END"""
date_of = Template(
    "date_of",
    ("y", "m", "d"),
    duckdb=f"CASE WHEN {_IS_DAY} THEN MAKE_DATE(CAST(:y AS BIGINT), CAST(:m AS BIGINT), CAST(:d AS BIGINT)) END",
    spark=f"CASE WHEN {_IS_DAY} THEN MAKE_DATE(CAST(:y AS INT), CAST(:m AS INT), CAST(:d AS INT)) END",
)

# A day or time of the years 1 to 9999; NULL past them, where engines go on, each as far as it can.
in_calendar = Template("in_calendar", ("x",), duckdb="CASE WHEN EXTRACT(YEAR FROM :x) BETWEEN 1 AND 9999 THEN :x END")


def local_type(node: exp.Expr, engine: str) -> exp.Expr:
    """A time without a zone is TIMESTAMP_NTZ on Spark. The parser does so, but not for a time given as a parameter."""
    return exp.DataType.build("TIMESTAMPNTZ") if engine == "spark" and node.is_type("timestamp") else node


FUNCTIONS: dict[str, Callable[[exp.Expr, str], exp.Expr]] = {
    "in_zone": in_zone, "moved": moved, "date_length": date_length, "is_partial_date": is_partial_date,
    "has_time": has_time, "microseconds_between": microseconds_between, "seconds_between": seconds_between,
    "completed_years": completed_years, "completed_months": completed_months, "date_of": date_of,
    "in_calendar": in_calendar,
}  # fmt: skip
NODES: dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]] = {
    exp.DateDiff: date_diff,
    exp.DataType: local_type,
    exp.Extract: part,
}
