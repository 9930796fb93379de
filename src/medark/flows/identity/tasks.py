"""Pairs that may be one person as tasks: raised once, for who decides who is who, closed when it is decided"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.flows.identity.parts import UNSURE
from medark.flows.identity.permission import IDENTITY
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.task import Task, TaskState
from medark.store.linked import LinkedPair

KIND: Final = "identity"
TITLE: Final = N_("Two records may be one person")
NOTHING: Final = N_("nothing is unsure about these records any more")
MOST_OPEN: Final = 200  # tasks at once: who has more to do does none


def key_of(left_key: int, right_key: int) -> str:
    """What the task of a pair is known by."""
    return f"{KIND}:{left_key}:{right_key}"


def unsure(workspace: Workspace) -> list[LinkedPair]:
    """The pairs that nobody has decided: the surest pair of each two persons, the surest first."""
    linked = workspace.crosswalk.linked
    pairs, decisions = linked.pairs(UNSURE), linked.decisions()
    person_of = linked.persons(key for one in (*pairs, *decisions) for key in (one.left_key, one.right_key))
    decided = {frozenset((person_of.get(d.left_key), person_of.get(d.right_key))) for d in decisions}
    found: dict[frozenset[int], LinkedPair] = {}
    for pair in pairs:
        two = frozenset((person_of[pair.left_key], person_of[pair.right_key]))
        if len(two) == 2 and two not in decided:
            found.setdefault(two, pair)
    return list(found.values())


def is_unsure(workspace: Workspace, left_key: int, right_key: int) -> bool:
    """Are the persons of two records still to be decided about? What was decided of others may have settled it."""
    pairs = [(left_key, right_key), *((one.left_key, one.right_key) for one in unsure(workspace))]
    person_of = workspace.crosswalk.linked.persons(key for pair in pairs for key in pair)
    asked, *still = ({person_of.get(key) for key in pair} for pair in pairs)
    return asked in still


def bring_up_to_date(workspace: Workspace) -> int:
    """Tasks as the pairs are now. Returns how many are new."""
    wanted = {key_of(pair.left_key, pair.right_key): pair for pair in unsure(workspace)}
    tasks = workspace.ledger.tasks
    there = {task.key: task for task in tasks.all(app="") if task.kind == KIND}
    open_ = {key: task for key, task in there.items() if not task.state.is_closed}
    for key, task in open_.items():
        if key not in wanted:
            tasks.close(task.number, TaskState.DONE, "", NOTHING)
    fresh = [pair for key, pair in wanted.items() if key not in there]
    room = max(0, MOST_OPEN - len(open_.keys() & wanted.keys()))
    return len(tasks.raise_all([_task(pair) for pair in fresh[:room]])) if fresh and room else 0


def _task(pair: LinkedPair) -> Task:
    about: Mapping[str, str | int] = {
        "left": pair.left_key, "right": pair.right_key, "bits": f"{pair.weight:.1f}", "why": pair.why,
    }  # fmt: skip
    return Task(0, KIND, TITLE, key=key_of(pair.left_key, pair.right_key), role=IDENTITY, evidence=(about,))
