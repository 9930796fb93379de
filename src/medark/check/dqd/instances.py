"""Which check is of which table, field and concept, with what it compares and the published threshold"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from medark.check.dqd.kinds import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Instance:
    """One check. `value`: what it compares with (a limit, a table.field, a domain, units …); `threshold`: so many per
    cent may violate it.
    """

    check: str
    table: str
    field: str
    concept_ids: tuple[int, ...]
    value: str
    threshold: float

    @property
    def kind(self) -> Kind:
        """What kind of check it is."""
        return KINDS[self.check]

    @property
    def id(self) -> str:
        """The dashboard's own name of it: `field_isrequired_person_person_id`."""
        parts = (self.kind.level, self.check, self.table, self.field, ",".join(map(str, self.concept_ids)))
        return "_".join(part for part in parts if part).lower()


@cache
def instances() -> tuple[Instance, ...]:
    """All 2,535 of them."""
    text = files(__package__).joinpath("facts", "instances.csv").read_text(encoding="utf-8")
    return tuple(
        Instance(
            row["check"], row["table"], row["field"],
            tuple(int(number) for number in row["concept_id"].split(",") if number),
            row["value"], float(row["threshold"] or 0),
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip
