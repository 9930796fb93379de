"""What terms may mean, among what the loaded vocabulary has that can be meant"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from medark.flows.mapped_terms import MEANT
from medark.flows.terms.learnt import learnt
from medark.flows.terms.sense import sense
from medark.flows.workspace import Workspace
from medark.model.progress import Progress
from medark.model.term import SourceTerm
from medark.sql.render import render
from medark.standardise.terms import Candidate, Matcher, Named, Term, Weighing
from medark.standardise.terms.units import ucum

# The domains that a kind of event is looked for in; observations are whatever else a source says.
_DOMAINS = {
    "condition": ("Condition",), "drug": ("Drug",), "procedure": ("Procedure",), "device": ("Device",),
    "measurement": ("Measurement",), "observation": ("Observation", "Measurement", "Condition"),
}  # fmt: skip
# Of drugs, what a prescription names; brands and packs are a hundred times as many.
_DRUGS = "('Ingredient', 'Clinical Drug', 'Clinical Drug Form', 'Clinical Drug Comp')"
_NAMES = """
select c.concept_id, c.vocabulary_id, c.concept_code, c.concept_name, s.concept_synonym_name
from concept as c left join concept_synonym as s on s.concept_id = c.concept_id
where {meant} and c.domain_id in ({domains}) and (c.domain_id <> 'Drug' or c.concept_class_id in {drugs})
order by c.concept_id, s.concept_synonym_name
"""


_READ = ("concept", "concept_relationship", "concept_synonym")
_MATCHER = "matcher of terms"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A term with the concepts that it may mean, likeliest first."""

    term: SourceTerm
    candidates: tuple[Candidate, ...]


def proposed(
    workspace: Workspace, terms: Iterable[SourceTerm], most: int = 5, progress: Progress | None = None
) -> list[Proposed]:
    """Each term's likeliest concepts, in the order of `terms`.

    With medark[terms] meanings count too; of a large vocabulary they are worked out, once, where `progress` is given.
    """
    asked = list(terms)
    by_kind: dict[str, list[SourceTerm]] = defaultdict(list)
    for one in asked:
        by_kind[one.kind].append(one)
    found: dict[tuple[str, ...], tuple[Candidate, ...]] = {}
    for kind, some in by_kind.items():
        kept = _kept(workspace, kind, progress)
        found |= {one.key: kept.candidates(_term(one), most) for one in some}
    told = learnt(workspace)
    return [Proposed(one, told.weighed(one, found[one.key], most)) for one in asked]


@dataclass(slots=True)
class _Kept:
    """A matcher with what it found of each term."""

    matcher: Matcher
    found: dict[tuple[Term, int], tuple[Candidate, ...]] = field(default_factory=dict)

    def candidates(self, term: Term, most: int) -> tuple[Candidate, ...]:
        if (term, most) not in self.found:
            self.found[term, most] = tuple(self.matcher.candidates(term, most))
        return self.found[term, most]


def _kept(workspace: Workspace, kind: str, progress: Progress | None) -> _Kept:
    """Kept for as long as the vocabulary stands."""
    stamp = (workspace.vocabulary.files(_READ), progress is not None)
    held = workspace.kept.get((_MATCHER, kind))
    if held is None or held[0] != stamp:
        concepts = _concepts(workspace, _DOMAINS.get(kind, ()))
        means = sense(workspace, kind, concepts, progress)
        weighing = Weighing.shipped("words" if means is None else "measurement" if kind == "measurement" else "other")
        held = workspace.kept[_MATCHER, kind] = (stamp, _Kept(Matcher(concepts, weighing, means)))
    kept: _Kept = held[1]
    return kept


def _term(one: SourceTerm) -> Term:
    names = tuple(dict.fromkeys(name for name in (one.name, one.code) if name))
    return Term(one.code, names, (ucum(one.unit),) if one.unit else (), one.specimen)


def _concepts(workspace: Workspace, domains: Sequence[str]) -> list[Named]:
    if not domains:
        return []
    told = ", ".join(f"'{domain}'" for domain in domains)
    names: dict[tuple[int, str, str], dict[str, None]] = {}
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, _READ)
        sql = _NAMES.format(meant=MEANT, domains=told, drugs=_DRUGS)
        for row in session.query(render(sql, session.dialect)).to_pylist():
            key = (row["concept_id"], row["vocabulary_id"], row["concept_code"])
            known = names.setdefault(key, {row["concept_name"]: None})
            if row["concept_synonym_name"]:
                known[row["concept_synonym_name"]] = None
    return [Named(*key, tuple(known)) for key, known in names.items()]
