"""Ways to say a variable in a line: a number, yes or no, a day, a category, an answer, or one made of others"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medark.define import Frame, Series, case, index, person, when
from medark.sdk.registry.file import DAY, NUMBER, TEXT, TRUTH, Make, Texts, Variable, words
from medark.sdk.registry.rows import answers

_MALE, _FEMALE = 8507, 8532  # OMOP concepts of the vocabulary Gender


def number(name: str, en: str, zh: str, rows: Frame, unit: str, source: str, **more: Any) -> Variable:
    """The last measured value, in a UCUM unit. `analyte` converts between mass and amount."""
    analyte = more.pop("analyte", None)
    meaning = more.pop("meaning", words(f"the last one, in {unit}", f"最近一次，单位 {unit}"))
    return Variable(
        name, words(en, zh), NUMBER, meaning, source, rows,
        lambda found: found.last().value_in(unit, analyte=analyte), unit=unit, **more,
    )  # fmt: skip


def score(name: str, en: str, zh: str, rows: Frame, source: str, **more: Any) -> Variable:
    """The last number of what has no unit: points of a scale."""
    meaning = more.pop("meaning", words("the last one, in points", "最近一次，分值"))
    read = lambda found: found.last().value_as_number.of_any_unit()  # noqa: E731
    return Variable(name, words(en, zh), NUMBER, meaning, source, rows, read, **more)


def has(name: str, en: str, zh: str, rows: Frame, source: str, **more: Any) -> Variable:
    """Is there such a row? Silence says no more than that none is here."""
    meaning = more.pop("meaning", words("is there a record of it", "是否有记录"))
    return Variable(name, words(en, zh), TRUTH, meaning, source, rows, lambda found: found.exists(), **more)


def done(name: str, en: str, zh: str, rows: Frame, source: str, **more: Any) -> Variable:
    """The day that something was done last."""
    meaning = more.pop("meaning", words("the last day that it was done", "最近一次日期"))
    return Variable(name, words(en, zh), DAY, meaning, source, rows, lambda found: found.last().start_date, **more)


def first(name: str, en: str, zh: str, rows: Frame, source: str, **more: Any) -> Variable:
    """The first day of something."""
    meaning = more.pop("meaning", words("the first day of it that is known here", "首次日期"))
    return Variable(name, words(en, zh), DAY, meaning, source, rows, lambda found: found.first().start_date, **more)


def answered(
    name: str, en: str, zh: str, item: str, codes: Mapping[str, Texts], source: str, **more: Any
) -> Variable:  # fmt: skip
    """One of some answers to an item of a form, kept as the number of its place, from 1."""
    meaning = more.pop("meaning", words("the last answer", "最近一次填报"))

    def read(found: Frame) -> Series:
        place = found.last().value_as_number.of_any_unit()
        return case(*((place == number, code) for number, code in enumerate(codes, 1)))

    return Variable(
        name, words(en, zh), TEXT, meaning, source, answers(item), read, codes=codes, asked=item, **more
    )  # fmt: skip


def points(name: str, en: str, zh: str, item: str, source: str, **more: Any) -> Variable:
    """A number that is answered in a form."""
    return score(name, en, zh, answers(item), source, asked=item, **more)


def made(name: str, en: str, zh: str, make: Make, source: str, **more: Any) -> Variable:
    """A value made of the values of other variables, a category by its code."""
    kind = TEXT if more.get("codes") else NUMBER
    meaning = more.pop("meaning")
    return Variable(name, words(en, zh), kind, meaning, source, make=make, **more)


def sex() -> Variable:
    """The sex, from the person's own record."""
    told: Series = (
        when(person.gender_concept_id == _MALE)
        .then("male")
        .when(person.gender_concept_id == _FEMALE)
        .then("female")
        .otherwise_missing()
    )
    return made(
        "sex", "Sex", "性别", lambda _: told, "OMOP CDM 5.4, person", at="",
        codes={"male": words("male", "男"), "female": words("female", "女")},
        meaning=words("as the hospitals' registers say", "按就诊登记"),
    )  # fmt: skip


def born() -> Variable:
    """The year of birth."""
    return made(
        "year_of_birth", "Year of birth", "出生年份", lambda _: person.year_of_birth, "OMOP CDM 5.4, person",
        meaning=words("the year alone", "仅年份"),
    )  # fmt: skip


def age_at_entry() -> Variable:
    """The age when they came in."""
    return made(
        "age_at_entry", "Age at entry", "入组年龄", lambda _: (index.start.year - person.year_of_birth),
        "OMOP CDM 5.4, person", unit="a",
        meaning=words("years from the year of birth to that of the first diagnosis", "首次诊断年份减出生年份"),
    )  # fmt: skip
