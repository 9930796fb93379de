"""What pages and figures are given: rows and counts of an application's own datasets, as the reader may see them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import pyarrow as pa

from medark.define import Tally
from medark.errors import NotFoundError
from medark.flows.apps.asked_tasks import task_rows
from medark.flows.apps.datasets import definition_of, rows_for, rows_leaving
from medark.flows.apps.leaving import level_for
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.meetings import CASES, STAYS, meetings
from medark.flows.apps.publish import published
from medark.flows.apps.signals.rows import signal_rows
from medark.flows.gate.parts import now_ms
from medark.flows.pages.cards import card_rows, end_rows
from medark.flows.pages.counting import counted, plain, quoted, summed, where_of
from medark.flows.pages.one_person import of_one_person, person_rows
from medark.flows.workspace import Workspace
from medark.govern.deidentify import Level
from medark.model.access import Reader
from medark.sdk.shows import (
    Answer,
    CardEnds,
    Cards,
    Counts,
    Meetings,
    Needed,
    Rows,
    Signals,
    Sums,
    Tasks,
    View,
    named,
)

Query = Callable[..., pa.Table]


def view(
    workspace: Workspace,
    reader: Reader,
    loaded: Loaded,
    shows: Mapping[str, Needed],
    *,
    query: Mapping[str, str],
    language: str,
    today: dt.date,
    leaves: bool = False,
) -> View:
    """All that a page or figure asked for; with `leaves` as it may leave the platform for the reader's purpose.

    AccessError where the reader may not read a dataset of it.
    """
    is_treated = leaves and level_for(reader.purpose) is not Level.IDENTIFIED
    least = workspace.settings.access.least_count
    asked = View({}, loaded.settings, dict(query), language, today.isoformat(), "", least)
    wanted = [one for one in shows.values() if _is_asked(one, asked.query)]
    person_id, theirs = (0, ()) if is_treated else of_one_person(loaded, wanted, asked.query)
    many = [name for name in _datasets(wanted) if name not in theirs]
    read = rows_leaving if is_treated else rows_for
    rows = {name: _rows(read, workspace, reader, loaded, name, wanted) for name in many}
    rows |= person_rows(workspace, reader, loaded, person_id, theirs, today) if theirs else {}
    told = {name: one for name, one in shows.items() if not (is_treated and isinstance(one, Cards))}
    answers = {name: _answer(workspace, reader, loaded, rows, needed, asked) for name, needed in told.items()}
    answers |= {name: Answer((), 0) for name in shows.keys() - told.keys()}  # cards are about somebody
    return View(answers, loaded.settings, asked.query, language, asked.today, _fresh(workspace, loaded, many), least)


def lacking(workspace: Workspace, app: str, shows: Mapping[str, Needed]) -> tuple[str, ...]:
    """The datasets among what is shown that nobody has published yet."""
    there = {one.name for one in published(workspace, app)}
    return tuple(name for name in _datasets(shows.values()) if name not in there)


def _datasets(needed: Iterable[Needed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in needed for name in named(one)))


def _is_asked(needed: Needed, query: Mapping[str, str]) -> bool:
    """Are rows of it wanted by this query?"""
    match needed:
        case Rows():
            return needed.is_asked(query)
        case Sums(of=of):
            return of.is_asked(query)
        case Meetings(cases=cases):
            return cases.is_asked(query)
    return True


def _rows(
    read: Query, workspace: Workspace, reader: Reader, loaded: Loaded, dataset: str, needed: Iterable[Needed]
) -> pa.Table | None:
    """The columns of a dataset that a page needs, read once; None for one that nobody has published yet."""
    try:
        whose = () if isinstance(definition_of(loaded, dataset), Tally) else ("person_id",)
        columns = dict.fromkeys(name for one in needed for name in _columns(one, dataset, whose))
        return read(workspace, reader, loaded, dataset, tuple(columns))
    except NotFoundError:
        return None


def _answer(
    workspace: Workspace,
    reader: Reader,
    loaded: Loaded,
    rows: Mapping[str, pa.Table | None],
    needed: Needed,
    asked: View,
) -> Answer:
    """In a session of its own, over the rows that this reader may see."""
    if isinstance(needed, Tasks):
        return task_rows(workspace, reader, loaded.name, needed, now_ms())
    if isinstance(needed, Cards):
        return card_rows(workspace, reader, loaded, needed, asked.query, asked.language)
    if isinstance(needed, CardEnds):
        return end_rows(workspace, loaded)
    if isinstance(needed, Signals):
        return signal_rows(workspace, reader, loaded, needed, asked.query, asked.language)
    told = {name: found for name in named(needed) if (found := rows.get(name)) is not None}
    if len(told) < len(named(needed)) or not _is_asked(needed, asked.query):
        return Answer((), 0)
    with workspace.engine.session() as session:
        match needed:
            case Rows(dataset=name):
                session.bind_arrow("shown", told[name])
                return _page(session.query, needed, asked, set(told[name].column_names))
            case Counts(dataset=name):
                session.bind_arrow("shown", told[name])
                return counted(session.query, needed, told[name].num_rows, asked.least_count)
            case Sums(of=of):
                session.bind_arrow("shown", told[of.dataset])
                return summed(session.query, needed, asked)
            case Meetings(cases=cases, stays=stays):
                where, values = where_of(cases, asked)
                session.bind_arrow("shown", told[cases.dataset])
                session.bind_arrow(CASES, session.query(f"SELECT * FROM shown{where}", values))
                session.bind_arrow(STAYS, told[stays])
                return _met(session.query, needed)


def _met(query: Query, needed: Meetings) -> Answer:
    names = ("person_id", "case", needed.place, "first", "last", *needed.columns)
    found = meetings(query, needed, quoted).select(names).to_pylist()
    return Answer(tuple(map(plain, found[: needed.limit])), len(found), max(0, len(found) - needed.limit))


def _page(query: Query, needed: Rows, asked: View, there: set[str]) -> Answer:
    """The rows of one page. Ties are settled by the entry, so that pages never show a row twice."""
    where, values = where_of(needed, asked)
    order = [
        f"{quoted(name.removeprefix('-'))} {'DESC' if name[0] == '-' else 'ASC'} NULLS LAST" for name in needed.order
    ]
    order += [quoted(name) for name in ("person_id", "entry_id") if name in there]
    filtered = f"FROM shown{where}"
    total = int(query(f"SELECT count(*) AS n {filtered}", values)["n"][0].as_py())
    names = ", ".join(map(quoted, needed.columns))
    skipped = (asked.page_no - 1) * needed.limit
    ordered = f" ORDER BY {', '.join(order)}" if order else ""
    found: pa.Table = query(f"SELECT {names} {filtered}{ordered} LIMIT {needed.limit} OFFSET {skipped}", values)
    rows = tuple(map(plain, found.to_pylist()))
    return Answer(rows, total, max(0, total - skipped - len(rows)))


def _columns(needed: Needed, dataset: str, whose: tuple[str, ...]) -> Sequence[str]:
    """The columns of a dataset that are read for it. `whose`: the column that says so, if there is one."""
    columns = sorted(named(needed).get(dataset, ()))
    match needed:
        case Counts(dataset=name) if name == dataset:
            return columns or whose or ("entry_id",)
        case Rows(dataset=name) | Meetings(cases=Rows(dataset=name)) if name == dataset:
            return tuple(dict.fromkeys((*columns, *whose, "entry_id")))
    return columns


def _fresh(workspace: Workspace, loaded: Loaded, names: Collection[str]) -> str:
    made = [one.fresh_ms for one in published(workspace, loaded.name) if one.name in names]
    if not made:
        return ""
    at = dt.datetime.fromtimestamp(min(made) / 1000, ZoneInfo(workspace.settings.time_zone))
    return at.replace(tzinfo=None).isoformat(" ", "minutes")
