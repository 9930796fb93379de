"""The pipeline: who, what, how much"""

from __future__ import annotations

from medark.model.staging import STAGING
from medark.standardise.lookups.step import Step

# Every wave gets all of them, so that nothing of the wave before is ever read: empty ones cost next to nothing.
_ALWAYS = tuple(STAGING)

# Read: staged_…, the vocabulary's code_map and local_map, `data()`, and person_link (see links.py).
STEPS: tuple[Step, ...] = (
    Step("person_key", _ALWAYS),
    Step("asked_code", _ALWAYS),
    Step("coding", _ALWAYS),
    Step("spelling", _ALWAYS),
    Step("found_code", _ALWAYS),
    Step("chosen_code", _ALWAYS),
    Step("chosen_answer", _ALWAYS),
    Step("unit_map", _ALWAYS),
)
