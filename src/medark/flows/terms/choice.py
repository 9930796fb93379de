"""What a person, or a limit, chose for a term"""

from __future__ import annotations

from dataclasses import replace

from medark.flows.terms.candidates import Proposed
from medark.model.term import SourceTerm, TermState


def chosen(one: Proposed, number: int) -> SourceTerm:
    """The term with the candidate of a number, from 0."""
    taken = one.candidates[number]
    concept_id = taken.concept.concept_id
    return replace(one.term, state=TermState.MAPPED, concept_id=concept_id, probability=taken.probability)


def none_of_them(one: Proposed) -> SourceTerm:
    """The term as one that means no concept that there is: it is not asked again."""
    return replace(one.term, state=TermState.NONE, concept_id=None, probability=None)
