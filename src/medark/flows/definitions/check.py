"""What a definition file says, before anything is run"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from medark.acquire.definitions.ask import Found, definitions_in
from medark.define.answers import TIME, Trigger, describe, digest, reads, triggers


@dataclass(frozen=True, slots=True)
class Checked:
    """One definition: its kind, what it means in words, which columns it reads, what can change its answer."""

    name: str
    kind: str
    meaning: str
    reads: Mapping[str, tuple[str, ...]]
    triggers: tuple[str, ...]
    digest: str


def check(path: Path, language: str) -> tuple[Checked, ...]:
    """All definitions of a file; DefinitionError for the first thing in it that can't be."""
    return tuple(_checked(found, language) for found in definitions_in(path))


def _checked(found: Found, language: str) -> Checked:
    definition = found.definition
    return Checked(
        name=found.name,
        kind=type(definition).__name__.lower(),
        meaning=describe(definition, language),
        reads={table: tuple(sorted(columns)) for table, columns in sorted(reads(definition).items())},
        triggers=tuple(sorted(map(_told, triggers(definition)))),
        digest=digest(definition),
    )


def _told(trigger: object) -> str:
    """`measurement: serum creatinine`, `visit_occurrence`, `time`."""
    if trigger is TIME or not isinstance(trigger, Trigger):
        return "time"
    return trigger.table if trigger.concepts is None else f"{trigger.table}: {trigger.concepts.name}"
