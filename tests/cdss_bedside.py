"""Somebody in the tiny lake, and which cards of decision support they get"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import medark
from medark.define.memory import RuleSet, moment_of
from medark.model.card import Card
from medark.sdk import App
from medark.sdk.app import CardRule
from medark.sdk.finding import card_of, with_told
from medark.sdk.testing import Patient, TinyLake, app_in, tiny_lake

HERE = Path(medark.__file__).parent / "apps" / "cdss"
NOW = "2024-07-03 08:00"
_HERE = tiny_lake(NOW)
# Sets of concepts are found by their names here.
VITALS = {
    "resp_rate": ("respiratory rate", "/min"), "spo2": ("oxygen saturation", "%"),
    "sbp": ("systolic pressure", "mm[Hg]"), "pulse": ("pulse", "/min"), "temp": ("temperature", "Cel"),
    "gcs": ("glasgow coma score", ""),
    "oxygen": ("oxygen flow", "L/min"),
}  # fmt: skip


@cache
def made(**settings: str) -> App:
    """The application, with some settings."""
    return app_in(HERE, settings)[1]


@cache
def card_rule(name: str, **settings: str) -> CardRule:
    """One of its cards."""
    (found,) = [one for one in made(**settings).cards if one.name == name]
    return found


@cache
def compiled(name: str, **settings: str) -> RuleSet:
    """One of its cards, ready to be judged for anybody."""
    rule = card_rule(name, **settings).rule
    return RuleSet([rule], _HERE._resolved([rule]))


class Bedside:
    """One person, now."""

    def __init__(self, born: str = "1970-01-01", sex: str = "M", now: str = NOW, **settings: str) -> None:
        self.lake: TinyLake = tiny_lake(now)
        self.lake._sets = _HERE._sets  # numbers of concepts are the same for all, so that rules are compiled once
        self.who: Patient = self.lake.person(born, sex)
        self._settings = settings

    def measured(self, what: str, value: float, unit: str, at: str = "2024-07-03 07:00") -> Bedside:
        """A result; without a unit where it has none."""
        if unit:
            self.lake.measured(self.who, what, value, unit, at)
        else:
            self.lake.row("measurement", self.who, what, at=at, value_as_number=float(value))
        return self

    def vital(self, **signs: float) -> Bedside:
        """Vital signs of this morning."""
        for key, value in signs.items():
            what, unit = VITALS[key]
            self.measured(what, value, unit, "2024-07-03 06:00")
        return self

    def takes(self, *names: str, since: str = "2024-07-01", until: str = "2024-07-20") -> Bedside:
        """Orders that go on."""
        for name in names:
            self.lake.row("drug_exposure", self.who, "drug", at=since, until=until, drug_source_value=name)
        return self

    def allergic(self, to: str) -> Bedside:
        """An allergy on record."""
        told: dict[str, Any] = {"observation_source_value": "419199007", "value_as_string": to}
        self.lake.row("observation", self.who, "allergy", at="2020-05-05", **told)
        return self

    def ill(self, code: str, at: str = "2024-06-30") -> Bedside:
        """A diagnosis by its code."""
        self.lake.row("condition_occurrence", self.who, "diagnosis", at=at, condition_source_value=code)
        return self

    def card(self, name: str, language: str = "en") -> Card | None:
        """The card of a name, if it is shown."""
        rule, rules = card_rule(name, **self._settings), compiled(name, **self._settings)
        record = self.lake._record(self.who.person_id)
        (said,) = rules.judge(record, moment_of(record, self.lake.now), today=self.lake.now.date())
        if not said.fires:
            return None
        return with_told(card_of(rule.rule, said.values, language, "cdss"), rule, language, "cdss")

    def says(self, name: str, language: str = "en") -> str:
        """The summary of a card; "" where it is not shown."""
        shown = self.card(name, language)
        return shown.summary if shown else ""

    def shown(self) -> set[str]:
        """The names of all cards that are shown."""
        return {one.name for one in made(**self._settings).cards if self.card(one.name)}
