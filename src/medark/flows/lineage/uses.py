"""From the lake to what applications make of it: datasets, measures, cards, tasks, signals, pages and figures"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from medark.define import everyone
from medark.errors import MedarkError
from medark.flows.lineage.defined import Decides, Runnable, columns_of, whole
from medark.model.lineage import ROWS, Asset, Edge, How, Layer, together
from medark.sdk.app import App
from medark.sdk.shows import CardEnds, Cards, Needed, Signals, Tasks, named
from medark.sdk.signals import PublishSignal

ENTRY: Final = ("entry_id", "person_id", "entry_start", "entry_end", "visit_occurrence_id")


def edges_of(app: str, told: App) -> Iterator[Edge]:
    """Everything that one application reads and shows."""
    by = f"app {app}"
    for edge in _all(app, told, by):
        yield edge
        if edge.target.layer is not Layer.APP:
            yield Edge(edge.target, Asset(Layer.APP, app), How.VALUE, by)


def use(kind: str, app: str, name: str) -> Asset:
    """A page, card, task, signal, figure of an application."""
    return Asset(Layer.USE, kind, f"{app}/{name}")


def _all(app: str, told: App, by: str) -> Iterator[Edge]:
    for published in told.datasets:
        yield from _dataset(app, published.name, published.dataset, by)
    for measure in told.measures:
        yield from _dataset(app, measure.name, measure.measure, by)
    for card in told.cards:
        yield from _ends(lambda rule=card.rule: whole(rule.on(everyone())), use("card", app, card.name), by)
    for task in told.tasks:
        yield from _ends(lambda one=task: whole(one.asked), use("task", app, task.name), by)
    for signal in told.signals:
        yield from _ends(lambda one=signal: _of_signal(one), use("signal", app, signal.name), by)
    for trigger in told.triggers:
        for part in trigger.of:
            yield Edge(use("signal", app, part.signal), use("signal", app, trigger.name), How.VALUE, by)
    for page in told.pages:
        yield from _shown(app, told, page.shows, use("page", app, page.path), by)
    for figure in told.figures:
        yield from _shown(app, told, figure.shows, use("figure", app, figure.name), by)


def _dataset(app: str, name: str, definition: Runnable, by: str) -> Iterator[Edge]:
    try:
        found = columns_of(definition)
    except MedarkError:
        return
    for column, decides in found.items():
        yield from _to(decides, Asset(Layer.DATASET, f"{app}/{name}", column), by)


def _ends(decided: object, end: Asset, by: str) -> Iterator[Edge]:
    try:
        yield from _to(decided(), end, by)  # type: ignore[operator]
    except MedarkError:
        return


def _of_signal(signal: PublishSignal) -> Decides:
    """A signal is made of the columns that it counts by, and of which entries there are."""
    found = columns_of(signal.entries)
    made = [found[name] for name in (*signal.columns, *ENTRY) if name in found]
    return together([*made, found[ROWS]])


def _to(decides: Decides, end: Asset, by: str) -> Iterator[Edge]:
    for (table, column), how in decides.items():
        yield Edge(Asset(Layer.COLUMN, table, column), end, how, by)


def _shown(app: str, told: App, shows: Mapping[str, Needed], end: Asset, by: str) -> Iterator[Edge]:
    for needed in shows.values():
        for dataset, columns in named(needed).items():
            for column in sorted(columns):
                yield Edge(Asset(Layer.DATASET, f"{app}/{dataset}", column), end, How.VALUE, by)
            yield Edge(Asset(Layer.DATASET, f"{app}/{dataset}", ROWS), end, How.ROWS, by)
        for kind, name in _uses(told, needed):
            yield Edge(use(kind, app, name), end, How.VALUE, by)


def _uses(told: App, needed: Needed) -> Sequence[tuple[str, str]]:
    match needed:
        case Signals():
            names = [*(one.name for one in told.signals), *(one.name for one in told.triggers)]
            return [("signal", name) for name in names if name in (needed.names or names)]
        case Tasks(kind=kind):
            return [("task", one.name) for one in told.tasks if kind in ("", one.name)]
        case Cards() | CardEnds():
            return [("card", one.name) for one in told.cards]
    return []
