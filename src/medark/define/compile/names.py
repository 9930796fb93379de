"""Names in texts: the first hit of all names, and by one join the code of that one"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from medark.define.compile.draft import Draft, name_rows
from medark.define.compile.expressions import hit
from medark.define.kinds import Kind
from medark.define.nodes import CodeOf, Value


class Names:
    """The names that texts of one SELECT are looked through for: each list of them is joined once for each text."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._aliases: dict[CodeOf, str] = {}

    def held(self, value: CodeOf) -> exp.Expr:
        """The column that holds the code."""
        alias = self._aliases.setdefault(value, f"c{len(self._aliases) + 1}")
        return exp.column("code_text" if value.kind is Kind.TEXT else "code_no", table=alias)

    def joins(self, write: Callable[[Value], exp.Expr]) -> list[exp.Join]:
        """The joins that make those columns."""
        made: dict[CodeOf, exp.Join] = {}
        while left := [value for value in self._aliases if value not in made]:  # to write one may ask for others
            for value in left:
                alias = self._aliases[value]
                found = exp.column("name", table=alias).eq(hit(value, write(value.value)))
                rows = name_rows(self._draft.name_list(value.codes), alias)
                made[value] = exp.Join(this=rows, on=found, side="LEFT")
        return list(made.values())
