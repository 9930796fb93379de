"""From pairs and decisions to persons, and the lake after them"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from medark.flows.derive import derive
from medark.flows.identity.parts import DIFFERENT, SAME
from medark.flows.ingest.rename import rename
from medark.flows.ingest.replay import replay
from medark.flows.workspace import Workspace
from medark.model.progress import Progress
from medark.standardise.identity.clusters import DECIDED, Pair, clustered
from medark.standardise.identity.moving import moving
from medark.standardise.identity.record import NUMBER_KINDS
from medark.standardise.identity.surviving import said
from medark.store.linked import RENAME, REPLAY, Step

_NUMBERS: Final = (*sorted(NUMBER_KINDS), "MR")
_MANY: Final = 50_000  # numbers that are renamed in one commit: what is bound of them stays small


@dataclass(frozen=True, slots=True)
class Joined:
    """How numbers stand now: how many are joined, into how many persons, the largest of them; pairs refused.

    `decision`: the first of the act that it comes of; 0: none.
    """

    numbers: int
    persons: int
    largest: int
    refused: int
    changed: int  # numbers whose rows went somewhere else
    decision: int = 0


def join(workspace: Workspace, progress: Progress, about: Collection[int] | None = None) -> Joined:
    """Join numbers as pairs and decisions say, and let the lake follow. The caller holds the workspace.

    `about`: only the persons that have to do with these own numbers are put together anew; what comes out is the same.
    """
    linked = workspace.crosswalk.linked
    table = linked.joined()
    before = dict(zip(table["own_id"].to_pylist(), table["person_id"].to_pylist(), strict=True))
    pairs, apart = _pairs(workspace)
    if about is not None:
        near = _near(about, [*pairs, *(Pair(*two, 0) for two in apart)], before)
        pairs = [pair for pair in pairs if pair.left in near]
        kept = {own: person for own, person in before.items() if own not in near}
    else:
        kept = {}
    clusters = clustered(pairs, _identity_numbers(workspace, {n for p in pairs for n in (p.left, p.right)}), apart)
    after = kept | dict(clusters.person_of)
    moves = moving(before, after)
    steps = [Step(RENAME, number, number, to) for number, to in moves.renamed.items()]
    steps += [Step(REPLAY, own, number, after.get(own, own)) for number, some in moves.divided.items() for own in some]
    if steps or after != before:
        linked.join(after, steps)
    settle(workspace, progress)
    sizes: dict[int, int] = {}
    for person in after.values():
        sizes[person] = sizes.get(person, 0) + 1
    return Joined(len(after), len(sizes), max(sizes.values(), default=0), len(clusters.refused), len(steps))


def settle(workspace: Workspace, progress: Progress) -> None:
    """Let the lake follow in what the crosswalk has decided, also of a process that was killed before it could.

    The caller holds the workspace. Numbers that are divided come first: their rows are read from the raw records again.
    """
    steps = workspace.crosswalk.linked.moving()
    if not steps:
        return
    divided: dict[int, list[int]] = {}
    for step in steps:
        if step.kind == REPLAY:
            divided.setdefault(step.from_id, []).append(step.own_id)
    buckets = replay(workspace, divided, progress) if divided else set()
    renamed = [(step.from_id, step.to_id) for step in steps if step.kind == RENAME]
    with progress.stage("giving rows to persons", len(renamed), "numbers") as stage:
        for first in range(0, len(renamed), _MANY):
            some = dict(renamed[first : first + _MANY])
            with workspace.engine.session() as session:
                buckets |= rename(workspace, session, some)
            stage.advance(len(some))
    derive(workspace, buckets, progress)
    workspace.crosswalk.linked.moved()


def _pairs(workspace: Workspace) -> tuple[list[Pair], list[tuple[int, int]]]:
    """What makes persons of numbers, and what keeps numbers apart."""
    linked = workspace.crosswalk.linked
    pairs = [Pair(min(one, other), max(one, other), weight) for one, other, weight in linked.edges(SAME)]
    decisions = linked.decisions()
    own = linked.of_keys(key for d in decisions for key in (d.left_key, d.right_key))
    there = [d for d in decisions if d.left_key in own and d.right_key in own]
    two = {d.number: sorted((own[d.left_key], own[d.right_key])) for d in there}
    pairs += [Pair(*two[d.number], DECIDED) for d in there if d.verdict == SAME]
    apart = [tuple(two[d.number]) for d in there if d.verdict == DIFFERENT]
    return [pair for pair in pairs if pair.left != pair.right], [(one, other) for one, other in apart if one != other]


def _near(about: Iterable[int], pairs: Iterable[Pair], before: Mapping[int, int]) -> set[int]:
    """The own numbers that pairs, or persons as they are, tie to some."""
    ties: dict[int, set[int]] = {}
    for pair in (*pairs, *(Pair(own, person, 0) for own, person in before.items())):
        ties.setdefault(pair.left, set()).add(pair.right)
        ties.setdefault(pair.right, set()).add(pair.left)
    near, waiting = set(about), list(about)
    while waiting:
        fresh = ties.get(waiting.pop(), set()) - near
        near |= fresh
        waiting += fresh
    return near


def _identity_numbers(workspace: Workspace, owns: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for known in workspace.crosswalk.linked.known(_NUMBERS, own_ids=owns):
        if number := said(known.said).number:
            found.setdefault(known.own_id, set()).add(number)
    return found
