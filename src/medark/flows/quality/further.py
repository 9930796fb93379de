"""The checks beyond the dashboard: small tables of counts over the lake, kept, and checks judged from them"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from medark.check.checks import Check
from medark.check.counting import Counts
from medark.check.further import FAMILIES, Found, Tallied, Tally, found, front_page, people, tallies, timeliness
from medark.flows.data_map.keeping import Keeping
from medark.flows.quality import deliveries, front_pages, reports, site_rules
from medark.flows.quality.origin import RELATION, Origin, origin_of
from medark.flows.quality.session import bound, rendered
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES
from medark.model.progress import Progress, Silent
from medark.store.engine import Session
from medark.store.lake import Snapshot

_SILENT: Final = Silent()
_FOLDER, _NAME, _REGISTER = "quality", "tallies-1.json", "register-1.json"


def counted(
    workspace: Workspace, snapshot: Snapshot, progress: Progress = _SILENT, table: str = ""
) -> tuple[Sequence[Check], Counts]:
    """The checks beyond the dashboard (of one table), with what was counted of each."""
    origin = origin_of(workspace)
    told = [one for one in _found(workspace, snapshot, origin, progress) if table in ("", one[0].table)]
    return [check for check, _ in told], Counts({check.id: count for check, count in told})


def _found(workspace: Workspace, snapshot: Snapshot, origin: Origin, progress: Progress) -> Iterator[Found]:
    yield from found(tallied(workspace, snapshot, origin, progress), origin.sources)
    yield from people.found({people.REGISTER.name: _register(workspace, snapshot)})
    yield from timeliness.found(reports.told(workspace, progress))
    yield from front_page.found(front_pages.told(workspace))
    yield from deliveries.found(workspace, time.time())
    yield from site_rules.counted(workspace, snapshot, origin)[0]


def _register(workspace: Workspace, snapshot: Snapshot) -> list[dict[str, Any]]:
    """Counts of the register of people, as they were kept where nobody was added or left."""
    told = (people.REGISTER.sql, workspace.crosswalk.stamp(), sorted(path.name for path in snapshot.files("person")))
    key = hashlib.sha256(repr(told).encode()).hexdigest()[:32]
    keeping = Keeping(workspace, _FOLDER)
    kept = keeping.told(_REGISTER, dict[str, list[dict[str, Any]]]) or {}
    if key not in kept:
        with registered(workspace, snapshot) as session:
            kept = {key: session.query(rendered(workspace, session, people.REGISTER.sql)).to_pylist()}
        keeping.put(_REGISTER, kept)
    return kept[key]


@contextmanager
def registered(workspace: Workspace, snapshot: Snapshot) -> Iterator[Session]:
    """A session with the register of people (`identifier`): names and numbers, of which only counts leave it."""
    with bound(workspace, snapshot) as session:
        session.bind_arrow("identifier", workspace.crosswalk.register(people.IDENTIFIERS))
        yield session


def tallied(workspace: Workspace, snapshot: Snapshot, origin: Origin, progress: Progress = _SILENT) -> Tallied:
    """The rows of every tally: as they were kept, where nothing that it reads has changed."""
    wanted = tallies()
    keys = {tally.name: _key(workspace, snapshot, origin, tally) for tally in wanted}
    keeping = Keeping(workspace, _FOLDER)
    before = keeping.told(_NAME, dict[str, list[dict[str, Any]]]) or {}
    now = {key: before[key] for key in keys.values() if key in before}
    missing = [tally for tally in wanted if keys[tally.name] not in before]
    if missing:
        with bound(workspace, snapshot) as session, progress.stage("checking", len(missing), "scans") as stage:
            session.bind_arrow(RELATION, origin.table())
            for tally in missing:
                now[keys[tally.name]] = session.query(rendered(workspace, session, tally.sql)).to_pylist()
                stage.advance(1)
        keeping.put(_NAME, now)
    return {name: now[key] for name, key in keys.items()}


def _key(workspace: Workspace, snapshot: Snapshot, origin: Origin, tally: Tally) -> str:
    """What a tally's rows depend on: of deliveries and the vocabulary only if it asks for them."""
    reads = tally.reads
    files = [sorted(path.name for path in snapshot.files(name)) for name in sorted(reads & set(snapshot.tables))]
    vocabulary = workspace.vocabulary.release if reads & set(VOCABULARY_TABLES) else ""
    sources = origin.sources if RELATION in reads else ()
    newest = sorted(origin.newest.items()) if "delivery" in tally.sql else ()
    told = (tally.sql, files, vocabulary, sources, newest)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def violating(workspace: Workspace, snapshot: Snapshot, check: Check) -> str:
    """FROM and WHERE of the rows (`t`) that violate a check, in a session where `origin` is bound; "" for no rows."""
    family = FAMILIES.get(check.family)
    if family is None:
        return ""
    origin = origin_of(workspace)
    return family.violating(check, tallied(workspace, snapshot, origin), origin.sources)


def records(workspace: Workspace, snapshot: Snapshot, check: Check) -> list[Mapping[str, Any]]:
    """Raw record and row of the rows that violate a check: record_no, row_no; empty where it is not of rows."""
    where = violating(workspace, snapshot, check)
    if not where:
        return []
    sql = f"select t.medark_record_no as record_no, t.medark_row_no as row_no {where}"
    with bound(workspace, snapshot) as session:
        session.bind_arrow(RELATION, origin_of(workspace).table())
        rows: list[Mapping[str, Any]] = session.query(rendered(workspace, session, sql)).to_pylist()
        return rows
