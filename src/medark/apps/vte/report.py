"""The single-disease report of VTE prevention: each field from data, the day of its evidence, and what is missing"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.define import (
    Cohort,
    Criterion,
    Dataset,
    Frame,
    Row,
    Series,
    case,
    death,
    index,
    person,
    sum_of,
    visit_details,
    when,
)
from medark.sdk import Publish

from .coded import Coded
from .facts import Texts, table
from .indicators import DISCHARGES
from .prophylaxis import Standing
from .scores import Assessment
from .stays import INTENSIVE_CARE, admitted, day, within

NAME: Final = "report"
TITLE: Final = {"en": "Single-disease report", "zh": "单病种上报"}
MEASURED: Final = {
    "weight_bmi": ("body mass index", "kg/m2"), "platelets": ("platelets", "10*9/L"),
    "creatinine": ("creatinine", "umol/L"), "d_dimer": ("D-dimer", "mg/L"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportField:
    """One field: what it is called, whether the report wants it of everybody."""

    name: str
    label: Texts
    is_required: bool
    source: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What fills a field, and the day of the row it is taken from; None where it is computed from many."""

    value: Series
    on: Series | None = None


def report_fields() -> tuple[ReportField, ...]:
    """The fields of facts/report.csv."""
    return tuple(
        ReportField(
            row["field"], {"en": row["label_en"], "zh": row["label_zh"]}, row["need"] == "required", row["source"]
        )
        for row in table(NAME)
    )


def report(now: Standing, scores: Mapping[str, Assessment], coded: Coded) -> Publish:
    """One row a stay that ended, of those at moderate or high risk: whom the platform asks about."""
    fields, filled = report_fields(), _filled(now, scores, coded)
    at_risk = Criterion("moderate or high risk", now.threatened)
    wanted = [filled[one.name].value for one in fields if one.is_required]
    columns = {
        **{one.name: filled[one.name].value for one in fields},
        **{f"on_{one.name}": on for one in fields if (on := filled[one.name].on) is not None},
        "missing": sum_of(*(when(value.is_missing()).then(1).otherwise(0) for value in wanted)),
    }
    return Publish(
        NAME,
        Dataset(Cohort("stays at risk", DISCHARGES, [at_risk]), columns, name=NAME, source=fields[0].source),
        title=TITLE,
        description={"en": "Stays that ended, at moderate or high risk.", "zh": "VTE中高危出院病例。"},
        meanings=_meanings(fields),
    )


def _filled(now: Standing, scores: Mapping[str, Assessment], coded: Coded) -> dict[str, Filled]:
    return {**_patient(), **_risks(now, scores), **_measured(coded), **_happened(now, coded)}


def _patient() -> dict[str, Filled]:
    return {
        "stay": Filled(admitted),
        "stay_end": Filled(index.start_date),
        "age": Filled(person.age_on(day)),
        "sex": Filled(case((person.gender_concept_id.is_in([8507, 8532]), person.gender_concept_id))),
        "death": Filled(death.death_date),
    }


def _risks(now: Standing, scores: Mapping[str, Assessment]) -> dict[str, Filled]:
    return {
        "ward": Filled(when(now.surgical).then("surgical").otherwise("medical")),
        "caprini": Filled(scores["caprini"].least),
        "padua": Filled(scores["padua"].least),
        "risk": Filled(now.risk),
        "risk_assessed": Filled(now.assessed_on),
        "bleeding": Filled(now.bleeding),
        "bleeding_assessed": Filled(now.bleeding_assessed_on),
    }


def _measured(coded: Coded) -> dict[str, Filled]:
    found = {}
    for field, (name, unit) in MEASURED.items():
        last = within(coded.rows("measurement", name), "stay").last()
        analyte = "creatinine" if field == "creatinine" else None
        found[field] = Filled(last.value_in(unit, analyte=analyte), last.start_date)
    return found


def _happened(now: Standing, coded: Coded) -> dict[str, Filled]:
    """What may have happened: the field is its first day, missing where nothing of it is known."""
    intensive = visit_details.of(INTENSIVE_CARE).between(admitted, day)
    rows: dict[str, Row] = {
        "intensive_care": intensive.first(),
        "history_of_vte": within(coded.rows("condition", "venous thromboembolism"), "before_stay").last(),
        "cancer": within(coded.rows("condition", "cancer"), "five_years").last(),
        "sepsis": _in_stay(coded, "condition", "sepsis").first(),
        "trauma": _in_stay(coded, "condition", "trauma").first(),
        "central_line": _in_stay(coded, "procedure", "central venous catheter").first(),
        "dialysis": _in_stay(coded, "procedure", "dialysis").first(),
        "ventilation": _in_stay(coded, "procedure", "mechanical ventilation").first(),
        "drug_from": _in_stay(coded, "drug", "anticoagulants").first(),
        "mechanical_from": _in_stay(coded, "procedure", "mechanical prophylaxis").first(),
        "thrombosis": _in_stay(coded, "condition", "venous thromboembolism").first(),
        "bleed": _in_stay(coded, "condition", "bleeding").first(),
    }
    return {"operation": Filled(now.operated_on), **{name: Filled(row.start_date) for name, row in rows.items()}}


def _in_stay(coded: Coded, of: str, name: str) -> Frame:
    return within(coded.rows(of, name), "stay")


def _meanings(fields: Sequence[ReportField]) -> dict[str, Mapping[str, str]]:
    return {
        **{one.name: one.label for one in fields},
        **{f"on_{one.name}": _day_of(one.label) for one in fields if one.name in MEASURED},
        "missing": {"en": "fields that are wanted and missing", "zh": "缺失的必填项数"},
    }


def _day_of(label: Texts) -> Texts:
    return {"en": f"day: {label['en']}", "zh": f"日期：{label['zh']}"}
