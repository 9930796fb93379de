"""The cards of an application on its own pages: those of one person now, and how all of them ended"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator, Mapping
from typing import Any

from medark.errors import AccessError
from medark.flows.apps.loaded import Loaded
from medark.flows.hooks.ends import card_ends
from medark.flows.hooks.hooks import Hooks, UnknownPatientError, WrongHookError
from medark.flows.hooks.patients import number_of
from medark.flows.hooks.told import Asked, Shown
from medark.flows.workspace import Workspace
from medark.govern.small_counts import shown
from medark.model.access import Reader
from medark.sdk.shows import Answer, Cards


def card_rows(
    workspace: Workspace, reader: Reader, loaded: Loaded, needed: Cards, query: Mapping[str, str], language: str
) -> Answer:
    """The cards of the person that the query names, judged, read and written down as at a hook; none for nobody, and
    for somebody of whom the reader sees nothing.
    """
    person_id = number_of(query.get("person_id", ""))
    if person_id is None:
        return Answer((), 0)
    asked = Asked(needed.hook, str(person_id), person_id, language=language)
    try:
        told = Hooks(workspace, time.time).ask(loaded.name, needed.hook, lambda _: asked, reader).cards(repeats=True)
    except (AccessError, UnknownPatientError, WrongHookError):
        return Answer((), 0)
    return Answer(tuple(map(_row, told)), len(told))


def end_rows(workspace: Workspace, loaded: Loaded) -> Answer:
    """How the application's cards ended; small counts come as None."""
    told = [one.plain() for one in card_ends(workspace, loaded.name)]
    return Answer(tuple(shown(told, workspace.settings.access.least_count, ["count"])), len(told))


def _row(one: Shown) -> dict[str, Any]:
    card = one.card
    return {
        "rule": one.rule, "summary": card.summary, "detail": card.detail, "indicator": card.indicator.value,
        "source": card.source.label, "values": dict(_plain(one.values)),
        "evidence": [f"{table}.{key}" for table, key in one.evidence],
    }  # fmt: skip


def _plain(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        yield name, value.isoformat() if isinstance(value, dt.date) else value
