"""Disease registries: one file says who is in, what is known of them and when it is expected; the rest is made of it"""

from medark.sdk.registry.file import BASELINE, CONFIRM, EVENT, Event, Registry, Variable, Visit, visits, words
from medark.sdk.registry.made import registry_app
from medark.sdk.registry.rows import answers, diagnoses, labs, medicines, operations
from medark.sdk.registry.variables import (
    age_at_entry,
    answered,
    born,
    done,
    first,
    has,
    made,
    number,
    points,
    score,
    sex,
)

__all__ = [
    "BASELINE", "CONFIRM", "EVENT", "Event", "Registry", "Variable", "Visit", "age_at_entry", "answered", "answers",
    "born", "diagnoses", "done", "first", "has", "labs", "made", "medicines", "number", "operations", "points",
    "registry_app", "score", "sex", "visits", "words",
]  # fmt: skip
