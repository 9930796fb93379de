"""Functions of numbers, text and times, and aggregates"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from medark.sql import patterns
from medark.sql.kinds import NUMBERS, TIMES, Kind, is_interval, kind_of, of_type
from medark.sql.portable.allowed import Allowed, Fault, allowed, text_literal, whole_literal
from medark.sql.rewrites import BY_NAME
from medark.sql.rewrites.template import Template

PARTS = ("YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE")
TRUNCATED = ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY")
STEPS = ("YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")


def _of_number(node: exp.Expr) -> Iterator[Fault]:
    if kind_of(node.this) not in (*NUMBERS, Kind.NOTHING, None):
        yield Fault(f"{node.key}() of {kind_of(node.this)}", "write finite_number(text)")


def _substring(node: exp.Expr) -> Iterator[Fault]:
    start, length = node.args.get("start"), node.args.get("length")
    first = whole_literal(start)
    if first is not None and first < 1:
        yield Fault("a substring from place 0 or from the end differs", "start at 1")
    if (count := whole_literal(length)) is not None and count < 0:
        yield Fault("a substring of negative length differs", "write a length of 0 or more")
    if first is None and kind_of(start) is not Kind.WHOLE:
        yield Fault("a substring starts at a whole number", "write length(…) + 1, or a number")


def _part(node: exp.Expr) -> Iterator[Fault]:
    number = whole_literal(node.args.get("part_index"))
    if number is None or number < 1 or not text_literal(node.args.get("delimiter")):
        yield Fault("split_part takes a delimiter and a place from 1, written out", "write split_part(x, '|', 1)")


def _literal_arguments(node: exp.Expr) -> Iterator[Fault]:
    if not all(text_literal(argument) for argument in (node.args.get("from_"), node.expression) if argument):
        yield Fault("translate takes letters written out", "write translate(x, 'ab', 'xy')")


def _pattern(node: exp.Expr) -> Iterator[Fault]:
    pattern = text_literal(node.expression)
    if pattern is None:
        yield Fault("a regular expression is written out", "write it as a text")
        return
    for what in patterns.faults(pattern):
        yield Fault(f"this regular expression is not read alike: {what}", "see docs/reference/sql.md")
    group = node.args.get("group")
    if group is not None and not 0 <= (whole_literal(group) or 0) <= _groups(pattern):
        yield Fault("the pattern has no such group", "number groups from 1; 0 is the whole hit")


def _replaced(node: exp.Expr) -> Iterator[Fault]:
    yield from _pattern(node)
    pattern, flags = text_literal(node.expression), node.args.get("modifiers")
    replacement = text_literal(node.args.get("replacement"))
    if replacement is None:
        yield Fault("the replacement is written out", "write it as a text")
    elif pattern is not None and not _refers(replacement, _groups(pattern)):
        yield Fault("a backslash in a replacement names a group of the pattern", r"write \1 for the first group")
    if flags is not None and text_literal(flags) not in ("g", ""):
        yield Fault("the only flag that is portable is 'g'", "write 'g', or none for the first hit")
    if pattern is not None and not any(patterns.faults(pattern)) and patterns.matches_nothing(pattern):
        yield Fault("a pattern that can match nothing is replaced in other places", "write + for *, say what is there")


def _refers(replacement: str, groups: int) -> bool:
    """Does each backslash stand before the number of a group?"""
    after = re.findall(r"\\(.?)", replacement, re.DOTALL)
    return all(letter.isdigit() and int(letter) <= groups for letter in after)


def _groups(pattern: str) -> int:
    return 0 if any(patterns.faults(pattern)) else patterns.groups(pattern)


def _extract(node: exp.Expr) -> Iterator[Fault]:
    if node.this.name.upper() not in PARTS:
        yield Fault(
            f"the {node.this.name.lower()} of a time differs between engines", f"use {', '.join(PARTS).lower()}"
        )


def _date_diff(node: exp.Expr) -> Iterator[Fault]:
    unit = node.args.get("unit")
    if unit is None or unit.name.upper() != "DAY":
        yield Fault(
            "date_diff counts boundaries here and elapsed time there",
            "write date_diff('day', a, b), seconds_between(a, b), completed_months(a, b) or completed_years(a, b)",
        )


def _truncated(node: exp.Expr) -> Iterator[Fault]:
    outside = node.parent
    is_date = isinstance(outside, exp.Cast) and of_type(outside.args["to"]) is Kind.DAY
    if not is_date or node.args["unit"].name.upper() not in TRUNCATED:
        yield Fault("date_trunc gives another type on each engine", "write CAST(date_trunc('month', x) AS DATE)")


def _interval(node: exp.Expr) -> Iterator[Fault]:
    unit = node.args.get("unit")
    if unit is None or unit.name.upper() not in STEPS or not _is_whole_text(node.this):
        yield Fault("an interval is a whole number of one unit", "write INTERVAL 1 DAY, n * INTERVAL 1 DAY")
    top: exp.Expr = node
    while isinstance(top.parent, exp.Paren | exp.Mul) and top.parent is not None:
        factor = top.parent.expression if top.parent.this is top else top.parent.this
        if isinstance(top.parent, exp.Mul) and kind_of(factor) is not Kind.WHOLE:
            yield Fault("an interval taken a fraction of times differs", "take round(x), floor(x) or a cast of them")
        top = top.parent
    if not isinstance(top.parent, exp.Add | exp.Sub) or not _typed(top.parent):
        yield Fault(
            "a time moved by an interval is another type on each engine", "write CAST(day + INTERVAL 1 DAY AS DATE)"
        )


def _is_whole_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and node.name.lstrip("-").isdigit()


def _typed(moved: exp.Expr) -> bool:
    """Is the type of a moved time the same everywhere: a timestamp, or said by a cast around it?"""
    if kind_of(moved) is Kind.MOMENT:
        return True
    around = moved.parent
    while isinstance(around, exp.Paren) or (isinstance(around, exp.Add | exp.Sub) and is_interval(around.expression)):
        around = around.parent
    return isinstance(around, exp.Cast) and of_type(around.args["to"]) in TIMES


def _anonymous(node: exp.Expr) -> Iterator[Fault]:
    rewrite = BY_NAME.get(node.name.lower())
    if rewrite is None:
        yield Fault(f"{node.name.lower()}() is not among the portable functions", "see docs/reference/sql.md")
    elif isinstance(rewrite, Template) and len(node.expressions) != len(rewrite.arguments):
        takes = ", ".join(rewrite.arguments)
        yield Fault(f"{rewrite.name} takes {len(rewrite.arguments)} arguments", f"{rewrite.name}({takes})")


def _summed(node: exp.Expr) -> Iterator[Fault]:
    if kind_of(node.this) not in (*NUMBERS, Kind.NOTHING, None):
        yield Fault(f"{node.key}() of {kind_of(node.this)}", "write CASE WHEN … THEN 1 ELSE 0 END")


def _counted(node: exp.Expr) -> Iterator[Fault]:
    if isinstance(node.this, exp.Distinct) and len(node.this.expressions) != 1:
        yield Fault("count(DISTINCT a, b) treats NULL differently", "count the rows of SELECT DISTINCT a, b")


def _filtered(node: exp.Expr) -> Iterator[Fault]:
    if isinstance(node.parent, exp.Window):
        yield Fault("FILTER in a window is not portable", "write sum(CASE WHEN … THEN x END) OVER (…)")


def _row(node: exp.Expr) -> Iterator[Fault]:
    if not isinstance(node.parent, exp.Max | exp.Min):
        yield Fault(
            "a row as a value is another thing on each engine",
            "name each column; the greatest row is max(struct_pack(a := x))",
        )


def _of_row(node: exp.Expr) -> Iterator[Fault]:
    best = node.this.this if isinstance(node.this, exp.Filter) else node.this
    if not isinstance(best, exp.Max | exp.Min) or text_literal(node.expression) is None:
        yield Fault("a part of a row is taken at once", "write struct_extract(max(struct_pack(a := x)), 'a')")


FUNCTIONS: dict[type[exp.Expr], Allowed] = {
    exp.Abs: allowed("this", _of_number),
    exp.Floor: allowed("this", _of_number),
    exp.Ceil: allowed("this", _of_number),
    exp.Round: allowed("this", _of_number),
    exp.Ln: allowed("this", _of_number),
    exp.Exp: allowed("this", _of_number),
    exp.Pow: allowed("this expression", _of_number),
    exp.Lower: allowed(),
    exp.Upper: allowed(),
    exp.Length: allowed(),
    exp.Trim: allowed(),
    exp.StartsWith: allowed("this expression"),
    exp.EndsWith: allowed("this expression"),
    exp.Contains: allowed("this expression"),
    exp.Replace: allowed("this expression replacement"),
    exp.Translate: allowed("this from_ to", _literal_arguments),
    exp.Substring: allowed("this start length", _substring),
    exp.SplitPart: allowed("this delimiter part_index", _part),
    exp.Concat: allowed("expressions coalesce safe"),
    exp.RegexpLike: allowed("this expression", _pattern),
    exp.RegexpExtract: allowed("this expression group null_if_pos_overflow", _pattern),
    exp.RegexpReplace: allowed("this expression replacement modifiers single_replace", _replaced),
    exp.Extract: allowed("this expression", _extract),
    exp.DateDiff: allowed("this expression unit date_part_boundary", _date_diff),
    exp.TimestampTrunc: allowed("this unit", _truncated),
    exp.Interval: allowed("this unit", _interval),
    exp.Anonymous: allowed("this expressions", _anonymous),
    exp.Sum: allowed("this", _summed),
    exp.Avg: allowed("this", _summed),
    exp.Min: allowed(),
    exp.Max: allowed(),
    exp.Count: allowed("this big_int", _counted),
    exp.ApproxDistinct: allowed(),  # approximate everywhere, and by its name: engines need not agree to the last row
    exp.LogicalOr: allowed(),
    exp.LogicalAnd: allowed(),
    exp.ArgMax: allowed("this expression"),
    exp.ArgMin: allowed("this expression"),
    exp.Filter: allowed("this expression", _filtered),
    exp.Struct: allowed("expressions", _row),
    exp.PropertyEQ: allowed("this expression"),
    exp.StructExtract: allowed("this expression", _of_row),
}
