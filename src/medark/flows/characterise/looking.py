"""Who sees what of the newest characterisation: owners and data stewards all of it, others no counts of few people"""

from __future__ import annotations

from medark.flows.characterise.characterise import Characterised, newest
from medark.flows.characterise.hidden import shown
from medark.flows.gate.parts import book_of, kept
from medark.flows.raw import STEWARDS
from medark.flows.workspace import Workspace
from medark.model.access import Reader


def seen(workspace: Workspace, reader: Reader) -> Characterised | None:
    """The newest characterisation that is kept, as far as a reader may see it; None if there is none."""
    found = newest(workspace)
    if found is None or sees_all(workspace, reader.user):
        return found
    least = workspace.settings.access.least_count
    stamp = (found.version, found.made_ms, least)
    return kept(workspace, "characterisation of enough people", stamp, lambda: shown(found, least))


def sees_all(workspace: Workspace, user: str) -> bool:
    """Is somebody an owner or a data steward?"""
    known = book_of(workspace).user(user)
    return known is not None and not known.disabled and not known.roles.isdisjoint(STEWARDS)
