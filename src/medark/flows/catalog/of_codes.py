"""Sources' own codes that no concept stands for; and what sources call those that one stands for"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from medark.catalog.assets import Asset, Kind
from medark.catalog.finder import number_of
from medark.catalog.meanings import Meaning
from medark.flows.workspace import Workspace
from medark.model.term import SourceTerm, TermState
from medark.text import is_chinese

_NAMES = 12  # of one code, or of one concept


def number_of_code(source: str, kind: str, code: str) -> int:
    """The number by which a code of a source is counted: the same as that of its asset's id."""
    return number_of(f"{Kind.CODE}:{_key(source, kind, code)}")


def code_assets(workspace: Workspace) -> Iterator[Asset]:
    """Each code without a concept, of whatever systems the source wrote it in."""
    together: dict[str, list[SourceTerm]] = defaultdict(list)
    for term in workspace.ledger.terms.all():
        if term.state is not TermState.MAPPED:
            together[_key(term.source, term.kind, term.source_value)].append(term)
    for key, terms in together.items():
        yield _asset(key, terms)


def names_of_concepts(workspace: Workspace, people: Mapping[int, int]) -> Mapping[int, Sequence[str]]:
    """What sources call the codes that were decided to mean a concept, by concept: everybody may see it who may see
    the concept. A code of few people (`people`: of how many each is, by number) is left out: somebody may have typed
    its name.
    """
    found, least = defaultdict[int, dict[str, None]](dict), workspace.settings.access.least_count
    for term in workspace.ledger.terms.all(TermState.MAPPED):
        of = people.get(number_of_code(term.source, term.kind, term.source_value), 0)
        if term.concept_id and term.name and of >= least and len(found[term.concept_id]) < _NAMES:
            found[term.concept_id][term.name] = None
    return {concept: tuple(names) for concept, names in found.items()}


def _key(source: str, kind: str, code: str) -> str:
    return f"{source}/{kind}/{code}"


def _asset(key: str, terms: Sequence[SourceTerm]) -> Asset:
    first = terms[0]
    names = list(dict.fromkeys(term.name for term in terms if term.name))[:_NAMES]
    called = names[0] if names else ""
    told = " ".join(dict.fromkeys(word for term in terms for word in (term.system, term.unit, term.specimen) if word))
    title = Meaning("", called) if any(map(is_chinese, called)) else Meaning(called, "")
    return Asset(
        Kind.CODE, key, first.source_value, title,
        Meaning(first.system, first.system), where=f"{Kind.SOURCE}:{first.source}", words=" ".join([*names[1:], told]),
    )  # fmt: skip
