"""What a person decides of two records: one person, two persons, later; by name, audited, and undone the same way"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from medark.errors import NotFoundError, UsageError
from medark.flows.gate.parts import now_ms
from medark.flows.identity.joining import Joined, join
from medark.flows.identity.parts import DIFFERENT, SAME
from medark.flows.identity.permission import must_decide
from medark.flows.identity.tasks import KIND, bring_up_to_date, key_of
from medark.flows.who import the_person
from medark.flows.working import working
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.audit import Act
from medark.model.progress import Progress, Silent
from medark.model.task import Task, TaskState
from medark.store.linked import Decision, Known

VERDICTS: Final = (SAME, DIFFERENT)
_LATER: Final = N_("put off")
_SILENT: Final = Silent()


def decide(
    workspace: Workspace,
    by: str,
    left_key: int,
    right_key: int,
    verdict: str,
    reason: str,
    progress: Progress = _SILENT,
) -> Joined:
    """Two records are the same person's, or two persons': rows go where they belong at once.

    NotFoundError for a record that is not there; UsageError for one with itself, or of an OMOP database, whose persons
    keep their numbers; AccessError unless `by` may decide.
    """
    must_decide(workspace, by, "identity decided", left=left_key, right=right_key, verdict=verdict)
    return _decided(workspace, by, [(left_key, right_key)], verdict, reason, progress)


def merge(workspace: Workspace, by: str, one: str, other: str, reason: str, progress: Progress = _SILENT) -> Joined:
    """Two persons, each named by person_id or by what is only theirs, are one."""
    must_decide(workspace, by, "persons merged")
    left, right = (_keys_of(workspace, _person(workspace, named)) for named in (one, other))
    return _decided(workspace, by, [(left[0].key_no, right[0].key_no)], SAME, reason, progress)


def unmerge(
    workspace: Workspace, by: str, person: str, keys: Collection[int], reason: str, progress: Progress = _SILENT
) -> Joined:
    """Some records of a person are another's: they are kept apart from the rest for good, and rows go back.

    UsageError if none, or every record of the person is named, or what is named was merged by its own organisation.
    """
    must_decide(workspace, by, "person taken apart", records=len(keys))
    mine = _keys_of(workspace, _person(workspace, person))
    taken = {known.own_id for known in mine if known.key_no in set(keys)}
    left = {known.own_id: known.key_no for known in mine if known.own_id not in taken}
    if not taken or not left or not set(keys) <= {known.key_no for known in mine}:
        raise UsageError(N_("name some of the records of this person, not all"), fix="medark identity show WS PERSON")
    theirs = {known.own_id: known.key_no for known in mine if known.own_id in taken}
    pairs = [(one, other) for one in theirs.values() for other in left.values()]
    return _decided(workspace, by, pairs, DIFFERENT, reason, progress)


def undo(workspace: Workspace, by: str, number: int, progress: Progress = _SILENT) -> Joined:
    """Take a decision back, and all that was decided in the same act: what they took the place of counts again.

    NotFoundError if none of this number counts; AccessError unless `by` may decide.
    """
    must_decide(workspace, by, "identity decision undone", decision=number)
    linked = workspace.crosswalk.linked
    with working(workspace):
        counting = linked.decisions()
        found = next((d for d in counting if d.number == number), None)
        if found is None:
            raise NotFoundError(N_("no such decision counts"), fix="medark identity show WS PERSON", decision=number)
        together, at_ms = [d for d in counting if d.act == found.act], now_ms()
        for each in together:
            linked.undo(each.number, by, at_ms)
        for each in _replaced(workspace, together):
            linked.count_again(each.number)
        done = join(workspace, progress, _owns(workspace, ((d.left_key, d.right_key) for d in together)))
        bring_up_to_date(workspace)
    detail: dict[str, str | int] = {
        "decision": number,
        "pairs": len(together),
        "was": found.verdict,
        "moved": done.changed,
    }
    workspace.ledger.audit.add(Act("identity undone", by, detail=detail))
    return done


def put_off(workspace: Workspace, by: str, left_key: int, right_key: int) -> None:
    """Nobody knows yet: the pair's task is closed without a decision; it stays in the list of pairs."""
    must_decide(workspace, by, "identity put off", left=left_key, right=right_key)
    for task in _tasks(workspace, [(left_key, right_key)]):
        workspace.ledger.tasks.close(task.number, TaskState.DISMISSED, by, _LATER)


def decisions_of(workspace: Workspace, keys: Iterable[int]) -> list[Decision]:
    """What was decided of some records, undone decisions too."""
    wanted = set(keys)
    every = workspace.crosswalk.linked.decisions(counting=False)
    return [one for one in every if wanted & {one.left_key, one.right_key}]


def _decided(
    workspace: Workspace, by: str, pairs: list[tuple[int, int]], verdict: str, reason: str, progress: Progress
) -> Joined:
    if verdict not in VERDICTS:
        raise UsageError(N_("records are the same person's, or different"), fix="same or different", verdict=verdict)
    linked = workspace.crosswalk.linked
    owns = linked.of_keys(key for pair in pairs for key in pair)
    for left, right in pairs:
        if left not in owns or right not in owns:
            raise NotFoundError(N_("there is no such record"), fix="medark identity review WS")
        if owns[left] == owns[right]:
            raise UsageError(N_("this is one record, or its organisation says that it is one person"), fix="choose two")
    _must_be_free(workspace, owns.values())
    with working(workspace):
        at_ms = now_ms()  # one act, however many pairs
        numbers = [linked.decide(left, right, verdict, by, at_ms, reason) for left, right in pairs]
        done = replace(join(workspace, progress, set(owns.values())), decision=numbers[0])
        for task in _tasks(workspace, pairs):
            workspace.ledger.tasks.close(task.number, TaskState.DONE, by, verdict)
        bring_up_to_date(workspace)
    workspace.ledger.audit.add(
        Act("identity", by, detail={"verdict": verdict, "pairs": len(pairs), "moved": done.changed})
    )
    return done


def _replaced(workspace: Workspace, together: Collection[Decision]) -> list[Decision]:
    """The decisions of people that an act took the place of. What a source says is for the source to say again."""
    pairs = {(one.left_key, one.right_key, one.by, one.at_ms) for one in together}
    theirs = {(word.left_key, word.right_key, word.source, word.at_ms) for word in workspace.crosswalk.ties.all()}
    return [
        one
        for one in workspace.crosswalk.linked.decisions(counting=False)
        if (one.left_key, one.right_key, one.undone_by, one.undone_ms) in pairs
        and (one.left_key, one.right_key, one.by, one.at_ms) not in theirs
    ]


def _owns(workspace: Workspace, pairs: Iterable[tuple[int, int]]) -> set[int]:
    """The own numbers of some pairs of records."""
    return set(workspace.crosswalk.linked.of_keys(key for pair in pairs for key in pair).values())


def _must_be_free(workspace: Workspace, owns: Iterable[int]) -> None:
    for known in workspace.crosswalk.linked.known((), own_ids=owns):
        if known.person_key == str(known.own_id):
            raise UsageError(
                N_("persons of an OMOP database keep their numbers"), fix="name a record of another source"
            )


def _person(workspace: Workspace, named: str) -> int:
    return the_person(workspace, named, lambda person_id: bool(workspace.crosswalk.keys(person_id)))


def _keys_of(workspace: Workspace, person_id: int) -> list[Known]:
    return list(workspace.crosswalk.linked.known((), person_ids=[person_id]))


def _tasks(workspace: Workspace, pairs: Iterable[tuple[int, int]]) -> list[Task]:
    """Open tasks about some pairs."""
    keys = {key_of(min(pair), max(pair)) for pair in pairs}
    return [task for task in workspace.ledger.tasks.all(is_open=True, app="") if task.kind == KIND and task.key in keys]
