"""A concept set: the concepts and source codes that one clinical idea is made of, before a vocabulary is asked"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any, TypeVar

from medark.errors import DefinitionError

_LARGEST = 2**31 - 1  # concept ids are 32-bit in OMOP
_Item = TypeVar("_Item", "ConceptItem", "CodeItem")


@dataclass(frozen=True, slots=True)
class ConceptItem:
    """A concept by its OMOP id. `mapped`: also what maps to it ('Maps to'), which is how source concepts get in.

    With `descendants` both reach over the concept and all below it. `excluded` takes away what it reaches.
    """

    concept_id: int
    descendants: bool = False
    mapped: bool = False
    excluded: bool = False

    def __post_init__(self) -> None:
        if type(self.concept_id) is not int or not 0 <= self.concept_id <= _LARGEST:
            raise DefinitionError(
                f"{self.concept_id!r} is no concept id", fix="write the number that Athena shows, such as 201826"
            )


@dataclass(frozen=True, slots=True)
class CodeItem:
    """A code of a source vocabulary, as OMOP names it ("ICD10CM", "ATC", "LOINC"); `prefix`: all that begin with it.

    Codes are compared without regard to case and dots: I21.4, i214 and I214 are one code.
    """

    vocabulary: str
    code: str
    prefix: bool = False
    excluded: bool = False

    def __post_init__(self) -> None:
        if not self.vocabulary.strip() or not plain(self.code):
            raise DefinitionError(
                f"the code {self.code!r} of the vocabulary {self.vocabulary!r} says nothing",
                fix='give both, such as codes("myocardial infarction", "ICD10CM", "I21", prefix=True)',
            )


@dataclass(frozen=True, slots=True)
class ConceptSet:
    """A named set: all that is included, less all that is excluded. `source`: the citation it was taken from.

    Order and repetition do not matter: items are kept sorted, so that equal sets are equal values.

    >>> ConceptSet("a", (ConceptItem(2), ConceptItem(1))) == ConceptSet("a", (ConceptItem(1), ConceptItem(2)))
    True
    """

    name: str
    items: tuple[ConceptItem, ...] = ()
    codes: tuple[CodeItem, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise DefinitionError("a concept set has no name", fix='concepts("type 2 diabetes", 201826)')
        object.__setattr__(self, "items", _canonical(self.items))
        object.__setattr__(self, "codes", _canonical(self.codes))
        if all(item.excluded for item in self.items) and all(code.excluded for code in self.codes):
            raise DefinitionError(
                f'the concept set "{self.name}" includes nothing', fix="name at least one concept or code to include"
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; what is false or empty is left out."""
        whole = {
            "name": self.name,
            "items": [_told(item) for item in self.items],
            "codes": [_told(code) for code in self.codes],
            "source": self.source,
        }
        return {key: value for key, value in whole.items() if value}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> ConceptSet:
        """The set that `to_dict` told; DefinitionError for anything else."""
        if strange := sorted(set(told) - {"name", "items", "codes", "source"}):
            raise DefinitionError(
                f"a concept set has no {', '.join(strange)}", fix="its keys are name, items, codes and source"
            )
        if "name" not in told:
            raise DefinitionError("a concept set has no name", fix="its keys are name, items, codes and source")
        return cls(
            str(told["name"]),
            _heard(ConceptItem, told.get("items", ())),
            _heard(CodeItem, told.get("codes", ())),
            str(told.get("source", "")),
        )


def plain(code: str) -> str:
    """A code as it is compared: upper case, no dots.

    >>> plain(" i21.4 ")
    'I214'
    """
    return code.strip().upper().replace(".", "")


def _canonical(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(sorted(set(items), key=astuple))


def _told(item: ConceptItem | CodeItem) -> dict[str, Any]:
    cells = ((f.name, getattr(item, f.name)) for f in fields(item))
    return {name: value for name, value in cells if value is not False}


def _heard(kind: type[_Item], told: Iterable[Mapping[str, Any]]) -> tuple[_Item, ...]:
    try:
        return tuple(kind(**item) for item in told)
    except TypeError:
        names = ", ".join(f.name for f in fields(kind))
        raise DefinitionError("an item of a concept set can't be read", fix=f"its keys are {names}") from None
