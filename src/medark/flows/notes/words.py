"""The words that are looked for: those that are shipped, with the names of the loaded vocabulary"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from medark.flows.workspace import Workspace
from medark.sql.render import render
from medark.standardise.notes import Kind, Lexicon, Name
from medark.standardise.terms import Named

_KINDS = {
    "Condition": Kind.DISEASE, "Drug": Kind.DRUG, "Procedure": Kind.OPERATION, "Spec Anatomic Site": Kind.BODY,
}  # fmt: skip
# Of drugs substances and brands: products with strength and form are told apart by what stands beside the name.
_NAMES = """
select c.concept_id, c.concept_name as name, c.domain_id, coalesce(r.concept_id_2, case when c.standard_concept = 'S'
  then c.concept_id else 0 end) as standard_id
from concept as c
left join concept_relationship as r on r.concept_id_1 = c.concept_id and r.relationship_id = 'Maps to'
  and r.invalid_reason is null
where c.domain_id in ({domains}) and length(c.concept_name) between 2 and 60
  and (c.domain_id <> 'Drug' or c.concept_class_id in ('Ingredient', 'Brand Name'))
union all
select c.concept_id, s.concept_synonym_name, c.domain_id, coalesce(r.concept_id_2, case when c.standard_concept = 'S'
  then c.concept_id else 0 end)
from concept_synonym as s
join concept as c on c.concept_id = s.concept_id
left join concept_relationship as r on r.concept_id_1 = c.concept_id and r.relationship_id = 'Maps to'
  and r.invalid_reason is null
where c.domain_id in ({domains}) and length(s.concept_synonym_name) between 2 and 60
  and (c.domain_id <> 'Drug' or c.concept_class_id in ('Ingredient', 'Brand Name'))
order by 1, 2
"""
# Tests to compare names with; with all of LOINC it would take longer than the notes themselves.
_TESTS = """
select concept_id, vocabulary_id, concept_code, concept_name from concept
where domain_id = 'Measurement' and standard_concept = 'S' and invalid_reason is null
order by concept_id limit {most}
"""
_MOST_TESTS = 5000
_SHORTEST_LATIN = 4
_EVERYDAY = frozenset(
    ("water", "alcohol", "air", "oxygen", "normal", "present", "other", "none", "history", "general", "procedure",
     "examination", "treatment", "finding", "disease", "disorder", "syndrome", "therapy", "evaluation", "management",
     "consultation", "visit", "education", "monitoring", "test", "follow-up", "admission", "discharge", "transfer",
     "疾病", "手术", "治疗", "检查", "症状", "诊断")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """The lexicon of a workspace, and what its names mean: `standard` by concept, `by_name` by kind and folded name."""

    lexicon: Lexicon
    names: tuple[Name, ...] = ()
    standard: Mapping[int, int] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], int] = field(default_factory=dict)


_made_of: dict[str, Words] = {}  # by digest of the vocabulary: one at a time


def words_of(workspace: Workspace) -> Words:
    """As the workspace's vocabulary is now; made once a process for each state of it."""
    digest = workspace.vocabulary.digest
    if digest not in _made_of:
        _made_of.clear()
        _made_of[digest] = _made(workspace)
    return _made_of[digest]


def tests_of(workspace: Workspace) -> list[Named]:
    """The standard tests of the vocabulary; none where there are more than can be compared in a moment."""
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ("concept",))
        found = session.query(render(_TESTS.format(most=_MOST_TESTS + 1), session.dialect)).to_pylist()
    if len(found) > _MOST_TESTS:
        return []
    return [
        Named(row["concept_id"], row["vocabulary_id"], row["concept_code"], (row["concept_name"],)) for row in found
    ]


def _made(workspace: Workspace) -> Words:
    names: list[Name] = []
    standard: dict[int, int] = {}
    by_name: dict[tuple[str, str], int] = {}
    for concept_id, name, domain, standard_id in _rows(workspace):
        kind = _KINDS[domain]
        word = name.strip().casefold()
        standard.setdefault(concept_id, standard_id)
        if concept_id == standard_id or (kind.value, word) not in by_name:
            by_name[kind.value, word] = concept_id
        if _is_said(word):
            names.append(Name(name.strip(), kind, concept_id))
    own = tuple(names)
    return Words(Lexicon(own), own, standard, by_name)


def _rows(workspace: Workspace) -> Iterator[tuple[int, str, str, int]]:
    domains = ", ".join(f"'{domain}'" for domain in _KINDS)
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session, ("concept", "concept_synonym", "concept_relationship"))
        table = session.query(render(_NAMES.format(domains=domains), session.dialect))
        columns = (table.column(name).to_pylist() for name in ("concept_id", "name", "domain_id", "standard_id"))
        yield from zip(*columns, strict=True)


def _is_said(word: str) -> bool:
    """Would a doctor write it so? Codes' long titles, with commas and brackets, are not words of notes."""
    if word in _EVERYDAY or any(letter in word for letter in ",;[](),；，（）"):
        return False
    return len(word) >= _SHORTEST_LATIN or not word.isascii()
