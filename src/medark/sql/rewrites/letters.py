"""Capital and small letters: one letter for one, wherever it stands, on every engine

DuckDB takes letters one by one (Unicode's simple case mapping). Java takes words: ß becomes SS, and a Σ at the end of a
word another small letter than one before it. Letters of scripts that came to Unicode after version 15 (2022) have a
case on Spark and none on DuckDB.
Source: Unicode 15, UnicodeData.txt (simple mappings) and SpecialCasing.txt (those of more than one letter).
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from medark.sql.rewrites.template import Template

# Letters with a capital of several letters in Java, and what DuckDB makes of each.
_MANY = (
    "ßŉǰΐΰևẖẗẘẙẚὐὒὔὖᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯᾲᾳᾴᾶᾷᾼῂῃῄῆῇῌῒ\u1fd3ῖῗῢ\u1fe3ῤῦῧῲῳῴῶῷῼﬀﬁﬂﬃﬄﬅﬆﬓﬔﬕﬖﬗ"
)
_ONE = (
    "ẞŉǰΐΰևẖẗẘẙẚὐὒὔὖᾈᾉᾊᾋᾌᾍᾎᾏᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾨᾩᾪᾫᾬᾭᾮᾯᾲᾼᾴᾶᾷᾼῂῌῄῆῇῌῒ\u1fd3ῖῗῢ\u1fe3ῤῦῧῲῼῴῶῷῼﬀﬁﬂﬃﬄﬅﬆﬓﬔﬕﬖﬗ"
)
_ASIDE = "".join(chr(0x10FF00 + i) for i in range(len(_MANY)))  # the last private plane: no system writes in it

_capitals = Template(
    "capitals",
    ("x",),
    duckdb="UPPER(:x)",
    spark="TRANSLATE(UPPER(TRANSLATE(:x, :many, :aside)), :aside, :one)",
    words={"many": _MANY, "aside": _ASIDE, "one": _ONE},
)
_small = Template("small", ("x",), duckdb="LOWER(:x)", spark="LOWER(TRANSLATE(:x, 'Σİ', 'σi'))")


def upper(node: exp.Expr, engine: str) -> exp.Expr:
    return _capitals.expand((node.this,), engine)


def lower(node: exp.Expr, engine: str) -> exp.Expr:
    return _small.expand((node.this,), engine)


NODES: dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]] = {exp.Upper: upper, exp.Lower: lower}
