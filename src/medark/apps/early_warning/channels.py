"""The channels: what hospitals, clinics, report cards, 120, test sites, pharmacies and schools tell"""

from __future__ import annotations

from typing import Final

from medark.define import (
    Dataset,
    Frame,
    Row,
    Series,
    Tally,
    codes,
    concepts,
    conditions,
    drugs,
    every,
    index,
    measurements,
    observations,
    visits,
)
from medark.define.nodes import Population

from . import facts
from .desk.cases import case_columns
from .people import ABOUT, own

CLAIM: Final = 32810  # OMOP type: told by an insurer, of a visit that its hospital tells of too
REPORT: Final = 32848  # OMOP type: told by a government's report
_TEMPERATURE: Final = codes("body temperature", "LOINC", "8310-5", source="LOINC 2.78")
_OUTPATIENT: Final = concepts("outpatient and emergency", 9202, 9203, source="OMOP Visit")
_POSITIVE: Final = 45884084  # OMOP Meas Value
_NEGATIVE: Final = 45878583
FEVER: Final = 38.0  # °C; 全国流感监测方案（2017年版）
ABSENCE: Final = "absence:"  # an observation of a pupil, "absence:fever", with the school as its qualifier
SCHOOLS: Final = "中小学校传染病预防控制工作管理规范（2006）, to be confirmed"
REPORTED: Final = "report"  # an observation of the day on which a report card came in


def visits_of_syndromes() -> Dataset:
    """A row a diagnosis of a syndrome, as hospitals and clinics made it: not what insurers and report cards repeat."""
    names = facts.written(facts.syndromes())
    told = diagnosed(names)
    diagnosis = own(told)
    columns = {"syndrome": bare(diagnosis).code_of(names), "code": diagnosis.condition_source_value}
    return _dataset("visits", every(told), columns, "syndromes.csv: each syndrome with its source")


def fevers() -> Dataset:
    """A row a temperature of 38 °C or more at an outpatient or emergency visit."""
    hot = measurements.of(_TEMPERATURE)
    hot = hot.where(hot.value_in("Cel") >= FEVER)
    here = visits.in_visit()
    hot = hot.where(hot.at_each(here.where(here.concept.is_in(_OUTPATIENT)).exists()))
    return _dataset("fevers", every(hot), {"temperature": own(hot).value_in("Cel")}, "全国流感监测方案（2017年版）")


def medicines() -> Dataset:
    """A row a medicine of the watched classes that was given to somebody."""
    words = facts.written(facts.medicines())
    told = drugs.where(drugs.drug_type_concept_id != CLAIM, drugs.drug_source_value.code_of(words).is_known())
    name = own(told).drug_source_value
    columns = {"drug_class": name.code_of(words), "drug": name}
    return Dataset(every(told), {**columns, **ABOUT}, name="medicines", source="medicines.csv")


def sales() -> Tally:
    """A row a sale of the watched classes at a till: a count of its shop, for nobody knows the buyer."""
    return Tally(facts.written(facts.medicines()), by="drug_class", name="sales", source="medicines.csv")


def calls() -> Dataset:
    """A row a call to 120."""
    known = [one.key for one in facts.complaints()]
    told = observations.where(observations.observation_source_value.is_in(known))
    call = own(told)
    columns = {"complaint": call.observation_source_value, "priority": call.value_as_number.of_any_unit()}
    return _dataset("calls", every(told), columns, "complaints.csv")


def tests() -> Dataset:
    """A row a nucleic-acid test with a result; those that are to be repeated are none yet."""
    names = facts.written(facts.targets())
    told = measurements.where(
        measurements.measurement_source_value.is_in(list(names)),
        measurements.value_as_concept_id.is_in([_POSITIVE, _NEGATIVE]),
    )
    test = own(told)
    columns = {
        "target": test.measurement_source_value.code_of(names),
        "is_positive": test.value_as_concept_id == _POSITIVE,
    }
    return _dataset("tests", every(told), columns, "targets.csv")


def cards() -> Dataset:
    """A row a report card, from the day of onset."""
    known = facts.diseases()
    names = facts.written(known)
    told = conditions.where(conditions.condition_type_concept_id == REPORT)
    told = told.where(bare(told).code_of(names).is_known())
    card = own(told)
    disease = bare(card).code_of(names)
    came = observations.where(observations.observation_source_value == REPORTED)
    columns = {
        "disease": disease,
        "legal_class": disease.code_of({one.key: one.legal_class for one in known}),
        "limit_hours": disease.code_of({one.key: one.limit_hours for one in known}),
        "case_class": card.condition_status_source_value,
        "reported": came.where(came.start_date >= index.start_date).first().start_date,
    }
    return _dataset("cards", every(told), columns, "diseases.csv")


def absences() -> Dataset:
    """A row a day on which a pupil was absent for illness."""
    told = observations.where(observations.observation_source_value.beginning(len(ABSENCE)) == ABSENCE)
    day = own(told)
    columns = {"school": day.qualifier_source_value, "symptom": day.observation_source_value.without(ABSENCE)}
    return _dataset("absences", every(told), columns, SCHOOLS)


def diagnosed(names: dict[str, str]) -> Frame:
    """Diagnoses that hospitals and clinics made, of codes that have a name."""
    kind = conditions.condition_type_concept_id
    return conditions.where(~kind.is_in([CLAIM, REPORT]), bare(conditions).code_of(names).is_known())


def bare(diagnosis: Frame | Row) -> Series:
    """The code of a diagnosis as it was written, without its dot."""
    return diagnosis.condition_source_value.without(".")


def _dataset(name: str, entries: Population, columns: dict[str, Series], source: str) -> Dataset:
    """Entries with their own columns, what is told of everybody, their test and what became of them."""
    ended = case_columns(list(facts.written(facts.targets())), _POSITIVE, _NEGATIVE)
    return Dataset(entries, {**columns, **ABOUT, **ended}, name=name, source=source)
