"""Variables that more than one registry has"""

from __future__ import annotations

from collections.abc import Iterator

from medark.define import concepts, visits
from medark.sdk.registry import BASELINE, Event, Variable, answered, diagnoses, has, labs, made, number, words

_GATS = "Global Adult Tobacco Survey: current, former, never"
_ADMITTED = concepts("inpatient stay", 9201, 262, 8717, source="OMOP Visit")


def smoking() -> Variable:
    """Whether somebody smokes, as they say."""
    return answered("smoking", "Smoking", "吸烟", "registry:smoking", {
        "never": words("never", "从不"), "former": words("former", "已戒"), "current": words("current", "现在吸"),
    }, _GATS, at=BASELINE, ever=True)  # fmt: skip


def blood_pressure(source: str, *, every: int = 0, target: float | None = None) -> Iterator[Variable]:
    """Both pressures."""
    yield number(
        "systolic", "Systolic pressure", "收缩压", labs("systolic blood pressure", "8480-6"), "mm[Hg]", source,
        every=every, target=target, is_drawn=True,
    )  # fmt: skip
    yield number(
        "diastolic", "Diastolic pressure", "舒张压", labs("diastolic blood pressure", "8462-4"), "mm[Hg]", source,
        every=every,
    )  # fmt: skip


def body(source: str, *, every: int = 0) -> Iterator[Variable]:
    """Weight, height, and the body mass index of the two."""
    yield number("weight", "Weight", "体重", labs("body weight", "29463-7"), "kg", source, every=every)
    yield number("height", "Height", "身高", labs("body height", "8302-2"), "cm", source, at=BASELINE, ever=True)
    yield made(
        "bmi", "Body mass index", "体重指数", lambda v: v["weight"] / (v["height"] / 100) ** 2, source, unit="kg/m2",
        is_drawn=True, meaning=words("weight by height squared", "体重除以身高平方"),
    )  # fmt: skip


def heart_and_vessels(source: str) -> Iterator[Variable]:
    """Diseases that go with it."""
    told = {
        "hypertension": ("Hypertension", "高血压", ("I10", "I11", "I12", "I13", "I15")),
        "dyslipidaemia": ("Dyslipidaemia", "血脂异常", ("E78",)),
        "coronary": ("Coronary heart disease", "冠心病", ("I20", "I21", "I22", "I23", "I24", "I25")),
        "stroke": ("Stroke", "脑卒中", ("I60", "I61", "I63", "I64", "I69")),
        "heart_failure": ("Heart failure", "心力衰竭", ("I50", "I11.0")),
    }
    for name, (en, zh, codes) in told.items():
        yield has(name, en, zh, diagnoses(en.lower(), *codes), source, ever=True)


def stays() -> tuple[Event, ...]:
    """Stays in hospital, whatever for."""
    return (
        Event("stay", words("Stay in hospital", "住院"), visits.of(_ADMITTED), "OMOP CDM 5.4, visit_occurrence", 0, 7),
    )
