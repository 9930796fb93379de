"""What the application hands over"""

from __future__ import annotations

from medark.sdk import App, Settings

from .coded import all_coded
from .datasets import score_datasets
from .inpatients import inpatients
from .pages import pages
from .prophylaxis import standing
from .questions import questions
from .rules import cards, tasks
from .scores import assessments


def app(settings: Settings) -> App:
    """The application with the bands of its place."""
    coded = all_coded(bool(settings["drug_vocabulary"]))
    scores = assessments(coded, str(settings["caprini_bands"]))
    facts = {name: one.fact for name, one in scores.items()}
    now = standing(scores, coded)
    return App(
        cards=cards(now, scores),
        tasks=tasks(now, scores, coded),
        datasets=(inpatients(now, scores), *score_datasets(scores)),
        pages=(*pages(facts), questions(facts)),
    )
