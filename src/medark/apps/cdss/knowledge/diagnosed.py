"""Which of the diagnoses that something is known about each person has, and when it was last written down"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from medark.define import Dataset, Series, conditions, everyone, index
from medark.sdk import Publish

from .facts import Diagnosis

NAME: Final = "diagnoses"
SOURCE: Final = "ICD-10, WHO 2019; the choice of codes is ours"


def diagnosed(diagnoses: Iterable[Diagnosis]) -> Publish:
    """One row a person: a column a diagnosis, the last day it was noted; missing where it never was."""
    told = tuple(diagnoses)
    return Publish(
        NAME,
        Dataset(everyone(), {column(one): _last(one) for one in told}, name=NAME, source=SOURCE),
        title={"en": "Diagnoses with recommendations", "zh": "有推荐意见的诊断"},
        meanings={column(one): one.names for one in told},
    )


def column(one: Diagnosis) -> str:
    """The column of a diagnosis."""
    return f"on_{one.id}"


def _last(one: Diagnosis) -> Series:
    begins = conditions.condition_source_value.starts_with(*one.codes)
    rows = conditions.where(begins, conditions.start_date <= index.start_date)
    return rows.max(rows.start_date)
