"""What the application hands over"""

from __future__ import annotations

from medark.sdk import App, Settings, own_codes

from .assessment import assessment_page
from .coded import all_coded
from .datasets import score_datasets
from .indicators import discharges, indicators, measures
from .inpatients import inpatients
from .prophylaxis import standing
from .quality import quality
from .questions import questions
from .report import report
from .report_page import report_page
from .rules import cards, tasks
from .scores import assessments
from .ward import ward_pages


def app(settings: Settings) -> App:
    """The application with the bands of its place."""
    coded = all_coded(bool(settings["drug_vocabulary"]), own_codes(str(settings["drug_codes"])))
    scores = assessments(coded, str(settings["caprini_bands"]))
    facts = {name: one.fact for name, one in scores.items()}
    now = standing(scores, coded)
    counted = indicators(now, coded)
    return App(
        cards=cards(now, scores),
        tasks=tasks(now, scores, coded),
        datasets=(inpatients(now, scores), discharges(counted), report(now, scores, coded), *score_datasets(scores)),
        measures=measures(counted),
        pages=(*ward_pages(), assessment_page(facts), questions(facts), quality(counted), report_page()),
    )
