"""Access: grants, users, refusals, emergencies and how sensitive columns are; for owners"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter

from medark.flows.gate.giving import give, take_back
from medark.flows.gate.owner import OWNER
from medark.flows.gate.written import masks_written, tables_written
from medark.govern.masks import MASKS
from medark.messages import _
from medark.model.access import ANY_TABLE, LEVELS, Grant, Holder, Purpose, Rows
from medark.model.days import day_written, ends_ms
from medark.model.omop import tables
from medark.serve.console import access_columns, access_people
from medark.serve.console.addresses import PREFIX
from medark.serve.console.fields import lines, one_of, purposes, whole
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.parts import Parts

ADDRESS: Final = f"{PREFIX}/access"


def screens(parts: Parts) -> APIRouter:
    """A page for each of the five, and a form for each thing that an owner may do."""
    found = Screens(parts)
    found.page("/access", grants, summary="Grants")
    found.form("/access/give", given, summary="Give a grant")
    found.form("/access/take", taken, summary="Take a grant back")
    access_people.add(found)
    access_columns.add(found)
    return found.router


def grants(visit: Visit) -> Screen:
    """Grants that are in force, or with `over=yes` all that were ever given; the newest first."""
    visit.caller.needs_role(OWNER)
    now_ms, over = int(visit.parts.clock() * 1000), visit.text("over") == "yes"
    given = [_told(one, now_ms) for one in visit.workspace.ledger.access.grants()]
    data = {
        "grants": [one for one in reversed(given) if over or one["is_open"]], "over": over,
        "ended": sum(not one["is_open"] for one in given),
        "users": [one.name for one in visit.workspace.ledger.users.all() if not one.disabled],
        "tables": sorted(tables()), "levels": list(map(str, LEVELS)), "holder_kinds": [one.value for one in Holder],
        "rows_kinds": [one.value for one in (Rows.CARE, Rows.ORGANISATION, Rows.ALL)], "masks": list(MASKS),
        "purposes": purposes(), "done": _done(visit.text("done"), visit.number("grant")),
    }  # fmt: skip
    return Screen(_("Access"), "access.html", data)


def given(visit: Visit, told: Mapping[str, str]) -> str:
    """The grant that a form describes is given."""
    visit.caller.needs_role(OWNER)
    grant = give(visit.workspace, visit.caller.name, _grant(visit, told))
    return f"{ADDRESS}?done=given&grant={grant.number}"


def taken(visit: Visit, told: Mapping[str, str]) -> str:
    """The grant that a form names is over."""
    visit.caller.needs_role(OWNER)
    number = whole(told, "grant")
    take_back(visit.workspace, visit.caller.name, number)
    return f"{ADDRESS}?done=taken&grant={number}"


def _grant(visit: Visit, told: Mapping[str, str]) -> Grant:
    name, until = visit.caller.name, told.get("until", "")
    ends = ends_ms(day_written(until, "2027-06-30"), visit.workspace.settings.time_zone) if until else None
    return Grant(
        0, Holder(one_of(told, "holder_kind", tuple(Holder))), told.get("holder", "").strip(),
        Purpose(one_of(told, "purpose", tuple(Purpose))), tables_written(lines(told, "tables")),
        Rows(one_of(told, "rows", tuple(Rows))), whole(told, "level"), int(visit.parts.clock() * 1000), ends,
        masks_written(lines(told, "masks")), name,
    )  # fmt: skip


def _done(step: str, number: int) -> str:
    match step:
        case "given":
            return _("grant {number} is given", number=number)
        case "taken":
            return _("grant {number} is over", number=number)
    return ""


def _told(grant: Grant, now_ms: int) -> dict[str, Any]:
    """A grant; `what`: each table with its columns, null for all of them."""
    opened = {table: columns and sorted(columns) for table, columns in grant.tables.items()}
    return {
        "number": grant.number, "holder_kind": grant.holder_kind.value, "holder": grant.holder,
        "purpose": grant.purpose.value, "any": ANY_TABLE in opened,
        "what": {table: columns for table, columns in sorted(opened.items()) if table != ANY_TABLE},
        "rows": grant.rows.value, "level": grant.level, "masks": dict(grant.masks), "starts_ms": grant.starts_ms,
        "ends_ms": grant.ends_ms, "granted_by": grant.granted_by, "revoked_ms": grant.revoked_ms,
        "is_open": grant.in_force(now_ms) or (grant.revoked_ms is None and now_ms < grant.starts_ms),
        "of_app": grant.holder_kind is Holder.APP,
    }  # fmt: skip
