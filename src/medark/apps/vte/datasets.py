"""Each score of each inpatient of today: between which totals it lies, and what is known of each item"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medark.define import Cohort, Criterion, Dataset, everyone
from medark.sdk import Publish

from .scores import Assessment
from .stays import in_hospital

INPATIENTS = Cohort("inpatients", everyone(), [Criterion("in hospital", in_hospital)])


def score_datasets(scores: Mapping[str, Assessment]) -> Iterator[Publish]:
    """A dataset a score, one row an inpatient."""
    yield from (_published(one) for one in scores.values())


def dataset_of(score: str) -> str:
    """The name of the dataset of a score."""
    return f"score_{score}"


def _published(one: Assessment) -> Publish:
    fact = one.fact
    columns = {
        "least": one.least,
        "most": one.most,
        "least_band": one.least_band,
        "most_band": one.most_band,
        "unjudged": one.unjudged,
        **{f"is_{item.name}": item.condition for item in one.score.items},
        **{f"on_{name}": day for name, day in one.since.items()},
    }
    return Publish(
        dataset_of(fact.name),
        Dataset(INPATIENTS, columns, name=dataset_of(fact.name), source=fact.source),
        title=fact.title,
        description=fact.population,
        meanings=_meanings(one),
    )


def _meanings(one: Assessment) -> dict[str, Mapping[str, str]]:
    labels = {item.name: item.label for item in one.fact.items}
    return {
        "least": {"en": "lowest total that is possible", "zh": "可能的最低总分"},
        "most": {"en": "highest total that is possible", "zh": "可能的最高总分"},
        "least_band": {"en": "band of the lowest total", "zh": "最低总分对应分级"},
        "most_band": {"en": "band of the highest total", "zh": "最高总分对应分级"},
        "unjudged": {"en": "items that can't be judged", "zh": "无法判断的条目数"},
        **{f"is_{name}": labels[name] for name in one.conditions},
        **{
            f"on_{name}": {"en": f"day: {labels[name]['en']}", "zh": f"日期：{labels[name]['zh']}"}
            for name in one.since
        },
    }
