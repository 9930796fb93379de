"""Text: regular expressions, parts of a text and joining, where engines differ on NULL, zero or how many"""

from __future__ import annotations

import re

from sqlglot import exp


def replaced(node: exp.Expression, engine: str) -> exp.Expression:
    """`regexp_replace(x, p, r)` replaces the first hit, with 'g' every one. Spark always replaces every one."""
    if engine == "duckdb":
        return node
    every = "g" in (node.args.get("modifiers") or exp.Literal.string("")).name
    if every:
        arguments = [node.this, node.expression, _dollars(node.args["replacement"])]
        return exp.Anonymous(this="REGEXP_REPLACE", expressions=arguments)
    # A lazy prefix, kept as group 1, and the rest of the text as the last group: one replacement, of the first hit.
    pattern, replacement = node.expression.name, _dollars(node.args["replacement"], shift=1).name
    groups = re.compile(pattern).groups
    whole = exp.Literal.string(
        f"(?s)^(.*?)(?:{pattern})(.*)$" if not pattern.startswith("^") else f"(?s)^()(?:{pattern[1:]})(.*)$"
    )
    text = exp.Literal.string(f"$1{replacement}${groups + 2}")
    return exp.Anonymous(this="REGEXP_REPLACE", expressions=[node.this, whole, text])


def extracted(node: exp.Expression, engine: str) -> exp.Expression:
    """`regexp_extract(x, p, n)`: group n, 0 (the whole hit) when it is not said; no hit gives ''."""
    if engine == "duckdb":
        return node
    group = node.args.get("group") or exp.Literal.number(0)
    return exp.Anonymous(this="REGEXP_EXTRACT", expressions=[node.this, node.expression, group])


def matched(node: exp.Expression, engine: str) -> exp.Expression:
    return node if engine == "duckdb" else exp.RegexpLike(this=node.this, expression=node.expression)


def joined(node: exp.Expression, engine: str) -> exp.Expression:
    """`concat(a, b)` reads NULL as ''; Spark's gives NULL, so each part says so itself."""
    if engine == "duckdb":
        return node
    parts = [p if p.is_string else exp.Coalesce(this=p, expressions=[exp.Literal.string("")]) for p in node.expressions]
    return exp.Anonymous(this="CONCAT", expressions=parts)


def parted(node: exp.Expression, engine: str) -> exp.Expression:
    """`split_part(x, '|', n)`: part n from 1, '' past the end, on both."""
    if engine == "duckdb":
        return node
    return exp.Anonymous(this="SPLIT_PART", expressions=[node.this, node.args["delimiter"], node.args["part_index"]])


def _dollars(replacement: exp.Expression, shift: int = 0) -> exp.Literal:
    """Group references as Java writes them: \\1 becomes $1, a literal $ is escaped."""
    text = replacement.name.replace("$", r"\$")
    return exp.Literal.string(re.sub(r"\\([0-9])", lambda hit: f"${int(hit[1]) + shift}", text))


NODES = {
    exp.RegexpReplace: replaced, exp.RegexpExtract: extracted, exp.RegexpLike: matched, exp.Concat: joined,
    exp.SplitPart: parted,
}  # fmt: skip
