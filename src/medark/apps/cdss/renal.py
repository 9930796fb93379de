"""Drugs that kidneys do not bear: not to be given, or in another dose, at the filtration of now"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from medark.define import Card, Rule, Series, case, days, index, person
from medark.sdk.renal import clearance, filtration

from .drugs import Drugs, active
from .facts import Row, begins, number, numbered, table
from .labs import Latest, labs
from .words import Facts, column, told

day = index.start_date
age = person.age_on(day)
_FRESH: Final = days(90)  # a creatinine of the last three months; ours
_WEIGHED: Final = days(366)  # a weight of the last year; ours
SOURCE: Final = (
    "Product labels and guidelines, named on each line; eGFR: CKD-EPI 2021 (Inker 2021, N Engl J Med 385:1737)"
)


def renal(here: Drugs) -> Iterator[Rule]:
    """Two rules: drugs to be stopped, and doses to be changed."""
    facts = list(numbered(table("renal")))
    for stop, name, indicator, en, zh in (
        (1, "renal_stop", "warning", "Kidneys", "肾功能"),
        (0, "renal_dose", "info", "Dose by kidneys", "按肾功能调整剂量"),
    ):
        yield _rule(here, name, indicator, (en, zh), [(at, row) for at, row in facts if int(row["stop"]) == stop])


def _rule(here: Drugs, name: str, indicator: str, words: tuple[str, str], facts: Facts) -> Rule:
    mark, fact = _found(here, facts)
    rows = active().where(mark.is_known()).where(fact.is_known())
    worst, at = rows.last_by(fact, rows.start), rows.max(fact)
    return Rule(
        name,
        when=rows.exists(),
        card=Card(
            summary_en=f"{words[0]}: {{drug_en}}: {{action_en}} (eGFR {{egfr}}, {{drugs}} such drugs)",
            summary_zh=f"{words[1]}：{{drug_zh}}：{{action_zh}}（eGFR {{egfr}}，共 {{drugs}} 种）",
            indicator=indicator,
            detail_en="**{drug}** (from {drug_from}): {action_en}.\n\n- eGFR **{egfr}** mL/min/1.73 m² (CKD-EPI 2021), "
            "clearance {crcl} mL/min (Cockcroft–Gault, with a weight of the last year; without one eGFR stands for it)."
            "\n- Creatinine {creatinine} µmol/L on {taken}.\n- Source: {source}.",
            detail_zh="**{drug}**（{drug_from} 起）：{action_zh}。\n\n"
            "- eGFR **{egfr}** mL/min/1.73 m²（CKD-EPI 2021），"
            "肌酐清除率 {crcl} mL/min（Cockcroft–Gault，近一年体重；无体重时以 eGFR 代替）。"
            "\n- 肌酐 {creatinine} µmol/L（{taken}）。\n- 来源：{source}。",
        ),
        values={
            **told("drug", at, facts),
            **told("action", at, facts),
            "drug": worst.drug_source_value,
            "drug_from": worst.start_date,
            "egfr": egfr().round(1),
            "crcl": crcl().round(1),
            "creatinine": _creatinine("umol/L").value.round(1),
            "taken": _creatinine("umol/L").taken,
            "drugs": rows.count_distinct(mark),
            "source": column(at, facts, "source"),
        },
        cooldown=days(7),
        source=SOURCE,
    )


def egfr() -> Series:
    """Filtration by the last creatinine."""
    return filtration(_creatinine("mg/dL").value, age)


def crcl() -> Series:
    """Clearance by the last creatinine and weight; missing without a weight."""
    return clearance(_creatinine("mg/dL").value, labs()["weight"].latest(day - _WEIGHED).value, age)


def _creatinine(unit: str) -> Latest:
    return labs()["crea"].latest(day - _FRESH, unit)


def _found(here: Drugs, facts: Facts) -> tuple[Series, Series]:
    """Of each order: which drug of the facts it is, and the fact in whose band the measure lies.

    A drug has a band or two of a measure: the limits of each are looked up by the drug.
    """
    mark = here.mark({atc: at for at, row in facts for atc in here.atcs() if begins(atc, row["atc"])})
    branches = [
        branch
        for measure, value in (("eGFR", egfr()), ("CrCl", crcl().if_missing(egfr())))
        for band in _bands([(at, row) for at, row in facts if row["measure"] == measure])
        for branch in (_in_band(here, band, value),)
    ]
    return mark, case(*branches)


def _bands(facts: Facts) -> list[list[tuple[int, Row]]]:
    """The facts so that each list has one of a drug."""
    found: list[list[tuple[int, Row]]] = []
    for at, row in facts:
        for band in found:
            if all(row["atc"] != other["atc"] for _, other in band):
                band.append((at, row))
                break
        else:
            found.append([(at, row)])
    return found


def _in_band(here: Drugs, band: Facts, value: Series) -> tuple[Series, Series]:
    least, below, fact = (
        here.mark({atc: told(at, row) for at, row in band for atc in here.atcs() if begins(atc, row["atc"])})
        for told in (
            lambda _, row: round(number(row["least"]) * 100), lambda _, row: round(number(row["below"]) * 100),
            lambda at, _: at,
        )
    )  # fmt: skip
    return (value * 100.0 >= least) & (value * 100.0 < below), fact
