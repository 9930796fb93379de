"""All cards: which rule is shown at which hook, and why one may override it"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.define import Rule
from medark.sdk import CardRule, Settings

from .allergies import allergies
from .critical import critical
from .delta import delta
from .drugs import Drugs, recognised
from .duplicates import duplicates
from .early import early
from .elderly import elderly
from .interactions import interactions
from .kidney_injury import kidney_injury
from .monitoring import monitoring
from .qt import qt
from .renal import renal

VIEWED: Final = ("patient-view",)
ORDERED: Final = ("order-select", "order-sign")
BOTH: Final = (*VIEWED, *ORDERED)


def cards(settings: Settings) -> tuple[CardRule, ...]:
    """Every card of the application."""
    here = recognised(str(settings["drug_codes"]), bool(settings["drug_vocabulary"]))
    of_results = (critical(here, str(settings["critical_values"])), kidney_injury(), *early(here))
    return (
        *(CardRule(rule.name, BOTH, rule) for rule in of_results),
        *(CardRule(rule.name, VIEWED, rule) for rule in (delta(), monitoring(here))),
        *(CardRule(rule.name, BOTH, rule) for rule in _of_orders(here)),
    )


def _of_orders(here: Drugs) -> Iterator[Rule]:
    yield from allergies(here)
    yield from interactions(here)
    yield from qt(here)
    yield from renal(here)
    yield from duplicates(here)
    yield elderly(here)
