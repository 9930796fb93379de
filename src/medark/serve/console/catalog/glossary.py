"""The words of the platform, in both languages"""

from __future__ import annotations

from medark.catalog.glossary import terms
from medark.messages import _
from medark.serve.console.catalog.told import FIND
from medark.serve.console.screens import Screen, Visit


def screen(visit: Visit) -> Screen:
    """The page."""
    told = [
        {
            "word": term.word.told(visit.language), "other": term.word.en if visit.language == "zh" else term.word.zh,
            "meaning": term.meaning.told(visit.language), "anchor": term.word.en.replace(" ", "-"),
        }
        for term in terms()
    ]  # fmt: skip
    return Screen(_("Glossary"), "glossary.html", {"terms": told, "find": FIND})
