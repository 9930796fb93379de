"""What FHIR's handlers work with: a workspace, its concepts, its zone, when records came in"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from medark.flows.fhir import Arrivals, Concepts, concepts
from medark.flows.workspace import Workspace
from medark.serve.fhir.resources.kind import Sets


@dataclass(frozen=True)
class Edge:
    """`base`: the address that resources are under, without a slash at its end."""

    workspace: Workspace
    base: str

    @property
    def concepts(self) -> Concepts:
        """The concepts of the vocabulary that there is now."""
        return concepts(self.workspace)

    @cached_property
    def arrivals(self) -> Arrivals:
        """When records came in."""
        return Arrivals(self.workspace)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone that the lake's times are in."""
        return ZoneInfo(self.workspace.settings.time_zone)

    @property
    def sets(self) -> Sets:
        """The sets of concepts that resources are told apart by."""
        found = self.concepts
        return Sets(found.of_vocabulary, lambda vocabulary, codes: found.with_codes(vocabulary, codes))
