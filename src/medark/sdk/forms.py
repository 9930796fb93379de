"""A form that is kept: what somebody filled in about one person, and the answers that it comes to"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from medark.errors import DefinitionError, UsageError
from medark.sdk.settings import Settings

LONGEST_ITEM: Final = 50  # characters. Source: OMOP CDM 5.4, observation.observation_source_value
LONGEST_TEXT: Final = 60  # characters. Source: OMOP CDM 5.4, observation.value_as_string
_ITEM: Final = re.compile(r"[a-z][a-z0-9_]*:[a-z0-9_.-]+")
_YES_NO: Final[Mapping[str, float | None]] = {"1": 1.0, "0": 0.0, "": None}


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it was sent, about one person. `at`: when, in the workspace's zone. A box that is not ticked, and a
    field that was left open, are not among `fields` or are "".
    """

    person_id: int = field(repr=False)
    fields: Mapping[str, str] = field(repr=False)
    at: dt.datetime
    settings: Settings = field(default_factory=lambda: Settings({}))
    language: str = "en"

    def text(self, name: str) -> str:
        """A field without spaces around it; "" if it was left open."""
        return self.fields.get(name, "").strip()

    def number(self, name: str) -> float | None:
        """A field as a number; None if it was left open. UsageError for anything else."""
        told = self.text(name)
        try:
            found = float(told) if told else None
        except ValueError:
            found = math.nan
        if found is not None and not math.isfinite(found):
            raise UsageError("a field of the form is no number", fix="give digits", at=name)
        return found

    def yes_no(self, name: str) -> float | None:
        """A field of the kind yes_no: 1 for yes, 0 for no, None for not known. UsageError for anything else."""
        told = self.text(name)
        if told not in _YES_NO:
            raise UsageError("a field of the form is neither yes nor no", fix="choose one", at=name)
        return _YES_NO[told]


@dataclass(frozen=True, slots=True)
class FormAnswer:
    """One answer about a person: it becomes an observation whose source value is `item`, such as "vte:bed_rest".

    A `value` of None takes an earlier answer back: it is not known. `at`: when it was so; None for now.
    """

    person_id: int = field(repr=False)
    item: str
    value: float | str | None = field(repr=False)
    at: dt.datetime | None = None

    def __post_init__(self) -> None:
        if not _ITEM.fullmatch(self.item) or len(self.item) > LONGEST_ITEM:
            raise DefinitionError(f"{self.item[:60]!r} can't be an item of a form", fix='such as "vte:bed_rest"')
        if isinstance(self.value, str) and len(self.value) > LONGEST_TEXT:
            raise UsageError("an answer is too long", fix=f"at most {LONGEST_TEXT} characters", at=self.item)
        if isinstance(self.value, int | float):
            object.__setattr__(self, "value", float(self.value))
            if not math.isfinite(float(self.value)):
                raise UsageError("an answer is no number", fix="give digits", at=self.item)
