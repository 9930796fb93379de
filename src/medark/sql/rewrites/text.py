"""Text: regular expressions, parts of a text and joining, where engines differ on NULL, zero or how many"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from medark.errors import DefinitionError
from medark.sql.kinds import Kind, kind_of
from medark.sql.patterns import BLANKS, groups, java
from medark.sql.query import place
from medark.sql.rewrites import guards


def replaced(node: exp.Expr, engine: str) -> exp.Expr:
    """`regexp_replace(x, p, r)` replaces the first hit, with 'g' every one. Spark always replaces every one."""
    if engine == "duckdb":
        return node
    pattern, text = _pattern(node), _dollars(node.args["replacement"])
    if "g" not in (node.args.get("modifiers") or exp.Literal.string("")).name:
        # A lazy prefix, kept as group 1, and the rest of the text as the last group: one replacement, of the first hit.
        text = _dollars(node.args["replacement"], shift=1)
        text = exp.Literal.string(f"$1{text.name}${groups(node.expression.name) + 2}")
        pattern = exp.Literal.string(rf"(?s)^(.*?)(?:{pattern.name})(.*)\z")
    return exp.Anonymous(this="REGEXP_REPLACE", expressions=[node.this, pattern, text])


def extracted(node: exp.Expr, engine: str) -> exp.Expr:
    """`regexp_extract(x, p, n)`: group n, 0 (the whole hit) when it is not said; no hit gives ''."""
    if engine == "duckdb":
        return node
    group = node.args.get("group") or exp.Literal.number(0)
    return exp.Anonymous(this="REGEXP_EXTRACT", expressions=[node.this, _pattern(node), group])


def matched(node: exp.Expr, engine: str) -> exp.Expr:
    """`regexp_matches(x, p)`: is there a hit anywhere?"""
    return node if engine == "duckdb" else exp.RegexpLike(this=node.this, expression=_pattern(node))


def joined(node: exp.Expr, engine: str) -> exp.Expr:
    """`concat(a, b)` reads NULL as ''; Spark's gives NULL, so each part says so itself."""
    if engine == "duckdb":
        return node
    parts = [part if part.is_string else _or_nothing(part) for part in node.expressions]
    return exp.Anonymous(this="CONCAT", expressions=parts)


def _or_nothing(part: exp.Expr) -> exp.Expr:
    said = part if kind_of(part) is Kind.TEXT else exp.cast(guards.text(part), "STRING")
    return exp.Coalesce(this=said, expressions=[exp.Literal.string("")])


def trimmed(node: exp.Expr, engine: str) -> exp.Expr:
    """`trim(x)` takes blanks of every width from both ends; Spark's knows only the one of ASCII."""
    if engine == "duckdb":
        return node
    return exp.Trim(this=node.this, expression=exp.Literal.string(BLANKS), position="BOTH")


def measured(node: exp.Expr, engine: str) -> exp.Expr:
    """`length(x)` counts characters, as BIGINT."""
    return exp.cast(node.copy(), "BIGINT") if engine == "spark" else node


def parted(node: exp.Expr, engine: str) -> exp.Expr:
    """`split_part(x, '|', n)`: part n from 1, '' past the end, on both."""
    if engine == "duckdb":
        return node
    return exp.Anonymous(this="SPLIT_PART", expressions=[node.this, node.args["delimiter"], node.args["part_index"]])


def _pattern(node: exp.Expr) -> exp.Literal:
    """The pattern in Java's words. DefinitionError if it is not written out."""
    if not node.expression.is_string:
        raise DefinitionError("a regular expression is written out", fix="write it as a text", **place(node))
    return exp.Literal.string(java(node.expression.name))


def _dollars(replacement: exp.Expr, shift: int = 0) -> exp.Literal:
    """Group references as Java writes them: \\1 becomes $1, a literal $ is escaped."""
    text = replacement.name.replace("$", r"\$")
    return exp.Literal.string(re.sub(r"\\([0-9])", lambda hit: f"${int(hit[1]) + shift}", text))


NODES: dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]] = {
    exp.RegexpReplace: replaced, exp.RegexpExtract: extracted, exp.RegexpLike: matched, exp.Concat: joined,
    exp.SplitPart: parted, exp.Trim: trimmed, exp.Length: measured,
}  # fmt: skip
