"""Which check is of which table, field and concept, with what it compares and the published threshold"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from medark.check.checks import Check
from medark.check.dqd.kinds import KINDS


def instance(
    kind: str, table: str, field: str = "", concept_ids: tuple[int, ...] = (), value: str = "", threshold: float = 0.0
) -> Check:
    """A check under the dashboard's own name of it: `field_isrequired_person_person_id`."""
    parts = (KINDS[kind].level, kind, table, field, ",".join(map(str, concept_ids)))
    name = "_".join(part for part in parts if part).lower()
    return Check(name, KINDS[kind], table, field, concept_ids, value, threshold)


@cache
def instances() -> tuple[Check, ...]:
    """All 2,535 of them."""
    text = files(__package__).joinpath("facts", "instances.csv").read_text(encoding="utf-8")
    return tuple(
        instance(
            row["check"], row["table"], row["field"],
            tuple(int(number) for number in row["concept_id"].split(",") if number),
            row["value"], float(row["threshold"] or 0),
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip
