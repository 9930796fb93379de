"""Break-glass: a record opened in an emergency beyond the care relationship, told to others and looked at later"""

from __future__ import annotations

from medark.errors import AccessError, UsageError
from medark.flows.gate.owner import must_own, note
from medark.flows.gate.parts import book_of, now_ms
from medark.flows.gate.reader import reader_of
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Purpose
from medark.model.task import Task, TaskState
from medark.model.user import BreakGlass

KIND = "break_glass"
_SHORTEST = 10  # characters of a reason
_MINUTE = 60_000  # milliseconds


def break_glass(workspace: Workspace, user: str, person_id: int, reason: str) -> BreakGlass:
    """Open a person's record to a user who has a grant for care, for as long as access.glass_minutes says.

    It opens the care relationship and nothing else: columns and levels stay those of the grant, a refusal stands.
    AccessError for who has no grant for care; UsageError for no reason.
    """
    if len(reason.strip()) < _SHORTEST:
        raise UsageError("an emergency has a reason that others can judge", fix="say in a sentence why")
    reader = reader_of(workspace, user, Purpose.CARE)
    grants = book_of(workspace).grants(reader)
    if not any(one.purpose is Purpose.CARE and one.is_held_by(reader) and one.in_force(now_ms()) for one in grants):
        raise AccessError(N_("only who has a grant for care may open a record in an emergency"), user=user)
    minutes = workspace.settings.access.glass_minutes
    broken = workspace.ledger.glass.breaks(user, person_id, reason.strip(), minutes * _MINUTE)
    note(workspace, user, "glass broken", [person_id], glass=broken.number, minutes=minutes)
    workspace.ledger.tasks.raise_(
        Task(
            0, KIND, N_("a record was opened in an emergency: look at why"), key=f"{KIND}/{broken.number}",
            person_id=person_id, organisation=reader.organisation, evidence=({KIND: broken.number, "by": user},),
        ),
        by=user,
    )  # fmt: skip
    return broken


def review(workspace: Workspace, by: str, number: int, verdict: str) -> BreakGlass:
    """Somebody else than who did it says whether it was right; the task is closed with that. NotFoundError."""
    must_own(workspace, by)
    broken = next((one for one in workspace.ledger.glass.all() if one.number == number), None)
    if broken is not None and broken.user == by:
        raise AccessError(N_("nobody reviews what they did themselves"), user=by)
    if not verdict.strip():
        raise UsageError("a review ends with a verdict", fix="say in a sentence whether it was right")
    reviewed = workspace.ledger.glass.review(number, by, verdict.strip())
    note(workspace, by, "glass reviewed", [reviewed.person_id], glass=number)
    for task in workspace.ledger.tasks.all():
        if task.key == f"{KIND}/{number}" and not task.state.is_closed:
            workspace.ledger.tasks.close(task.number, TaskState.DONE, by, verdict.strip())
    return reviewed
