"""Somebody who knows an export and answers for it at the prompt of `medark map review`, table by table"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from medark.flows.propose.columns import ColumnShown, choices, columns
from medark.flows.propose.review import Review
from medark.flows.propose.words import bare
from unseen.world import Truth


@dataclass(slots=True)
class Reviewer:
    """What is typed of each table: its kind where that is wrong, its columns where they are, then that it is so.

    `plain`: tables that were accepted as they stood; `named`: meanings that were not among the choices; `nothing`:
    tables of which nothing is loaded; `later`: tables that could not be made whole.
    """

    review: Review
    truths: Sequence[Truth]
    typed: int = 0
    plain: int = 0
    named: int = 0
    nothing: int = 0
    later: list[str] = field(default_factory=list)
    _told: dict[str, set[str]] = field(default_factory=dict)

    def answer(self, name: str) -> str:
        """What is typed now, where a table is asked for."""
        self.typed += 1
        true, draft = self._truth(name), self.review.found.drafts[name]
        told = self._told.setdefault(name, set())
        if "kind" not in told and draft.kind not in true.kinds:
            told.add("kind")
            return f"kind {next(iter(sorted(true.kinds)))}"
        if "columns" not in told and (said := self._columns(name, true)):
            told.add("columns")
            return " ".join(said)
        if draft.missing and {"other", "dictionary"} & set(true.kinds):
            self.nothing += 1
            return "n"
        if draft.missing:
            self.later.append(name)
            return "s"
        self.plain += not told
        return "a"

    def _truth(self, name: str) -> Truth:
        there = {one.name.lower() for one in self.review.found.readings[name].columns}
        return next(one for one in self.truths if {column.lower() for column in one.columns} == there)

    def _columns(self, name: str, true: Truth) -> list[str]:
        """Answers for columns that are wrong, or nothing though something is to be made of them."""
        found = []
        for number, one in enumerate(columns(self.review.found, name), 1):
            wanted = next(want for column, (want, _) in true.columns.items() if column.lower() == one.name.lower())
            if not _is_right(one, wanted) and one.state != "said":
                found.append(f"{number}={self._said(one, wanted)}")
        return found

    def _said(self, one: ColumnShown, wanted: frozenset[str]) -> str:
        place = next((n for n, each in enumerate(choices(one), 1) if _slot(each.slot) in wanted), 0)
        if place or "-" in wanted:
            return str(place or "-")
        self.named += 1
        return sorted(wanted)[0].partition("|")[0]


def _is_right(one: ColumnShown, wanted: frozenset[str]) -> bool:
    return _slot(one.slot) in wanted or ("-" in wanted and not one.places)


def _slot(slot: str) -> str:
    return bare(slot) or "-"
