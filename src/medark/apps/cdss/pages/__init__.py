"""Pages of decision support: one patient, a search, what is known, why a card was shown, and how cards end"""

from __future__ import annotations

from collections.abc import Mapping

from medark.sdk import Page

from ..knowledge.known import Knowledge
from ..risk.asked import Asked
from .diagnosis import diagnosis_page
from .entry import entry_page
from .patient import patient_page
from .quality import quality_page
from .search import search_page
from .why import why_page


def pages(known: Knowledge, risks: Mapping[str, Asked]) -> tuple[Page, ...]:
    """Every page; those that only make sense from another are not listed."""
    return (
        patient_page(known, risks), diagnosis_page(known), search_page(known), quality_page(known), entry_page(known),
        why_page(known),
    )  # fmt: skip
