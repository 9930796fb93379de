"""What the application hands over"""

from __future__ import annotations

from medark.sdk import App, Settings

from .cards import cards
from .drugs import recognised
from .knowledge.diagnosed import diagnosed
from .knowledge.linking import linked
from .knowledge.made import knowledge
from .pages import pages
from .risk.asked import risks
from .risk.datasets import risk_datasets


def app(settings: Settings) -> App:
    """The application with the limits of its place."""
    shown = cards(settings)
    known = knowledge(shown)
    asked = risks(recognised(str(settings["drug_codes"]), bool(settings["drug_vocabulary"])), settings)
    return App(
        cards=linked(shown),
        datasets=(diagnosed(known.diagnoses), *risk_datasets(asked)),
        pages=pages(known, asked),
    )
