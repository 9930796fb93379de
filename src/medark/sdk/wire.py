"""An application as JSON, as it crosses between its process and the platform: definitions whole, code by its name"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, get_args

import msgspec

from medark.define import Cohort, Dataset, Measure, Rule, Tally
from medark.define.answers import from_json, to_json
from medark.errors import DefinitionError
from medark.model.signal import Every
from medark.sdk.app import App, CardLink, CardRule, Page, Publish, PublishFigure, PublishMeasure, Reason, TaskRule
from medark.sdk.calling import Call, Plain, called_card, called_figure, called_page, called_save, heard_as
from medark.sdk.shows import Counts, Needed
from medark.sdk.signals import Detection, Part, Place, PublishSignal, Response, Trigger

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Card:
    name: str
    hooks: tuple[str, ...]
    rule: str
    has_body: bool
    reasons: tuple[Reason, ...] = ()
    links: tuple[CardLink, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dataset:
    name: str
    dataset: str
    title: dict[str, str]
    meanings: dict[str, str | dict[str, str]]
    description: dict[str, str]
    licence: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Task:
    name: str
    rule: str
    title: dict[str, str]
    due_hours: float | None
    closes: bool
    page: str


@dataclass(frozen=True, slots=True)
class _Measure:
    name: str
    measure: str
    title: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Signal:
    name: str
    entries: str
    title: dict[str, str]
    every: Every
    by: tuple[str, ...]
    periods: int
    detection: Detection
    totals: bool
    share_of: str
    reported: str
    delays: int
    unsettled: int
    places: dict[str, Place]
    response: Response | None
    channel: str
    where: dict[str, tuple[str, ...]]
    words: dict[str, dict[str, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class _Trigger:
    name: str
    title: dict[str, str]
    of: tuple[Part, ...]
    by: str
    window: int
    least: int
    response: Response | None
    channel: str


@dataclass(frozen=True, slots=True)
class _Need:
    kind: str
    of: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Drawn:
    name: str
    title: dict[str, str]
    shows: dict[str, _Need]
    saves: bool = False
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class _App:
    cards: tuple[_Card, ...]
    datasets: tuple[_Dataset, ...]
    tasks: tuple[_Task, ...]
    measures: tuple[_Measure, ...]
    figures: tuple[_Drawn, ...]
    signals: tuple[_Signal, ...]
    triggers: tuple[_Trigger, ...]
    pages: tuple[_Drawn, ...]


def told_app(app: App) -> Plain:
    """An application as JSON values: its definitions in canonical form, and the names of what is computed by code."""
    told = _App(
        tuple(map(_told_card, app.cards)),
        tuple(map(_dataset, app.datasets)),
        tuple(
            _Task(one.name, to_json(one.rule), dict(one.title), one.due_hours, one.closes, one.page)
            for one in app.tasks
        ),
        tuple(_Measure(one.name, to_json(one.measure), dict(one.title)) for one in app.measures),
        tuple(_drawn(one.name, one.title, one.shows) for one in app.figures),
        tuple(map(_signal, app.signals)),
        tuple(_trigger(one) for one in app.triggers),
        tuple(map(_drawn_page, app.pages)),
    )  # fmt: skip
    plain = msgspec.to_builtins(told)
    assert isinstance(plain, dict)
    return plain


def heard_app(told: object, call: Call) -> App:
    """The application that `told_app` told; what its code computes is computed by `call`. DefinitionError otherwise."""
    heard = heard_as(told, _App)
    return App(
        cards=tuple(_heard_card(one, call) for one in heard.cards),
        datasets=tuple(
            Publish(
                one.name, _published(one.dataset), one.title, one.meanings, one.description, one.licence, one.origins
            )
            for one in heard.datasets
        ),
        tasks=tuple(
            TaskRule(one.name, _defined(one.rule, Rule), one.title, one.due_hours, one.closes, one.page)
            for one in heard.tasks
        ),
        measures=tuple(PublishMeasure(one.name, _defined(one.measure, Measure), one.title) for one in heard.measures),
        figures=tuple(
            PublishFigure(one.name, one.title, called_figure(one.name, call), _shows(one)) for one in heard.figures
        ),
        signals=tuple(map(_heard_signal, heard.signals)),
        triggers=tuple(Trigger(**_fields(one)) for one in heard.triggers),
        pages=tuple(
            Page(
                one.name, one.title, called_page(one.name, call), _shows(one),
                called_save(one.name, call) if one.saves else None, one.is_listed,
            )
            for one in heard.pages
        ),
    )  # fmt: skip


def _told_card(one: CardRule) -> _Card:
    reasons = tuple(Reason(reason.code, dict(reason.label)) for reason in one.reasons)
    links = tuple(CardLink(dict(link.label), link.url) for link in one.links)
    return _Card(one.name, one.hooks, to_json(one.rule), one.card is not None, reasons, links)


def _heard_card(one: _Card, call: Call) -> CardRule:
    body = called_card(one.name, call) if one.has_body else None
    return CardRule(one.name, one.hooks, _defined(one.rule, Rule), body, one.reasons, one.links)


def _dataset(one: Publish) -> _Dataset:
    title, description = dict(one.title), dict(one.description)
    meanings = {name: told if isinstance(told, str) else dict(told) for name, told in one.meanings.items()}
    return _Dataset(one.name, to_json(one.dataset), title, meanings, description, one.licence, one.origins)


def _signal(one: PublishSignal) -> _Signal:
    plain = {"entries": to_json(one.entries), "title": dict(one.title), "places": dict(one.places)}
    plain |= {"where": dict(one.where), "words": {name: dict(told) for name, told in one.words.items()}}
    return _Signal(**(_fields(one) | plain))


def _heard_signal(one: _Signal) -> PublishSignal:
    return PublishSignal(**(_fields(one) | {"entries": _published(one.entries)}))


def _trigger(one: Trigger) -> _Trigger:
    return _Trigger(**(_fields(one) | {"title": dict(one.title)}))


def _fields(one: PublishSignal | Trigger | _Signal | _Trigger) -> dict[str, Any]:
    return {part.name: getattr(one, part.name) for part in fields(one)}


def _drawn(name: str, title: Mapping[str, str], shows: Mapping[str, Needed]) -> _Drawn:
    needs = {key: _Need(type(one).__name__, msgspec.to_builtins(one)) for key, one in shows.items()}
    return _Drawn(name, dict(title), needs)


def _drawn_page(one: Page) -> _Drawn:
    return replace(_drawn(one.path, one.title, one.shows), saves=one.save is not None, is_listed=one.is_listed)


def _shows(drawn: _Drawn) -> dict[str, Needed]:
    kinds: Mapping[str, type[Needed]] = {one.__name__: one for one in get_args(Needed)}
    return {key: heard_as(need.of, kinds.get(need.kind, Counts)) for key, need in drawn.shows.items()}


def _defined(text: str, kind: type[_T]) -> _T:
    found = from_json(text)
    if not isinstance(found, kind):
        raise DefinitionError(f"a {kind.__name__} was expected", fix=f"hand over a {kind.__name__}")
    return found


def _published(text: str) -> Dataset | Cohort | Tally:
    found = from_json(text)
    if not isinstance(found, Dataset | Cohort | Tally):
        raise DefinitionError(
            "only a Dataset, a Cohort or a Tally can be published", fix="Publish(name, Dataset(…), …)"
        )
    return found
