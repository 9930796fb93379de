"""What the record can't tell of a risk, asked of whoever knows the patient; kept as answers"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from medark.sdk import Field, FilledForm, Form, FormAnswer, View

from ..risk.asked import Asked
from ..risk.inputs import ANSWER

# Items that a number tells, and which number is asked instead.
_BY_NUMBER: Final[Mapping[str, tuple[str, ...]]] = {
    "waist_large": ("waist",), "waist_wide": ("waist",), "waist": ("waist",), "bmi_over_30": ("weight", "height"),
    "bmi_25_30": ("weight", "height"),
}  # fmt: skip
_NUMBERS: Final[Mapping[str, tuple[str, str]]] = {
    "waist": ("waist, cm", "腰围（cm）"), "weight": ("weight, kg", "体重（kg）"),
    "height": ("height, cm", "身高（cm）"),
}  # fmt: skip
_NEVER: Final = (
    "total_cholesterol",
    "hdl",
    "systolic",
    "creatinine",
    "female",
    "male",
    "age",
)  # measured, or of the person


def question_form(view: View, person_id: int, unknown: Sequence[tuple[Asked, str]]) -> Form | None:
    """A form with a question for each thing that is not known; None where all is."""
    fields = tuple(_fields(view, unknown))
    if not fields:
        return None
    title = view.say("What the record can't tell", "病历中无法判断的内容")
    return Form(fields, view.say("Keep the answers", "保存"), saves=True, person_id=person_id, title=title)


def save(filled: FilledForm) -> tuple[FormAnswer, ...]:
    """The answers of the form: what was left open stays unknown."""
    told: dict[str, float | None] = {}
    for name in filled.fields:
        told[name] = filled.number(name) if name in _NUMBERS else filled.yes_no(name)
    return tuple(
        FormAnswer(filled.person_id, ANSWER + name, value) for name, value in told.items() if value is not None
    )


def _fields(view: View, unknown: Sequence[tuple[Asked, str]]) -> Iterator[Field]:
    seen: set[str] = set()
    for risk, name in unknown:
        for number in _BY_NUMBER.get(name, ()):
            if number not in seen:
                yield Field(number, _NUMBERS[number][view.language == "zh"], "number")
            seen.add(number)
        if name not in seen and name not in _BY_NUMBER and name not in _NEVER and not name.startswith("age_"):
            yield Field(name, risk.labels[name][view.language], "yes_no")
        seen.add(name)
