"""A pipeline of spaCy as a model that finds mentions: an installed package of one, or a folder

Labels of entities are kinds by their own names (DISEASE, DRUG …) or by those that usual biomedical pipelines give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from medark.errors import MissingExtraError
from medark.standardise.notes.models import Found
from medark.standardise.notes.nouns import Kind

LABELS: Mapping[str, Kind] = MappingProxyType(
    {kind.value.upper(): kind for kind in Kind}
    | {
        "PROBLEM": Kind.DISEASE, "CONDITION": Kind.DISEASE, "CANCER": Kind.DISEASE, "CHEMICAL": Kind.DRUG,
        "MEDICATION": Kind.DRUG, "TREATMENT": Kind.OPERATION, "PROCEDURE": Kind.OPERATION, "ANATOMY": Kind.BODY,
        "ORGAN": Kind.BODY, "SIGN": Kind.SYMPTOM, "SIGN_SYMPTOM": Kind.SYMPTOM, "LAB": Kind.TEST,
    }
)  # fmt: skip


class SpacyFinder:
    """A pipeline that is ready to read."""

    name = "spacy"

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        meta = pipeline.meta
        self.version = f"{meta.get('lang', '')}_{meta.get('name', '')} {meta.get('version', '')}".strip()

    def find(self, texts: Sequence[str]) -> Iterator[list[Found]]:
        """The entities of each text whose labels mean a kind."""
        for document in self._pipeline.pipe(texts):
            yield [
                Found(entity.start_char, entity.end_char, LABELS[entity.label_.upper()], entity.ent_id_)
                for entity in document.ents
                if entity.label_.upper() in LABELS
            ]


def pipeline(what: str) -> SpacyFinder:
    """The pipeline of an installed package, or in a folder. MissingExtraError without spaCy."""
    try:
        import spacy
    except ImportError as error:
        raise MissingExtraError("spaCy is not installed", fix="pip install 'medark[nlp]'") from error
    return SpacyFinder(spacy.load(what))
