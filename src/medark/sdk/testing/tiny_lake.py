"""A tiny lake in memory: people and what happened to them in a line each, and what an application makes of it"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from medark.define import Cohort, ConceptSet, Dataset, Tally
from medark.define.concepts.ids import ConceptIds
from medark.define.memory import Entry, Evidence, Record, RuleSet, compiled, moment_of, tallied
from medark.define.memory.context import Person
from medark.define.memory.evidence import Explainer
from medark.define.memory.quick import Quick
from medark.define.nodes import InConcepts, Node
from medark.define.tables import event_table
from medark.errors import UsageError
from medark.model.card import Card
from medark.model.page import Block
from medark.model.units import unit_concepts
from medark.sdk.app import App, CardRule
from medark.sdk.finding import Finding, card_of, with_told
from medark.sdk.forms import FilledForm
from medark.sdk.settings import Setting, Settings
from medark.sdk.shows import Answer, Cards, Counts, Meetings, Needed, Rows, Sums, View
from medark.sdk.testing.asked import card_row, counts, filtered, meetings, page_of, sums

_SEXES = {"M": 8507, "F": 8532, "": 0}  # OMOP concepts of the vocabulary Gender
_Fired = tuple[str, Card, Mapping[str, Any], tuple[Evidence, ...]]
_FIRST_SET = 2_000_000_001  # from here on concept ids are a site's own
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody in the tiny lake."""

    person_id: int


@dataclass
class TinyLake:
    """People and their rows. A concept set needs no vocabulary here: what is written for a set, or for the name of one,
    is found by every set of that name.
    """

    now: dt.datetime
    settings: Settings = field(default_factory=lambda: Settings({}))
    _rows: dict[int, dict[str, list[Row]]] = field(default_factory=dict)
    _counts: list[Row] = field(default_factory=list)
    _places: dict[str, Row] = field(default_factory=dict)
    _sets: dict[str, int] = field(default_factory=dict)
    _keys: int = 0

    # -- what happened -----------------------------------------------------------------------------------------------

    def person(self, born: str = "1960-01-01", sex: str = "F") -> Patient:
        """Somebody new."""
        birth, number = dt.date.fromisoformat(born), len(self._rows) + 1
        self._rows[number] = {
            "person": [
                {
                    "person_id": number,
                    "gender_concept_id": _SEXES[sex],
                    "year_of_birth": birth.year,
                    "month_of_birth": birth.month,
                    "day_of_birth": birth.day,
                    "birth_datetime": dt.datetime.combine(birth, dt.time()),
                }
            ]
        }
        return Patient(number)

    def measured(self, who: Patient, what: ConceptSet | str, value: float, unit: str, at: str) -> None:
        """A measurement; `unit` in UCUM."""
        named = {one.code: one.concept_id for one in unit_concepts()}
        if unit not in named:
            raise UsageError(f"{unit!r} is no unit that is shipped", fix="such as mmol/L, g/L, %, mm[Hg]")
        self.row("measurement", who, what, at=at, value_as_number=float(value), unit_concept_id=named[unit])

    def diagnosed(self, who: Patient, what: ConceptSet | str, at: str) -> None:
        """A condition."""
        self.row("condition_occurrence", who, what, at=at)

    def given(self, who: Patient, what: ConceptSet | str, at: str, until: str = "") -> None:
        """A drug."""
        self.row("drug_exposure", who, what, at=at, until=until or at)

    def visited(self, who: Patient, what: ConceptSet | str, at: str, until: str = "") -> int:
        """A visit; its visit_occurrence_id."""
        return self.row("visit_occurrence", who, what, at=at, until=until or at)

    def row(self, table: str, who: Patient, what: ConceptSet | str, *, at: str, until: str = "", **columns: Any) -> int:
        """A row of any table of events; its key. Times are as 2024-07-01 08:30, or a day."""
        spec, self._keys = event_table(table), self._keys + 1
        concept = self._concept(what)
        start, end = dt.datetime.fromisoformat(at), dt.datetime.fromisoformat(until or at)
        told: Row = {spec.key: self._keys, spec.concept: concept, spec.source_concept: concept}
        told |= {spec.start: start.date(), spec.start_time: start, spec.end: end.date(), spec.end_time: end}
        told.pop("", None)
        self._rows[who.person_id].setdefault(table, []).append({**told, **columns})
        return self._keys

    def counted(self, item: str, quantity: float, on: str, place: str, district: str) -> None:
        """What a place counted on a day, of nobody in particular. The first count of a place says where it is."""
        self._keys += 1
        day = dt.date.fromisoformat(on)
        held = self._places.setdefault(place, {"number": len(self._places) + 1, "name": place, "county": district})
        self._counts.append({
            "event_count_id": self._keys, "event_count_start_date": day, "event_count_end_date": day,
            "event_count_source_value": item, "quantity": float(quantity), "unit_source_value": None,
            "care_site_id": held["number"], "location_id": held["number"],
        })  # fmt: skip

    # -- what the application makes of it ----------------------------------------------------------------------------

    def cards(self, app: App, who: Patient, hook: str = "patient-view", language: str = "en") -> list[Card]:
        """The cards of a hook for somebody, now."""
        return [card for _rule, card, _values, _evidence in self._fired(app, who, hook, language)]

    def _fired(self, app: App, who: Patient, hook: str, language: str) -> Iterator[_Fired]:
        """Each rule of a hook that fires for somebody, with its card, values and evidence."""
        mine = {rule.rule.name: rule for rule in app.cards if hook in rule.hooks}
        sets = self._resolved([one.rule for one in mine.values()])
        rules, held = RuleSet([one.rule for one in mine.values()], sets), self._record(who.person_id)
        entry = moment_of(held, self.now)
        for one in rules.judge(held, entry, today=self.now.date()):
            if one.fires:
                evidence = self._evidence(mine[one.rule], sets, held, entry)
                card = self._card(mine[one.rule], one.values, evidence, hook, language)
                yield one.rule, card, one.values, evidence

    def dataset(self, app: App, name: str) -> list[Row]:
        """The rows of a dataset, in the order of people."""
        for one in app.datasets:
            if one.name == name:
                return list(self._dataset(one.dataset))
        raise UsageError(f"there is no dataset {name!r}", fix=" | ".join(one.name for one in app.datasets))

    def tasks(self, app: App, name: str) -> list[Patient]:
        """Whom a task rule opens a task for."""
        for one in app.tasks:
            if one.name == name:
                return [Patient(row["person_id"]) for row in self._dataset(one.asked) if row["fires"]]
        raise UsageError(f"there is no task {name!r}", fix=" | ".join(one.name for one in app.tasks))

    def page(
        self, app: App, path: str, query: Mapping[str, str] | None = None, language: str = "en"
    ) -> tuple[Block, ...]:
        """A page as it is drawn. Small counts are told: nobody here is real."""
        view = self.view(app, path, query, language)
        return next(page.body for page in app.pages if page.path == path)(view)

    def view(self, app: App, path: str, query: Mapping[str, str] | None = None, language: str = "en") -> View:
        """What a page is drawn from."""
        for page in app.pages:
            if page.path == path:
                asked = View({}, self.settings, query or {}, language, self.now.date().isoformat())
                answers = {key: self._answer(app, needed, asked) for key, needed in page.shows.items()}
                return View(answers, self.settings, asked.query, language, asked.today)
        raise UsageError(f"there is no page {path!r}", fix=" | ".join(page.path for page in app.pages))

    def fill(self, app: App, path: str, who: Patient, fields: Mapping[str, str], at: str = "") -> int:
        """A form of a page is filled in about somebody, now or at a time: its answers are rows of theirs. How many."""
        moment = dt.datetime.fromisoformat(at) if at else self.now
        for page in app.pages:
            if page.path == path and page.save is not None:
                answers = page.save(FilledForm(who.person_id, fields, moment, self.settings))
                for one in answers:
                    number, text = (None, one.value) if isinstance(one.value, str) else (one.value, None)
                    told: Row = {"value_as_number": number, "value_as_string": text}
                    when = (one.at or moment).isoformat()
                    self.row("observation", who, one.item, at=when, observation_source_value=one.item, **told)
                return len(answers)
        raise UsageError(f"no page {path!r} keeps a form", fix=" | ".join(one.path for one in app.pages if one.save))

    def _card(
        self, rule: CardRule, values: Mapping[str, Any], evidence: tuple[Evidence, ...], hook: str, language: str
    ) -> Card:
        card = with_told(card_of(rule.rule, values, language, rule.name), rule, language, rule.name)
        told = Finding(rule.name, hook, card, values, evidence, self.settings, language)
        return card if rule.card is None else rule.card(told)

    def _evidence(self, rule: CardRule, sets: Any, held: Record, entry: Entry) -> tuple[Evidence, ...]:
        when: Any = rule.rule.when
        return Explainer(Quick(sets, (when,))).explained(when, Person(held, self.now.date()).at(entry)).evidence

    def _dataset(self, definition: Dataset | Cohort | Tally) -> Iterator[Row]:
        if isinstance(definition, Tally):
            sites = {held["number"]: {"care_site_name": held["name"]} for held in self._places.values()}
            yield from tallied(definition, self._counts, sites, {one["number"]: one for one in self._places.values()})
            return
        asked = Dataset(definition.population, {}) if isinstance(definition, Cohort) else definition
        ready = compiled(asked, self._resolved([definition]))
        for person_id in self._rows:
            yield from ready.rows(self._record(person_id), today=self.now.date())

    def _answer(self, app: App, needed: Needed, asked: View) -> Answer:
        """Nobody has tasks here."""
        match needed:
            case Rows():
                return page_of(self.dataset(app, needed.dataset), needed, asked)
            case Counts(by=by):
                return counts(self.dataset(app, needed.dataset), by)
            case Sums(of=of):
                return sums(self.dataset(app, of.dataset), needed, asked)
            case Meetings(cases=cases, stays=stays):
                found = filtered(self.dataset(app, cases.dataset), cases, asked)
                return meetings(found, self.dataset(app, stays), needed)
            case Cards(hook=hook):
                return self._cards(app, hook, asked)
        return Answer((), 0)

    def _cards(self, app: App, hook: str, asked: View) -> Answer:
        """The cards of the person that a page is asked for."""
        who = asked.query.get("person_id", "")
        told = self._fired(app, Patient(int(who)), hook, asked.language) if who in map(str, self._rows) else ()
        rows = tuple(card_row(*one) for one in told)
        return Answer(rows, len(rows))

    def _record(self, person_id: int) -> Record:
        tables = {
            table: {name: [row.get(name) for row in rows] for name in dict.fromkeys(key for row in rows for key in row)}
            for table, rows in self._rows[person_id].items()
        }
        return Record.of(person_id, tables)

    def _resolved(self, definitions: list[Any]) -> dict[ConceptSet, ConceptIds]:
        sets = {part.concepts for one in definitions for part in _walked(one) if isinstance(part, InConcepts)}
        numbers = {one: frozenset({self._concept(one)}) for one in sets}
        return {one: ConceptIds(number, number) for one, number in numbers.items()}

    def _concept(self, what: ConceptSet | str) -> int:
        name = what if isinstance(what, str) else what.name
        return self._sets.setdefault(name, _FIRST_SET + len(self._sets))


def tiny_lake(now: str = "2024-07-01 08:00", settings: Mapping[str, Setting] | None = None) -> TinyLake:
    """An empty one, at a moment."""
    return TinyLake(dt.datetime.fromisoformat(now), Settings(settings or {}))


def _walked(definition: Node) -> Iterator[Node]:
    return definition.walk()
