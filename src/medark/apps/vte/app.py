"""What the application hands over"""

from __future__ import annotations

from medark.sdk import App, Settings

from .coded import all_coded
from .datasets import score_datasets
from .inpatients import inpatients
from .prophylaxis import standing
from .rules import cards, tasks
from .scores import assessments


def app(settings: Settings) -> App:
    """The application with the bands of its place."""
    coded = all_coded(bool(settings["drug_vocabulary"]))
    scores = assessments(coded, str(settings["caprini_bands"]))
    now = standing(scores, coded)
    return App(
        cards=cards(now, scores),
        tasks=tasks(now, scores, coded),
        datasets=(inpatients(now, scores), *score_datasets(scores)),
    )
