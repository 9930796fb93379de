"""As whom a form files its person: a key of theirs in a namespace, and the source that its record is of"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from medark.errors import NotFoundError
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.source import OF_APP, Source

_PERSON: Final = "urn:medark:person:"  # see lookups/person_key.sql


@dataclass(frozen=True, slots=True)
class Whose:
    """The source of the record, and the person's key in its namespace."""

    source: Source
    person_key: str = field(repr=False)


def whose(workspace: Workspace, app: str, person_id: int) -> Whose:
    """Whose form it is, told by what the person is called where they came from: merged or erased there, so is this.

    The source is `NAMESPACE/app:NAME`, its times in the workspace's zone. NotFoundError for who is known by no key.
    """
    keys = workspace.crosswalk.keys(person_id)
    if not keys:
        raise NotFoundError(N_("no source knows this person: nothing can be filed about them"), fix="medark ingest")
    own = f"{_PERSON}{person_id}"
    plain = [one for one in keys if one.person_key != own]
    (key, *_others) = plain or keys
    source = Source(f"{key.people}{OF_APP}{app}", time_zone=workspace.settings.time_zone, own_people=key.people)
    # A number that is kept as it came is its own key: no hash of it is the person's.
    return Whose(source, own if key.person_key in (str(person_id), own) else key.person_key)
