"""A drug that somebody is allergic to, or that is near enough to one"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.define import Card, Frame, Rule, Series, days, index, observations

from .crossing import Crossing, crossing
from .drugs import Drugs, active
from .facts import begins, numbered, table
from .words import Facts, column, told

now = index.start
# SNOMED CT: allergy to substance, to drug, propensity to adverse reactions to drug.
RECORDED: Final = ("419199007", "416098002", "419511003")
_EVER: Final = days(36500)
CARDS: Final = (
    (3, "allergy", "critical", "Allergy", "过敏"),
    (2, "allergy_cross", "warning", "Possible cross-allergy", "可能交叉过敏"),
    (1, "allergy_remote", "info", "Cross-allergy is rare", "交叉过敏少见"),
)
SOURCE: Final = (
    "AAAAI/ACAAI drug allergy practice parameter 2022, J Allergy Clin Immunol 150:1333; and named on the card"
)


def allergies(here: Drugs) -> Iterator[Rule]:
    """A rule a severity."""
    facts = list(numbered(table("allergies")))
    known = _known(here, facts)
    words = _written(here, facts, known)
    allergen = observations.value_as_string.lower().code_of(words)
    mine = observations.where(observations.observation_source_value.is_in(RECORDED), observations.start <= now)
    taken = here.mark(known.right)
    pairs = mine.where(allergen.is_known()).paired_with(active().where(taken.is_known()), within=_EVER, order="any")
    left = pairs.left.value_as_string.lower().code_of(words)
    right = here.mark(known.right, pairs.right)
    for severity, name, indicator, en, zh in CARDS:
        rows = [(at, row) for at, row in facts if int(row["severity"]) == severity]
        among = [at for at, _ in rows]
        met = pairs.where(known.meets(left, right, among))
        yield _rule(name, indicator, (en, zh), met, known.fact(left, right, among), rows)
    yield _same(here, mine)


def _known(here: Drugs, facts: Facts) -> Crossing:
    """Of the facts that hold for a pair, the one about the smallest class of drugs."""
    size = {at: -max(map(len, row["drug_atc"].split("|"))) for at, row in facts}
    rank = {at: (size[at], -int(row["severity"]), at) for at, row in facts}
    sides: list[Mapping[str, frozenset[int]]] = [
        {atc: frozenset(at for at, row in facts if begins(atc, row[f"{side}_atc"])) for atc in here.atcs()}
        for side in ("allergen", "drug")
    ]
    by_word = {word: _of_class(word, facts) for word in _class_words(facts)}
    return crossing({**sides[0], **by_word}, sides[1], lambda both: min(both, key=rank.__getitem__))


def _class_words(facts: Facts) -> list[str]:
    return [word for _, row in facts if row["words"] for word in row["words"].split("|")]


def _of_class(word: str, facts: Facts) -> frozenset[int]:
    """Who is allergic to a class by its name is held to be so to all facts about that class."""
    (name,) = {row["allergen_en"] for _, row in facts if word in row["words"].split("|")}
    return frozenset(at for at, row in facts if row["allergen_en"] == name)


def _written(here: Drugs, facts: Facts, known: Crossing) -> dict[str, int]:
    """What is written of allergies, in small letters, and its group."""
    by_name = {name: known.left[atc] for name, atc in here.names.items() if atc in known.left}
    return {**by_name, **{word: known.left[word] for word in _class_words(facts)}}


def _same(here: Drugs, mine: Frame) -> Rule:
    """The very drug: what is written of the allergy names it."""
    which = {atc: place for place, atc in enumerate(here.atcs(), 1)}
    names = {name: which[atc] for name, atc in here.names.items()}
    allergen, taken = observations.value_as_string.lower().code_of(names), here.mark(which)
    pairs = mine.where(allergen.is_known()).paired_with(active().where(taken.is_known()), within=_EVER, order="any")
    met = pairs.where(pairs.left.value_as_string.lower().code_of(names) == here.mark(which, pairs.right))
    last = met.last_by(met.right.start)
    return Rule(
        "allergy_same_drug",
        when=met.exists(),
        card=Card(
            summary_en="Allergic to {allergen}; {drug} is ordered",
            summary_zh="对{allergen}过敏，医嘱含{drug}",
            indicator="critical",
            detail_en="Allergy recorded on {noted}: **{allergen}**. Ordered from {drug_from}: **{drug}**.",
            detail_zh="过敏记录（{noted}）：**{allergen}**。医嘱（{drug_from} 起）：**{drug}**。",
        ),
        values={
            "allergen": last.left.value_as_string,
            "noted": last.left.start_date,
            "drug": last.right.drug_source_value,
            "drug_from": last.right.start_date,
        },
        cooldown=days(7),
        source=SOURCE,
    )


def _rule(name: str, indicator: str, words: tuple[str, str], met: Frame, fact: Series, facts: Facts) -> Rule:
    last, number = met.last_by(fact, met.right.start), met.max(fact)
    return Rule(
        name,
        when=met.exists(),
        card=Card(
            summary_en=f"{words[0]}: {{allergen}} recorded, {{drug}} ordered (cross-reactivity {{risk_en}})",
            summary_zh=f"{words[1]}：已记录{{allergen}}过敏，医嘱含{{drug}}（交叉反应{{risk_zh}}）",
            indicator=indicator,
            detail_en="Allergy recorded on {noted}: **{allergen}**. Ordered from {drug_from}: **{drug}**, one of "
            "{drug_en}. Cross-reactivity: {risk_en}.\n\n- Ask what happened and when.\n- Source: {source}.",
            detail_zh="过敏记录（{noted}）：**{allergen}**。医嘱（{drug_from} 起）：**{drug}**，属{drug_zh}。"
            "交叉反应：{risk_zh}。\n\n- 追问过敏经过与时间。\n- 来源：{source}。",
        ),
        values={
            **told("risk", number, facts),
            **told("drug", number, facts),
            "allergen": last.left.value_as_string,
            "noted": last.left.start_date,
            "drug": last.right.drug_source_value,
            "drug_from": last.right.start_date,
            "source": column(number, facts, "source"),
        },
        cooldown=days(7),
        source=SOURCE,
    )
