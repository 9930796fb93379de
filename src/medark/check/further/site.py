"""Rules of the site: what a hospital asks of its own data, written down in quality/*.toml and run as the others are"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from medark.check.checks import CATEGORIES, Check, Kind
from medark.check.further.checks import ORIGIN, check_of
from medark.errors import DefinitionError
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.sql.linter import checked
from medark.sql.query import parse
from medark.sql.relations import cte_of

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SEVERITIES: Final = ("fatal", "convention", "characterization")
_TEXTS: Final = (
    "title", "title_zh", "category", "severity", "table", "where", "violates", "definition", "owner", "source",
)  # fmt: skip
_LONGEST: Final = 4000  # characters of one text


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Of rows: `violates` is true of a row (`t`) of `table` that breaks it, among those of which `where` is;
    or of a definition: `definition` names a Dataset of a Python file beside, whose column `violates` says it.
    """

    id: str
    title: str
    title_zh: str = ""
    category: str = "plausibility"
    severity: str = "convention"
    table: str = ""
    where: str = ""
    violates: str = ""
    definition: str = ""  # file.py:name
    threshold: float = 0.0
    owner: str = ""
    source: str = ""

    def check(self, language: str) -> Check:
        """The rule as a check, titled in a language."""
        base = check_of("rule", self.table or "site", "", self.source, self.id, self.threshold)
        title = self.title_zh if language == "zh" and self.title_zh else self.title
        kind = Kind("rule", "table", self.category, "validation", self.severity, title)
        return Check(
            base.id, kind, base.table, value=self.id, threshold=self.threshold, source=self.source, family="site",
            owner=self.owner,
        )  # fmt: skip


def rule_of(name: str, told: object, file: str) -> Rule:
    """A rule of a file, as TOML has it. DefinitionError says what is wrong with it."""
    where: dict[str, str] = {"file": file, "rule": name[:60]}
    if not _ID.fullmatch(name) or not isinstance(told, Mapping):
        raise DefinitionError("a rule is a table with a plain name", fix="write [potassium_range]", **where)
    for key, value in told.items():
        is_text = key in _TEXTS and isinstance(value, str) and len(value) <= _LONGEST
        is_number = key == "threshold" and isinstance(value, int | float) and 0 <= value <= 100
        if not is_text and not is_number:
            raise DefinitionError("a rule has no such key, or no such value", fix=_KEYS, key=str(key)[:60], **where)
    found = Rule(name, **{**told, "title": told.get("title", "")})
    if not found.title or found.category not in CATEGORIES or found.severity not in _SEVERITIES:
        raise DefinitionError("a rule has a title, and a category and severity that there are", fix=_KEYS, **where)
    if bool(found.definition) == bool(found.violates) or (found.violates and found.table not in _lake_tables()):
        raise DefinitionError(
            "a rule is of the rows of a table of the lake (table, violates), or of a definition", fix=_KEYS, **where
        )
    if found.violates:
        counting(found)
    return found


_KEYS: Final = (
    'title = "…", table = "measurement", violates = "t.value_as_number > 15"; where, threshold, category, severity, '
    "owner, source, title_zh, definition"
)


def _lake_tables() -> set[str]:
    return set(tables()) - set(VOCABULARY_TABLES)


def counting(rule: Rule) -> str:
    """The query that counts a rule of rows: `n` rows, `bad` of them that break it. DefinitionError where a condition is
    none, is not portable, or asks what is no table of OMOP.
    """
    rows = f"from {rule.table} as t {ORIGIN} where {_among(rule)}"
    return f"select sum(r.n) as n, sum(r.bad) as bad from (select 1 as n, 0 as bad {rows} union all {_bad(rule)}) as r"


def _bad(rule: Rule) -> str:
    return f"select 0 as n, 1 as bad {breaking(rule)}"


def breaking(rule: Rule) -> str:
    """FROM and WHERE of the rows (`t`) that break a rule."""
    return f"from {rule.table} as t {ORIGIN} where {_among(rule)} and ({_condition(rule, rule.violates)})"


def _among(rule: Rule) -> str:
    return f"({_condition(rule, rule.where)})" if rule.where else "1 = 1"


def _condition(rule: Rule, told: str) -> str:
    """One condition, as the parser understood it: nothing that was written can reach beyond it."""
    query = parse(f"select 1 as n from {rule.table} as t where ({told})")
    tree = query.tree
    parts = {name for name, value in tree.args.items() if value}
    if not isinstance(tree, exp.Select) or not parts <= {"kind", "expressions", "from_", "from", "where"}:
        raise DefinitionError("a condition is one condition and nothing else", fix=_KEYS, rule=rule.id)
    checked(query)
    names = {table.name.lower() for table in tree.find_all(exp.Table) if cte_of(table) is None}
    if not names <= set(tables()):
        raise DefinitionError("a condition asks tables of OMOP alone", fix="medark map WS shows them", rule=rule.id)
    if any(join for join in tree.find_all(exp.Join)):
        raise DefinitionError("a condition joins nothing", fix="write EXISTS (SELECT …)", rule=rule.id)
    _known_columns(rule, tree)
    return str(tree.args["where"].this.sql(dialect="duckdb"))


def _known_columns(rule: Rule, tree: exp.Select) -> None:
    """Columns of `t` are columns of the table: what is misspelt is said when it is written, not when it runs."""
    there = {column.name for column in lake_columns(rule.table)}
    for column in tree.find_all(exp.Column):
        if column.table == "t" and column.name.lower() not in there:
            raise DefinitionError("the table has no such column", fix="medark map WS TABLE", column=column.name[:60])


def unsound() -> Check:
    """The check of the rules themselves: how many of them can't be run."""
    return check_of("ruleUnsound", "site")
