"""What a definition compiles to: steps of portable SQL, and the concepts that they look up"""

from __future__ import annotations

from dataclasses import dataclass

CONCEPTS = "definition_concept"  # the relation that `Plan.concepts` is bound as
NAMES = "definition_name"  # the relation that `Plan.coded` is bound as


@dataclass(frozen=True, slots=True)
class Step:
    """A relation to be made. `keep`: several steps read it, so its rows are kept; else a view does."""

    name: str
    sql: str
    keep: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order to run them in, and the name of the relation that holds the answer.

    SQL is portable (`sql.render` takes it) and names the lake's tables by their OMOP names. `concepts` are the rows of
    the relation CONCEPTS: list_no, concept_id, class_no, all INTEGER; it must be there, empty or not, before any step.
    `coded` are those of NAMES, which must be there unless there are none: list_no INTEGER, name, and its code as
    code_text or as code_no BIGINT.
    """

    steps: tuple[Step, ...]
    result: str
    concepts: tuple[tuple[int, int, int], ...] = ()
    coded: tuple[tuple[int, str, str | None, int | None], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The relations that it makes."""
        return tuple(step.name for step in self.steps)
