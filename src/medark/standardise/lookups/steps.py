"""The pipeline: who, what, how much"""

from __future__ import annotations

from medark.model.staging import STAGING
from medark.standardise.step import Step


def _lookup(name: str) -> Step:
    """Every wave gets all of them, so that nothing of the wave before is ever read: empty ones cost next to nothing."""
    return Step(name, "medark.standardise.lookups", f"{name}.sql", tuple(STAGING))


# Read: staged_…, the vocabulary's code_map and local_map, `data()`, person_link (see links.py), and known_product: rows
# of `product` as waves before made it.
STEPS: tuple[Step, ...] = (
    _lookup("person_key"),
    _lookup("product"),
    _lookup("asked_code"),
    _lookup("coding"),
    _lookup("spelling"),
    _lookup("found_code"),
    _lookup("chosen_code"),
    _lookup("chosen_answer"),
    _lookup("value_map"),
    _lookup("unit_map"),
)
