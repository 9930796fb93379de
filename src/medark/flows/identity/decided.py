"""What was decided of who is who, act by act, with the records that it is about: to look at and take back"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from medark.errors import NotFoundError
from medark.flows.identity.looking import Side, side_of
from medark.flows.identity.permission import must_see
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.standardise.identity.record import KINDS
from medark.store.linked import Decision

Pair = tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided at one moment by one person, of one pair of records or, of a person taken apart, of many.

    `number`: of its first decision. Undone, it says by whom and when.
    """

    number: int
    verdict: str
    by: str
    at_ms: int
    reason: str
    undone_by: str | None
    undone_ms: int | None
    pairs: tuple[Pair, ...] = field(repr=False)

    @property
    def counts(self) -> bool:
        """Does it hold still?"""
        return self.undone_ms is None


def decided(workspace: Workspace, by: str, *, skip: int = 0, limit: int = 50) -> tuple[list[Decided], int]:
    """Some acts, the last first, values masked; and how many there are. AccessError unless `by` may see pairs."""
    must_see(workspace, by, "decisions of identity listed")
    acts = _acts(workspace)
    return _shown(workspace, acts[skip : skip + limit]), len(acts)


def one_decided(workspace: Workspace, by: str, number: int) -> Decided:
    """The act that a decision belongs to. NotFoundError if there is none; AccessError as `decided`."""
    must_see(workspace, by, "decision of identity looked at", decision=number)
    found = [act for act in _acts(workspace) if any(one.number == number for one in act)]
    if not found:
        raise NotFoundError(N_("there is no such decision"), fix="medark identity show WS PERSON", decision=number)
    return _shown(workspace, found)[0]


def _acts(workspace: Workspace) -> list[list[Decision]]:
    """Decisions that were made together and fared alike, the last first."""
    found: dict[tuple[object, ...], list[Decision]] = {}
    for one in workspace.crosswalk.linked.decisions(counting=False):
        found.setdefault((*one.act, one.undone_ms), []).append(one)
    return sorted(found.values(), key=lambda act: (-act[0].at_ms, -act[0].number))


def _shown(workspace: Workspace, acts: Sequence[Sequence[Decision]]) -> list[Decided]:
    linked = workspace.crosswalk.linked
    owns = linked.of_keys(key for act in acts for one in act for key in (one.left_key, one.right_key))
    sides = {one.key_no: side_of(one, clear=False) for one in linked.known(KINDS, own_ids=set(owns.values()))}
    return [_of_act(act, sides) for act in acts]


def _of_act(act: Sequence[Decision], sides: Mapping[int, Side]) -> Decided:
    first = act[0]
    there = [(one.left_key, one.right_key) for one in act if {one.left_key, one.right_key} <= sides.keys()]
    return Decided(
        first.number, first.verdict, first.by, first.at_ms, first.reason, first.undone_by, first.undone_ms,
        tuple((sides[left], sides[right]) for left, right in there),
    )  # fmt: skip
