"""How sensitive a column is, decided by a named person in the place of the rule; by an owner, and in the audit"""

from __future__ import annotations

from medark.errors import NotFoundError, UsageError
from medark.flows.gate.decide import levels
from medark.flows.gate.giving import check_column
from medark.flows.gate.owner import must_own, note
from medark.flows.gate.parts import book_of
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import LEVELS
from medark.model.omop import tables
from medark.model.user import ColumnOverride

CLASSES = ("C1", "C2", "C3", "C4", "C5", "C6")


def judge(
    workspace: Workspace, by: str, table: str, column: str, level: int, reason: str, kind: str = ""
) -> ColumnOverride:
    """The level (and class, else as it was) of a column from now on. UsageError for a level, class or column that
    there is not, and for no reason. A column of an application's own table is taken as it is named.
    """
    must_own(workspace, by)
    if table in tables() or "." not in table:
        check_column(table, column)
    if level not in LEVELS or (kind and kind not in CLASSES):
        raise UsageError("there is no such level or class", fix="--level 1 … 5 --class C1 … C6", level=level)
    if not reason.strip():
        raise UsageError("a decision has a reason", fix="--reason '…'")
    was = levels(book_of(workspace).overrides())(table, column)
    decided = ColumnOverride(table, column, kind or was.kind, level, reason.strip(), by)
    workspace.ledger.access.override(decided)
    note(workspace, by, "column judged", table=table, column=column, was=was.level, level=level)
    return decided


def by_rule(workspace: Workspace, by: str, table: str, column: str) -> None:
    """Let the rule say again how sensitive a column is. NotFoundError where nobody decided otherwise."""
    must_own(workspace, by)
    was = next((one for one in book_of(workspace).overrides() if (one.table, one.column) == (table, column)), None)
    if was is None:
        raise NotFoundError(N_("nobody decided on this column"), table=table, column=column)
    workspace.ledger.access.drop_override(table, column)
    now = levels(book_of(workspace).overrides())(table, column)
    note(workspace, by, "column left to the rule", table=table, column=column, was=was.level, level=now.level)
