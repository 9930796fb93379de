"""What sources say of who is who (HL7 A24, A37), as decisions in their name: kept, followed by the lake, taken back"""

from __future__ import annotations

from typing import Final

from medark.flows.gate.parts import now_ms
from medark.flows.identity.joining import join
from medark.flows.identity.parts import SAME
from medark.flows.identity.tasks import bring_up_to_date
from medark.flows.workspace import Workspace
from medark.model.audit import Act
from medark.model.progress import Progress
from medark.standardise.identity.ties import LINKED, Standing, standing
from medark.store.linked import Decision
from medark.store.ties import Tie

REASON: Final = "HL7 A24"
Pair = tuple[int, int]


def follow_senders(workspace: Workspace, progress: Progress) -> int:
    """Let persons be as sources say last, unless somebody decided otherwise. Returns of how many pairs that is new.
    The caller holds the workspace.

    Saying the same again, in any order, changes nothing; what a person took back of it stays taken back until the
    source unlinks and links anew.
    """
    crosswalk = workspace.crosswalk
    about = _told(workspace, crosswalk.ties.all())
    if about:
        join(workspace, progress, set(crosswalk.linked.of_keys(key for pair in about for key in pair).values()))
        bring_up_to_date(workspace)
    crosswalk.ties.are_followed()
    return len(about)


def _told(workspace: Workspace, words: list[Tie]) -> set[Pair]:
    """Write down what is new; the pairs that it is about."""
    linked = workspace.crosswalk.linked
    theirs = {(word.left_key, word.right_key, word.source, word.at_ms) for word in words if word.tie == LINKED}
    known: dict[Pair, list[Decision]] = {}
    for one in linked.decisions(counting=False):
        if one.verdict == SAME and (one.left_key, one.right_key, one.by, one.at_ms) in theirs:
            known.setdefault((one.left_key, one.right_key), []).append(one)
    fixed = _fixed(workspace, {key for word in words for key in (word.left_key, word.right_key)})
    changed = set()
    for pair, holds in standing(words).items():
        if fixed.isdisjoint(pair) and _follow(workspace, pair, holds, known.get(pair, [])):
            changed.add(pair)
    return changed


def _follow(workspace: Workspace, pair: Pair, holds: Standing, known: list[Decision]) -> bool:
    """Make the decisions of a pair those that hold. Was anything done?"""
    linked = workspace.crosswalk.linked
    over = [one for one in known if one.undone_ms is None and (one.by, one.at_ms) not in holds.said]
    for one in over:
        linked.undo(one.number, holds.ended, now_ms())
        workspace.ledger.audit.add(Act("identity unlinked by its source", holds.ended, detail={"decision": one.number}))
    fresh = holds.since is not None and not any((one.by, one.at_ms) in holds.said for one in known)
    if fresh and holds.since is not None:
        number = linked.told(*pair, *holds.since, REASON)
        workspace.ledger.audit.add(Act("identity linked by its source", holds.since[0], detail={"decision": number}))
    return bool(over) or fresh


def _fixed(workspace: Workspace, keys: set[int]) -> set[int]:
    """Of some records those of an OMOP database, whose persons keep their numbers."""
    owns = set(workspace.crosswalk.linked.of_keys(keys).values())
    known = workspace.crosswalk.linked.known((), own_ids=owns)
    return {one.key_no for one in known if one.person_key == str(one.own_id)}
