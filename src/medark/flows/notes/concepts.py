"""What mentions mean in the loaded vocabulary: by its own name, by the code that is known of a word, by its name"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import pyarrow as pa

from medark.flows.notes.words import Words, tests_of
from medark.flows.workspace import Workspace
from medark.standardise.notes import Kind, section_kinds
from medark.standardise.terms import Matcher, Term
from medark.store.vocabulary import Vocabulary

_VOCABULARIES: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.DISEASE: ("ICD10CN", "ICD10CM", "ICD10"), Kind.SYMPTOM: ("ICD10CN", "ICD10CM", "ICD10"),
    Kind.DRUG: ("RxNorm",), Kind.TEST: ("LOINC",),
}  # fmt: skip
_WHOLE: Final = frozenset((Kind.DRUG, Kind.TEST))  # whose codes have no category in them
_NAMED: Final = {Kind.SYMPTOM: Kind.DISEASE, Kind.IMAGING: Kind.OPERATION}  # kinds that share a domain's names
_SURE = 0.9  # probability from which a test's nearest name is taken to be meant
_NONE = (0, 0)


class _Asked(NamedTuple):
    kind: str
    name: str
    code: str
    concept_id: int
    lexical_variant: str


class Concepts:
    """Looks up what is asked once and remembers it: standard concept and source concept, 0 where there is none."""

    def __init__(self, workspace: Workspace, words: Words) -> None:
        self._workspace, self._words = workspace, words
        self._known: dict[_Asked, tuple[int, int]] = {}
        self._sections = _sections(workspace.vocabulary)
        self._matcher: Matcher | None = None
        self._compared: dict[str, int] = {}

    def added(self, mentions: pa.Table) -> pa.Table:
        """The mentions with note_nlp_concept_id, note_nlp_source_concept_id and section_concept_id."""
        columns = (mentions.column(name).to_pylist() for name in _Asked._fields)
        asked = [_Asked(*row) for row in zip(*columns, strict=True)]
        self._look_up(set(asked) - self._known.keys())
        found = [self._known[one] for one in asked]
        sections = [self._sections.get(key, 0) for key in mentions.column("section").to_pylist()]
        for name, values in (
            ("note_nlp_concept_id", [standard for standard, _ in found]),
            ("note_nlp_source_concept_id", [source for _, source in found]),
            ("section_concept_id", sections),
        ):
            mentions = mentions.append_column(name, pa.array(values, pa.int64()))
        return mentions

    def _look_up(self, asked: Iterable[_Asked]) -> None:
        open_tests: list[_Asked] = []
        for one in asked:
            self._known[one] = (
                self._by_name(one, one.lexical_variant) or self._by_code(one) or self._by_name(one, one.name) or _NONE
            )
            if self._known[one] == _NONE and one.kind == Kind.TEST:
                open_tests.append(one)
        self._compare(open_tests)

    def _by_name(self, one: _Asked, name: str) -> tuple[int, int] | None:
        kind = _NAMED.get(Kind(one.kind), Kind(one.kind)).value
        own = one.concept_id or self._words.by_name.get((kind, name.casefold()), 0)
        return (self._words.standard.get(own, 0), own) if own else None

    def _by_code(self, one: _Asked) -> tuple[int, int] | None:
        """By the word's code; of ICD-10 by its category where an edition divides it otherwise."""
        codes = [one.code] if Kind(one.kind) in _WHOLE else [one.code, one.code[:3]]
        for vocabulary in _VOCABULARIES.get(Kind(one.kind), ()) if one.code else ():
            known = self._workspace.vocabulary.lookup(vocabulary, codes)
            found = next((known[code] for code in codes if code in known), None)
            if found is not None:
                return (found.concept_ids[0] if found.concept_ids else 0), found.source_concept_id
        return None

    def _compare(self, tests: list[_Asked]) -> None:
        """Names of tests against those of the vocabulary, as codes of laboratories are."""
        for one in tests:
            if self._matcher is None:
                self._matcher = Matcher(tests_of(self._workspace))
            name = one.lexical_variant.casefold()
            if name not in self._compared:
                best = self._matcher.candidates(Term("", (one.lexical_variant,)), most=1)
                is_sure = bool(best) and best[0].probability >= _SURE
                self._compared[name] = best[0].concept.concept_id if is_sure else 0
            self._known[one] = (self._compared[name], 0)


def _sections(vocabulary: Vocabulary) -> dict[str, int]:
    kinds = [kind for kind in section_kinds().values() if kind.loinc]
    found = vocabulary.lookup("LOINC", [kind.loinc for kind in kinds])
    return {kind.key: found[kind.loinc].source_concept_id for kind in kinds if kind.loinc in found}
