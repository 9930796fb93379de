"""The risks of each person, one dataset a risk: its ends, its bands, and what is known of its inputs"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medark.define import Dataset, Series, everyone
from medark.sdk import Publish

from .asked import Asked, shown

_OWN: Mapping[str, Mapping[str, str]] = {
    "suits": {"en": "is it made for this person", "zh": "是否适用"},
    "least": {"en": "lowest that is possible", "zh": "可能最低值"},
    "most": {"en": "highest that is possible", "zh": "可能最高值"},
}


def risk_datasets(asked: Mapping[str, Asked]) -> Iterator[Publish]:
    """A dataset a risk, one row a person."""
    yield from (_published(one) for one in asked.values())


def dataset_of(risk: str) -> str:
    """The name of the dataset of a risk."""
    return f"risk_{risk}"


def _published(one: Asked) -> Publish:
    columns: dict[str, Series] = {
        "suits": one.suits,
        **({name: shown(one, value) for name, value in _ends(one).items()}),
        **{f"in_{name}": value for name, value in one.inputs.items()},
    }
    name = dataset_of(one.fact.name)
    return Publish(
        name,
        Dataset(everyone(), columns, name=name, source=one.fact.source),
        title=one.fact.title,
        description=one.fact.population,
        meanings={
            **{name: _OWN[name] for name in ("suits", *_ends(one))},
            **{f"in_{key}": one.labels[key] for key in one.inputs},
        },
    )


def _ends(one: Asked) -> dict[str, Series]:
    """The ends of a risk that has them as definitions."""
    return {} if one.between is None else {"least": one.between.least, "most": one.between.most}
