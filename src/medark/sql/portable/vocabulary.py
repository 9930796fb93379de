"""The whole list, what constructs are called, and the portable way to write what is refused"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from medark.sql.portable.allowed import Allowed
from medark.sql.portable.clauses import CLAUSES
from medark.sql.portable.functions import FUNCTIONS
from medark.sql.portable.values import VALUES

ALLOWED: Mapping[type[exp.Expr], Allowed] = MappingProxyType({**CLAUSES, **VALUES, **FUNCTIONS})

_NOW = "pass the day in as a parameter: CAST(:today AS DATE)"
_ONE_VALUE = "max_by(x, key), or number the rows with row_number()"
_MIDDLE = "number the rows with row_number() and take the middle ones"
_JSON = "take what is needed out of JSON while standardising"
# Of a refused construct (its class, or the part of one), the portable way to write it.
INSTEAD: Mapping[str, str] = MappingProxyType({
    "ArrayAgg": _ONE_VALUE, "GroupConcat": _ONE_VALUE, "First": _ONE_VALUE, "AnyValue": _ONE_VALUE, "Last": _ONE_VALUE,
    "PercentileCont": _MIDDLE, "PercentileDisc": _MIDDLE, "Median": _MIDDLE, "Quantile": _MIDDLE,
    "WithinGroup": _MIDDLE, "Mode": "count the rows of each value, then row_number() by count and value",
    "CurrentDate": _NOW, "CurrentTimestamp": _NOW, "CurrentTime": _NOW, "Localtimestamp": _NOW,
    "Rand": "key_hash(key) orders rows the same each time", "Uuid": "key_hash(key)",
    "DayOfWeek": "date_diff('day', DATE '2024-01-01', x) counts from a Monday",
    "DayOfWeekIso": "date_diff('day', DATE '2024-01-01', x) counts from a Monday",
    "Year": "extract(year FROM x)", "Month": "extract(month FROM x)", "Day": "extract(day FROM x)",
    "TimeToStr": "CAST(x AS VARCHAR), extract(…)", "StrToTime": "in_zone(text, zone, zone)",
    "TimeToUnix": "date_diff('day', DATE '1970-01-01', x)",
    "JSONExtract": _JSON, "JSONExtractScalar": _JSON, "Lambda": "join the rows of a table",
    "Transform": "join the rows of a table", "Bracket": "join the rows of a table", "KeyValue": "struct_pack(a := x)",
    "Array": "join the rows of a table, or IN (a, b)", "Dot": "name each column",
    "Pivot": "max(CASE WHEN … THEN x END) for each column", "TableSample": "WHERE key_hash(…) % 100 < 10",
    "Lateral": "JOIN (SELECT …) ON", "Unnest": "JOIN a table", "Values": "SELECT 1 AS a UNION ALL SELECT 2",
    "Log": "ln(x)", "Sqrt": "x * x on both sides, or power(x, 0.5)",
    "IntDiv": "floor(a / b)", "Trunc": "floor(x) or ceil(x)",
    "ILike": "lower(x) LIKE 'a%'", "SimilarTo": "regexp_matches(x, '^…$')", "Glob": "LIKE", "Escape": "regexp_matches",
    "RegexpFullMatch": "regexp_matches(x, '^(?:…)$')", "Rollup": "UNION ALL of one GROUP BY each",
    "Cube": "UNION ALL of one GROUP BY each", "GroupingSets": "UNION ALL of one GROUP BY each",
    "ReadCSV": "name a table", "GenerateSeries": "JOIN a table", "Qualify": "number the rows in a subquery, then WHERE",
    "RegexpILike": "regexp_matches(lower(x), …)",
    "ConcatWs": "concat(a, ' ', b)", "Left": "substr(x, 1, n)", "Right": "substr(x, length(x) - n + 1)",
    "StrPosition": "contains(x, 'a'), regexp_matches, or split_part",
    "Grouping": "UNION ALL of one GROUP BY each", "Any": "IN (SELECT …), EXISTS (SELECT …)",
    "All": "NOT EXISTS (SELECT …)", "DateAdd": "CAST(x + INTERVAL 1 DAY AS DATE)", "Columns": "name each column",
    "LastDay": "CAST(date_trunc('month', x) AS DATE) + …", "Ntile": "row_number() and floor(…)",
    "IgnoreNulls": "max_by(x, key) leaves NULL out",
    # parts
    "qualify": "number the rows in a subquery, then WHERE", "sample": "WHERE key_hash(…) % 100 < 10",
    "exclude": "subtract the row itself: sum(x) OVER (…) - x", "except_": "name each column",
    "replace": "name each column",
    "using": "ON a.key = b.key", "method": "JOIN … ON", "recursive": "a table of ancestors, such as concept_ancestor",
    "by_name": "name the columns in one order", "rollup": "UNION ALL of one GROUP BY each",
    "cube": "UNION ALL of one GROUP BY each", "grouping_sets": "UNION ALL of one GROUP BY each",
    "all": "name what to group by", "columns": "name columns with AS", "decimals": "round(x * 100) / 100",
    "count": "row_number() and WHERE", "position": "trim(x), regexp_replace(x, '^a+', '')",
    "db": "name the table alone", "catalog": "name the table alone", "pivots": "max(CASE WHEN … THEN x END)",
    "windows": "write the window out in OVER (…)", "alias": "write the window out in OVER (…)",
    "symmetric": "BETWEEN least(a, b) AND greatest(a, b)", "expressions": "give one argument",
    "materialized": "leave it out", "percent": "count the rows first", "limit_options": "count the rows first",
})  # fmt: skip


def called(kind: type[exp.Expr]) -> str:
    """What people call a construct.

    >>> called(exp.PercentileCont), called(exp.ArrayAgg)
    ('percentile_cont', 'array_agg')
    """
    return kind.sql_name().lower() if issubclass(kind, exp.Func) else kind.key.upper()
