"""How sensitive columns are: by rule, or by the decision of a named person, which is made and taken back here"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from medark.flows.gate.judging import CLASSES, by_rule, judge
from medark.flows.gate.owner import OWNER
from medark.flows.gate.reader import reader_of
from medark.flows.gate.why import Why, why
from medark.govern.levels import sensitivity
from medark.messages import _
from medark.model.access import LEVELS, Purpose
from medark.model.omop import lake_columns, tables
from medark.model.user import ColumnOverride
from medark.serve.console.addresses import PREFIX
from medark.serve.console.fields import purposes, text, whole
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.errors import MalformedError

ADDRESS: Final = f"{PREFIX}/access/columns"

_LONGEST: Final = 1000  # characters of a reason


def add(found: Screens) -> None:
    """The page and its forms."""
    found.page("/access/columns", columns, summary="Sensitivity")
    found.form("/access/columns/judge", judged, summary="Decide how sensitive a column is")
    found.form("/access/columns/rule", left, summary="Let the rule decide")


def columns(visit: Visit) -> Screen:
    """What was decided on columns; the columns of one table; why somebody may read one of them or not."""
    visit.caller.needs_role(OWNER)
    decided = {(one.table, one.column): one for one in visit.workspace.ledger.access.overrides()}
    table = visit.text("table")
    if table and table not in tables():
        raise MalformedError("there is no such table", fix="measurement", at="table")
    shown = [_column(table, one.name, decided) for one in lake_columns(table)] if table else []
    data = {
        "decided": [_told(one) for one in decided.values()], "table": table, "columns": shown,
        "tables": sorted(tables()), "levels": list(map(str, LEVELS)), "classes": list(CLASSES),
        "users": [one.name for one in visit.workspace.ledger.users.all()], "asked": _asked(visit, table),
        "purposes": purposes(), "done": visit.text("done"),
    }  # fmt: skip
    return Screen(_("Sensitivity"), "access_columns.html", data)


def judged(visit: Visit, told: Mapping[str, str]) -> str:
    """The level and class that a form gives a column, with its reason."""
    visit.caller.needs_role(OWNER)
    table, column, reason = told.get("table", ""), told.get("column", ""), text(told, "reason", _LONGEST)
    judge(visit.workspace, visit.caller.name, table, column, whole(told, "level"), reason, told.get("kind", ""))
    return _back(table, "judged")


def left(visit: Visit, told: Mapping[str, str]) -> str:
    """The rule decides on a column again."""
    visit.caller.needs_role(OWNER)
    by_rule(visit.workspace, visit.caller.name, told.get("table", ""), told.get("column", ""))
    return _back(told.get("table", ""), "left")


def _back(table: str, done: str) -> str:
    return f"{ADDRESS}?{urlencode({'table': table, 'done': done})}"


def _column(table: str, name: str, decided: Mapping[tuple[str, str], ColumnOverride]) -> dict[str, Any]:
    rule, own = sensitivity(table, name), decided.get((table, name))
    return {
        "name": name, "level": own.level if own else rule.level, "kind": own.kind if own else rule.kind,
        "reason": own.reason if own else rule.reason, "by": own.decided_by if own else "", "rule_level": rule.level,
    }  # fmt: skip


def _told(one: ColumnOverride) -> dict[str, Any]:
    rule = sensitivity(one.table, one.column)
    return {
        "table": one.table, "column": one.column, "kind": one.kind, "level": one.level, "reason": one.reason,
        "by": one.decided_by, "at_ms": one.at_ms, "rule_level": rule.level,
    }  # fmt: skip


def _asked(visit: Visit, table: str) -> dict[str, Any] | None:
    """Why a user may or may not read a column for a purpose, grant by grant; None if nobody asks."""
    user, column, purpose = visit.text("user"), visit.text("column"), visit.text("purpose", "operations")
    if not (user and table):
        return None
    if purpose not in tuple(Purpose) or (column and column not in {one.name for one in lake_columns(table)}):
        raise MalformedError("there is no such choice", fix="choose one of what is offered", at="column, purpose")
    found = why(visit.workspace, reader_of(visit.workspace, user, Purpose(purpose)), table, column)
    return {"user": user, "column": column, "purpose": purpose, **_why(found)}


def _why(found: Why) -> dict[str, Any]:
    grants = [
        {
            "number": one.grant.number, "holder": f"{one.grant.holder_kind}:{one.grant.holder}",
            "opens": one.opens, "why": one.why,
        }
        for one in found.grants
    ]  # fmt: skip
    return {"allowed": found.decision.allowed, "reason": found.decision.reason, "grants": grants, "fix": found.fix}
