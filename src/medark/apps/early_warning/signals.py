"""The signals of the seven systems: what is counted, by which method, who is asked to look and how soon"""

from __future__ import annotations

from typing import Final

from medark.define import Dataset, Tally
from medark.sdk import Detection, Part, PublishSignal, Response, Settings, Trigger

from . import facts
from .channels import absences, calls, cards, fevers, medicines, sales, tests, visits_of_syndromes
from .people import DISTRICT

# Tuned on a made-up city (seed 1) and measured on others: benchmarks/bench_early_warning.py.
EARS: Final = Detection("ears_c2", {"baseline": 28, "limit": 4.0, "least_sd": 0.5}, least_cases=3)
CHART: Final = Detection("ewma", {"baseline": 365, "limit": 4.0, "least_sd": 0.5}, least_cases=3, fallback=EARS)
CIDARS: Final = Detection("moving_percentile", {"percentile": 80.0}, least_cases=3, fallback=CHART)
SHARE: Final = Detection("binomial_share", {"alpha": 0.001}, least_cases=2)
SCAN: Final = Detection("scan_permutation", {"longest": 7, "replications": 999, "alpha": 0.01}, least_cases=3)
ONE_CASE: Final = Detection("fixed_value", {"value": 1.0})
HISTORY: Final = 1200  # days looked back on: three years and the five weeks that moving percentile asks for
_TWO_YEARS: Final = 800  # a year that shows what is usual, and what is judged by it
_RECENT: Final = 120

COLD_REMEDIES: Final = ("antipyretic", "cough_cold", "antiviral")
RESPIRATORY: Final = ("influenza_like", "lower_respiratory", "covid_like")


def signals(settings: Settings) -> tuple[PublishSignal, ...]:
    """All of them. A signal's entries are a dataset of the application: its rows are the line list."""
    hours = settings.number("verify_hours")
    visits, rooms = visits_of_syndromes(), absences()
    return (
        _daily("syndromes", visits, "Visits by syndrome", "症候群就诊", ("syndrome", DISTRICT), "visits", hours),
        _daily("fevers", fevers(), "Fevers at clinics", "发热就诊", (DISTRICT,), "fevers", hours),
        _daily("absences", rooms, "Pupils absent for illness", "学生因病缺勤", (DISTRICT,), "schools", hours),
        _daily("schools", rooms, "Pupils absent, by school", "学校因病缺勤", ("school",), "schools", hours),
        _daily(
            "medicines", medicines(), "Medicines given", "医疗机构用药", ("drug_class", DISTRICT), "medicines", hours
        ),
        _daily("sales", sales(), "Sales of pharmacies", "药店销售", ("drug_class", DISTRICT), "pharmacies", hours),
        _daily("calls", calls(), "120 calls", "120呼叫", ("complaint", DISTRICT), "calls", hours),
        _cards(settings),
        _urgent(settings),
        _positivity(hours),
        _clusters(hours),
    )


def triggers(settings: Settings) -> tuple[Trigger, ...]:
    """Channels that agree: signs of a new respiratory infection in one district."""
    return (
        Trigger(
            "multi_point", {"en": "Several channels at once", "zh": "多点触发"},
            (
                Part("syndromes", {"syndrome": RESPIRATORY}), Part("fevers"), Part("absences"),
                Part("medicines", {"drug_class": COLD_REMEDIES}), Part("sales", {"drug_class": COLD_REMEDIES}),
                Part("calls", {"complaint": ("fever", "breathless")}), Part("positivity"),
                Part("cards", {"disease": ("new_respiratory", "NID-C-001", "NID-B-001")}),
            ),
            DISTRICT, settings.whole("agreement_days"), settings.whole("agreement_channels"),
            _response("Several channels alarm together", "多渠道同时预警", settings.number("urgent_hours")),
        ),
    )  # fmt: skip


def _daily(
    name: str, entries: Dataset | Tally, en: str, zh: str, by: tuple[str, ...], channel: str, hours: float
) -> PublishSignal:
    return PublishSignal(
        name, entries, {"en": en, "zh": zh}, by=by, periods=_TWO_YEARS, detection=CHART, totals=DISTRICT in by,
        channel=channel, words=_words(by),
        response=_response(f"Verify: {en[:1].lower()}{en[1:]}", f"核实：{zh}", hours),
    )  # fmt: skip


def _cards(settings: Settings) -> PublishSignal:
    """Report cards against the same weeks of the years before; the latest days completed for reports still to come."""
    return PublishSignal(
        "cards", cards(), {"en": "Report cards", "zh": "传染病报告卡"}, by=("disease", DISTRICT), periods=HISTORY,
        detection=CIDARS, totals=True, reported="reported", delays=14, channel="cards", words=_words(("disease",)),
        response=_response("Verify: report cards", "核实：传染病报告", settings.number("verify_hours")),
    )  # fmt: skip


def _urgent(settings: Settings) -> PublishSignal:
    return PublishSignal(
        "cards_urgent", cards(), {"en": "Single cases managed as class A", "zh": "甲类管理疾病单病例"},
        by=("disease",), periods=_RECENT, detection=ONE_CASE, channel="cards", words=_words(("disease",)),
        where={"disease": tuple(one.key for one in facts.diseases() if one.is_urgent)},
        response=_response("One case is a signal", "单病例预警", settings.number("urgent_hours")),
    )  # fmt: skip


def _positivity(hours: float) -> PublishSignal:
    return PublishSignal(
        "positivity", tests(), {"en": "Share of positive tests", "zh": "检测阳性率"}, by=("target", DISTRICT),
        periods=_RECENT, detection=SHARE, totals=True, share_of="is_positive", channel="tests",
        words=_words(("target",)),
        response=_response("Verify: share of positive tests", "核实：检测阳性率", hours),
    )  # fmt: skip


def _clusters(hours: float) -> PublishSignal:
    return PublishSignal(
        "clusters", visits_of_syndromes(), {"en": "Clusters of visits", "zh": "时空聚集"}, by=("syndrome", DISTRICT),
        periods=60, detection=SCAN, places=facts.places(), channel="clusters",
        words=_words(("syndrome",)),
        response=_response("Verify: a cluster in space and time", "核实：时空聚集", hours),
    )  # fmt: skip


def _words(by: tuple[str, ...]) -> dict[str, dict[str, facts.Texts]]:
    return {column: of for column, of in facts.words().items() if column in by}


def _response(en: str, zh: str, hours: float) -> Response:
    return Response({"en": en, "zh": zh}, due_hours=hours)
