"""Audit: who did what, who looked at whose record, whether anybody changed it; to anybody, what they did themselves"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter

from medark.errors import UsageError
from medark.flows.audit import Which, entries, may_audit, person_named, verify
from medark.flows.who import person_id_of
from medark.messages import N_, _
from medark.model.audit import AuditEntry, Verdict
from medark.model.days import begins_ms, day_written, ends_ms
from medark.serve.console.addresses import PREFIX
from medark.serve.console.fields import one_of
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.parts import Parts

ADDRESS: Final = f"{PREFIX}/audit"
PAGE: Final = 50  # entries
_TEXTS: Final = ("actor", "action", "app", "verdict", "since", "until")
_DAY: Final = "2026-03-01"


def screens(parts: Parts) -> APIRouter:
    """The entries, whom they are about, and whether they are as they were written."""
    found = Screens(parts)
    found.page("/audit", audit, summary="Audit")
    found.page("/audit/verify", verified, summary="Did anybody change the audit?")
    found.form("/audit/person", person, summary="Who has looked at a record")
    return found.router


def audit(visit: Visit) -> Screen:
    """The newest entries that fit, the newest first. Who is no auditor sees what they did themselves.

    `before`: an entry's number, so that what is added meanwhile moves no page.
    """
    name, sees_all = visit.reader.user, may_audit(visit.workspace, visit.reader.user)
    asked = {one: visit.text(one) for one in _TEXTS} | ({} if sees_all else {"actor": name})
    person_id, before = _person_id(visit), visit.number("before")
    found = entries(visit.workspace, name, _which(visit, asked, person_id), before=before or None, limit=PAGE + 1)
    shown = found[-PAGE:][::-1]
    is_more = len(found) > PAGE
    kept = {one: value for one, value in {**asked, "person": _written(person_id)}.items() if value}
    data = {
        **asked, "person_id": person_id, "sees_all": sees_all, "entries": list(map(_told, shown)), "before": before,
        "is_first": not before, "newest": f"{ADDRESS}?{urlencode(kept)}" if before else "",
        "older": f"{ADDRESS}?{urlencode({**kept, 'before': shown[-1].entry_no})}" if is_more else "",
        "actions": sorted({one.action for one in shown}),
        "is_filtered": bool(kept.keys() - (set() if sees_all else {"actor"})),
    }  # fmt: skip
    return Screen(_title(asked["actor"] == name and not sees_all, person_id), "audit.html", data)


def verified(visit: Visit) -> Screen:
    """Whether all of it is as it was written: how many entries, up to when, and each place where it is not."""
    told = verify(visit.workspace, visit.reader.user)
    newest = entries(visit.workspace, visit.reader.user, before=told.head.entry_no + 1, limit=1)
    data = {
        "holds": told.holds, "entries": told.entries, "newest_ms": newest[-1].at_ms if newest else None,
        "head": told.head.hash, "breaks": [{"entry": one.entry_no, "why": one.why} for one in told.breaks[:500]],
    }  # fmt: skip
    return Screen(_("Is the audit as it was written?"), "audit_verified.html", data)


def person(visit: Visit, told: Mapping[str, str]) -> str:
    """Whom a number is of: what they are called elsewhere is in the form, and never in an address."""
    named = told.get("person", "").strip()
    if not named:
        raise UsageError(N_("nobody is named"), fix="a person_id, or a number that is only theirs")
    return f"{ADDRESS}?person={person_named(visit.workspace, visit.reader.user, named)}"


def _person_id(visit: Visit) -> int | None:
    """The person_id of the query: it may be negative."""
    told = visit.text("person")
    if not told:
        return None
    found = person_id_of(told)
    if found is None:
        raise UsageError("this is no person_id", fix="look for them by the form: it takes other numbers, too")
    return found


def _written(person_id: int | None) -> str:
    return "" if person_id is None else str(person_id)


def _which(visit: Visit, asked: Mapping[str, str], person_id: int | None) -> Which:
    zone, verdict = visit.workspace.settings.time_zone, one_of(asked, "verdict", ("", *Verdict))
    return Which(
        asked["actor"], asked["action"], asked["app"], Verdict(verdict) if verdict else None, person_id,
        begins_ms(day_written(asked["since"], _DAY), zone) if asked["since"] else None,
        ends_ms(day_written(asked["until"], _DAY), zone) if asked["until"] else None,
    )  # fmt: skip


def _title(is_own: bool, person_id: int | None) -> str:
    if person_id is not None:
        return _("Who has looked at this record")
    return _("What you did") if is_own else _("Audit")


def _told(entry: AuditEntry) -> dict[str, Any]:
    act = entry.act
    return {
        "number": entry.entry_no, "at_ms": entry.at_ms, "actor": act.actor, "organisation": act.organisation,
        "app": act.app, "action": act.action, "purpose": act.purpose.value if act.purpose else "",
        "reads": {table: list(columns) for table, columns in act.reads.items()}, "definition": act.definition,
        "verdict": act.verdict.value if act.verdict else "", "reason": act.reason,
        "outcome": act.outcome.value if act.outcome else "", "rows": act.rows, "people": entry.people,
        "follows": act.follows, "detail": dict(act.detail),
    }  # fmt: skip
