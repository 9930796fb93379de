"""All cards: which rule is shown at which hook, and why one may override it"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.define import Rule
from medark.sdk import CardRule, Reason, Settings

from .allergies import allergies
from .critical import critical
from .delta import delta
from .drugs import Drugs, recognised
from .duplicates import duplicates
from .early import early
from .elderly import elderly
from .facts import table
from .interactions import interactions
from .kidney_injury import kidney_injury
from .monitoring import monitoring
from .qt import qt
from .renal import renal
from .words import LANGUAGES

VIEWED: Final = ("patient-view",)
ORDERED: Final = ("order-select", "order-sign")
BOTH: Final = (*VIEWED, *ORDERED)


def cards(settings: Settings) -> tuple[CardRule, ...]:
    """Every card of the application."""
    here = recognised(str(settings["drug_codes"]), bool(settings["drug_vocabulary"]))
    why = tuple(Reason(row["code"], {of: row[f"label_{of}"] for of in LANGUAGES}) for row in table("reasons"))
    of_results = (critical(here, str(settings["critical_values"])), kidney_injury(), *early(here))
    shown = (
        *((BOTH, rule) for rule in of_results),
        *((VIEWED, rule) for rule in (delta(), monitoring(here))),
        *((BOTH, rule) for rule in _of_orders(here)),
    )
    return tuple(CardRule(rule.name, hooks, rule, reasons=why) for hooks, rule in shown)


def _of_orders(here: Drugs) -> Iterator[Rule]:
    yield from allergies(here)
    yield from interactions(here)
    yield from qt(here)
    yield from renal(here)
    yield from duplicates(here)
    yield elderly(here)
