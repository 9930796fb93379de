"""Access of people: users with their roles, people who said no, records that were opened in an emergency"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from medark.errors import UsageError
from medark.flows.gate.glass import review
from medark.flows.gate.owner import OWNER
from medark.flows.gate.refusing import end_refusals, refuse
from medark.flows.gate.users import add_user, change_user
from medark.flows.who import the_person
from medark.messages import N_, _
from medark.model.access import Purpose, Refusal
from medark.model.days import day_written, ends_ms
from medark.model.user import BreakGlass, User
from medark.serve.auth.set_password import set_password
from medark.serve.console.addresses import PREFIX
from medark.serve.console.fields import one_of, purposes, text, whole
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.errors import MalformedError

ADDRESS: Final = f"{PREFIX}/access"
_LONGEST: Final = 1000  # characters of a verdict
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,250}")
_DONE: Final = {
    "added": N_("the user is added; what they may read is for grants to say"), "changed": N_("it is changed"),
    "password": N_("they may sign in by this password; what was open with another one has ended"),
    "refused": N_("it is noted, and holds from now on"), "ended": N_("what they refused is over"),
    "reviewed": N_("it is reviewed"),
}  # fmt: skip


def add(found: Screens) -> None:
    """The pages and forms."""
    found.page("/access/users", users, summary="Users")
    found.page("/access/users/{name:path}", user, summary="One user")
    found.form("/access/users/add", added, summary="Add a user")
    found.form("/access/users/change", changed, summary="Change a user")
    found.form("/access/users/password", password, summary="Let a user sign in by a password")
    found.page("/access/refusals", refusals, summary="Refusals")
    found.form("/access/refusals/add", refused, summary="Note a person's no")
    found.form("/access/refusals/end", ended, summary="What a person refused is over")
    found.page("/access/emergencies", emergencies, summary="Emergencies")
    found.form("/access/emergencies/review", reviewed, summary="Say whether it was right")


def done(visit: Visit) -> str:
    """What is said of what was just done."""
    return _(_DONE[visit.text("done")]) if visit.text("done") in _DONE else ""


# -- users -------------------------------------------------------------------------------------------------------------


def users(visit: Visit) -> Screen:
    """Everybody who may use the platform, or could once."""
    visit.caller.needs_role(OWNER)
    there = [_told(one) for one in visit.workspace.ledger.users.all()]
    roles = sorted({role for one in there for role in one["roles"]} | {OWNER, "auditor"})
    organisations = sorted({one["organisation"] for one in there} - {""})
    data = {"users": there, "roles": roles, "organisations": organisations, "done": done(visit)}
    return Screen(_("Users"), "access_users.html", data)


def user(visit: Visit) -> Screen:
    """One user, to be changed. NotFoundError."""
    visit.caller.needs_role(OWNER)
    found = visit.workspace.ledger.users.one(visit.path["name"])
    signs_in = visit.workspace.ledger.users.password_hash(found.name) is not None
    data = {"user": _told(found), "signs_in": signs_in, "done": done(visit)}
    return Screen(found.display or found.name, "access_user.html", data)


def added(visit: Visit, told: Mapping[str, str]) -> str:
    """Somebody new, who may sign in by a password if one is given."""
    visit.caller.needs_role(OWNER)
    new = _user(told, User(_name(told.get("name", ""), "name")))
    by, secret = visit.caller.name, told.get("password", "")
    add_user(visit.workspace, by, new)
    if secret:
        set_password(visit.workspace, by, new.name, secret)
    return f"{ADDRESS}/users?done=added"


def changed(visit: Visit, told: Mapping[str, str]) -> str:
    """What a form says of somebody; NotFoundError."""
    visit.caller.needs_role(OWNER)
    before = visit.workspace.ledger.users.one(told.get("name", ""))
    change_user(visit.workspace, visit.caller.name, _user(told, before))
    return f"{ADDRESS}/users?done=changed"


def password(visit: Visit, told: Mapping[str, str]) -> str:
    """Somebody may sign in by another password. UsageError for one that is none."""
    visit.caller.needs_role(OWNER)
    set_password(visit.workspace, visit.caller.name, told.get("name", ""), told.get("password", ""))
    return f"{ADDRESS}/users?done=password"


def _told(one: User) -> dict[str, Any]:
    return {
        "name": one.name, "display": one.display, "organisation": one.organisation, "roles": sorted(one.roles),
        "disabled": one.disabled,
    }  # fmt: skip


def _user(told: Mapping[str, str], before: User) -> User:
    roles = frozenset(_name(role, "roles") for role in told.get("roles", "").replace(",", " ").split())
    display, organisation = told.get("display", "").strip(), told.get("organisation", "").strip()
    return replace(
        before, display=display and _name(display, "display"), roles=roles, disabled=told.get("disabled") == "yes",
        organisation=organisation and _name(organisation, "organisation"),
    )  # fmt: skip


def _name(told: str, at: str) -> str:
    if not _NAME.fullmatch(told.strip()):
        raise MalformedError("this can't be a name", fix="1 to 250 characters", at=at)
    return told.strip()


# -- refusals ----------------------------------------------------------------------------------------------------------


def refusals(visit: Visit) -> Screen:
    """Who said no; with `over=yes`, what is over as well. The newest first."""
    visit.caller.needs_role(OWNER)
    now_ms, over = int(visit.parts.clock() * 1000), visit.text("over") == "yes"
    there = [_refusal(one, now_ms) for one in visit.workspace.ledger.refusals.all()]
    shown = [one for one in reversed(there) if over or one["is_open"]]
    organisations = sorted({one.organisation for one in visit.workspace.ledger.users.all()} - {""})
    data = {
        "refusals": shown[:500], "more": max(0, len(shown) - 500), "over": over,
        "ended": sum(not one["is_open"] for one in there), "purposes": purposes(),
        "organisations": organisations, "done": done(visit),
    }  # fmt: skip
    return Screen(_("Refusals"), "access_refusals.html", data)


def refused(visit: Visit, told: Mapping[str, str]) -> str:
    """A person's no, from now on. A no may come before the first row of theirs does."""
    visit.caller.needs_role(OWNER)
    purpose, until = one_of(told, "purpose", ("", *Purpose)), told.get("until", "")
    ends = ends_ms(day_written(until, "2027-06-30"), visit.workspace.settings.time_zone) if until else None
    no = Refusal(
        _person(visit, told), Purpose(purpose) if purpose else None, told.get("organisation", "").strip() or None,
        int(visit.parts.clock() * 1000), ends,
    )  # fmt: skip
    refuse(visit.workspace, visit.caller.name, no)
    return f"{ADDRESS}/refusals?done=refused"


def ended(visit: Visit, told: Mapping[str, str]) -> str:
    """All that a person refused is over."""
    visit.caller.needs_role(OWNER)
    end_refusals(visit.workspace, visit.caller.name, _person(visit, told))
    return f"{ADDRESS}/refusals?done=ended"


def _person(visit: Visit, told: Mapping[str, str]) -> int:
    named = told.get("person", "").strip()
    if not named:
        raise UsageError(N_("nobody is named"), fix="a person_id, or a number that is only theirs")
    return the_person(visit.workspace, named, lambda _number: True)


def _refusal(one: Refusal, now_ms: int) -> dict[str, Any]:
    return {
        "person_id": one.person_id, "purpose": one.purpose.value if one.purpose else "",
        "organisation": one.organisation or "", "starts_ms": one.starts_ms, "ends_ms": one.ends_ms,
        "is_open": one.ends_ms is None or now_ms < one.ends_ms,
    }  # fmt: skip


# -- emergencies -------------------------------------------------------------------------------------------------------


def emergencies(visit: Visit) -> Screen:
    """Records that were opened in an emergency: those that nobody looked at yet first, then the newest."""
    visit.caller.needs_role(OWNER)
    now_ms = int(visit.parts.clock() * 1000)
    there = [_broken(one, now_ms) for one in reversed(visit.workspace.ledger.glass.all())]
    data = {
        "waiting": [one for one in there if one["reviewed_ms"] is None], "me": visit.caller.name,
        "reviewed": [one for one in there if one["reviewed_ms"] is not None][:200], "done": done(visit),
        "minutes": visit.workspace.settings.access.glass_minutes,
    }  # fmt: skip
    return Screen(_("Emergencies"), "access_emergencies.html", data)


def reviewed(visit: Visit, told: Mapping[str, str]) -> str:
    """Whether it was right, in a sentence; the task about it is closed with that."""
    visit.caller.needs_role(OWNER)
    review(visit.workspace, visit.caller.name, whole(told, "number"), text(told, "verdict", _LONGEST))
    return f"{ADDRESS}/emergencies?done=reviewed"


def _broken(one: BreakGlass, now_ms: int) -> dict[str, Any]:
    return {
        "number": one.number, "user": one.user, "person_id": one.person_id or None, "reason": one.reason,
        "at_ms": one.at_ms, "ends_ms": one.ends_ms, "is_open": one.in_force(now_ms), "reviewed_by": one.reviewed_by,
        "reviewed_ms": one.reviewed_ms, "verdict": one.verdict,
    }  # fmt: skip
