"""Critical values: the last result of a day that must be told at once, by test, age and unit"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medark.define import Card, Row, Rule, Series, any_of, case, hours, index, person, sum_of, when

from .drugs import Drugs, active
from .facts import table
from .labs import DAY, Lab, labs, recent

day = index.start_date
SOURCE: Final = {
    "survey": "Kost 1990, JAMA 263:704 (mean limits of 92 US centres, adults)",
    "china": "Usual limits of Chinese hospitals; each hospital sets its own (危急值报告制度): to be confirmed here",
}
_adult = person.age_on(day) >= 18
_neonate = (day - person.birth_date).days <= 28


@dataclass(frozen=True, slots=True)
class _Judged:
    """The last result of a test, and whether it is beyond a limit."""

    lab: Lab
    last: Row
    value: Series
    low: Series
    high: Series

    @property
    def is_low(self) -> Series:
        return (self.value < self.low).is_true()

    @property
    def is_high(self) -> Series:
        return (self.value > self.high).is_true()


def critical(here: Drugs, scheme: str) -> Rule:
    """One rule: of the last results of each test, the first in the order of the facts that is critical."""
    judged = [_judged(lab, scheme, here) for lab in labs().values() if _limits(lab.key, scheme)]
    beyond = [one.is_low | one.is_high for one in judged]
    which = case(*((found, place) for place, found in enumerate(beyond)))
    return Rule(
        "critical_value",
        when=any_of(*beyond),
        card=Card(
            summary_en="Critical {lab_en}: {value} {unit} at {taken} ({count} critical)",
            summary_zh="危急值：{lab_zh} {value} {unit}（{taken}，共 {count} 项）",
            indicator="critical",
            detail_en="Limits here: below {low} or above {high} {unit}.\n\n"
            "- Tell who treats the patient now, and note when."
            "\n- Does it fit the patient? If not, repeat it from a new sample.",
            detail_zh="本院危急值：低于 {low} 或高于 {high} {unit}。\n\n- 立即报告经治医师并登记时间。"
            "\n- 是否与病情相符？不符时重新采样复查。",
        ),
        values={
            "lab_en": _of(which, [one.lab.label["en"] for one in judged]),
            "lab_zh": _of(which, [one.lab.label["zh"] for one in judged]),
            "value": _of(which, [one.value.round(3) for one in judged]),
            "unit": _of(which, [_shown(one.lab.unit) for one in judged]),
            "taken": _of(which, [one.last.start for one in judged]),
            "low": _of(which, [one.low for one in judged]),
            "high": _of(which, [one.high for one in judged]),
            "count": sum_of(*(when(found).then(1).otherwise(0) for found in beyond)),
        },
        cooldown=hours(24),
        source=SOURCE[scheme],
    )


def _limits(lab: str, scheme: str) -> list[dict[str, str]]:
    return [row for row in table("critical") if (row["lab"], row["scheme"]) == (lab, scheme)]


def _judged(lab: Lab, scheme: str, here: Drugs) -> _Judged:
    last = lab.among(recent(DAY)).last()
    rows = _limits(lab.key, scheme)
    low, high = (_limit(rows, side, here) for side in ("low", "high"))
    return _Judged(lab, last, lab.value(last), low, high)


def _limit(rows: list[dict[str, str]], side: str, here: Drugs) -> Series:
    """The limit for whom it is asked; missing for people whom no row is about."""
    told = [(_is_of(row["population"], here), float(row[side])) for row in rows if row[side]]
    return case(*told) if told else case((_adult & ~_adult, 0.0))


def _is_of(population: str, here: Drugs) -> Series:
    if population == "neonate":
        return _neonate
    return _adult & active().where(here.in_class("B01AA03")).exists() if population == "warfarin" else _adult


def _of(which: Series, values: list[Series] | list[str]) -> Series:
    return case(*((which == place, value) for place, value in enumerate(values)))


def _shown(unit: str) -> str:
    return {"[pH]": "", "1": "", "mm[Hg]": "mmHg", "umol/L": "µmol/L"}.get(unit, unit)
