"""What is wrong with units in the lake and not decided yet; with each what would be decided"""

from __future__ import annotations

from collections.abc import Iterable

from medark.define.units import concept_units
from medark.flows.raw import must_steward
from medark.flows.units.groups import groups
from medark.flows.workspace import Workspace
from medark.model.unit_decision import UnitDecision
from medark.standardise.units.likely import RULE, Likely
from medark.standardise.units.readings import spellings
from medark.standardise.units.suspect import Suspect, suspects


def suspected(workspace: Workspace, by: str, source: str = "") -> list[Suspect]:
    """Open ones (of a source), those of most rows first. AccessError unless `by` is an owner or a steward."""
    must_steward(workspace, by, "units looked through", source=source)
    return found(workspace, source)


def found(workspace: Workspace, source: str = "") -> list[Suspect]:
    """The same for the platform itself."""
    known = {one.key for one in workspace.ledger.units.all()}
    there = [one for one in suspects(groups(workspace)) if one.group.key not in known]
    return [one for one in there if not source or one.group.source == source]


def decided(workspace: Workspace, suspect: Suspect, number: int = 0) -> UnitDecision | None:
    """The decision for the candidate of a number, from 0; None if the vocabulary has no such unit."""
    chosen = suspect.likely[number]
    named = concept_of(workspace, (chosen.ucum, *chosen.same))
    if named is None:
        return None
    other = suspect.other
    return UnitDecision(
        *suspect.group.key, ucum=named[0], concept_id=named[1], low=other.low if other else None,
        high=other.high if other else None, probability=round(chosen.probability, 4), rule=RULE,
        evidence=evidence(suspect, chosen),
    )  # fmt: skip


def as_said(suspect: Suspect) -> UnitDecision:
    """The decision that what is written is right; it is not asked about again."""
    return UnitDecision(*suspect.group.key, ucum="", concept_id=0, rule=RULE, evidence=evidence(suspect))


def concept_of(workspace: Workspace, units: Iterable[str]) -> tuple[str, int] | None:
    """The first of some UCUM units that the vocabulary has, as OMOP spells it or as UCUM does, and its concept."""
    for unit in units:
        known = workspace.vocabulary.lookup("UCUM", spellings(unit))
        for spelling in spellings(unit):
            if spelling in known and known[spelling].concept_ids:
                return unit, known[spelling].concept_ids[0]
    return None


def evidence(suspect: Suspect, chosen: Likely | None = None) -> str:
    """Facts alone, without a language: n, middle, range, what it would be in the concept's own unit."""
    group, concept = suspect.group, concept_units()[suspect.group.loinc]
    low, high = (f"{x:g}" if x is not None else "" for x in (concept.low, concept.high))
    told = [f"{group.loinc} n={suspect.rows}/{group.spread.total} median={group.middle:.4g} {group.said}".rstrip()]
    if group.range_high:
        told.append(f"printed={group.range_low or 0:.4g}..{group.range_high:.4g}")
    told.append(f"expected={low}..{high} {concept.ucum}")
    if suspect.other:
        told.append(f"in [{suspect.other.low:.4g}, {suspect.other.high:.4g})")
    if chosen:
        told.append(f"as {chosen.ucum}: {chosen.middle:.4g} p={chosen.probability:.4f}")
    return "; ".join(told)
