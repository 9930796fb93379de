"""The lake characterised: every analysis over a version of it; what did not change since is not counted again"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import Part, analyses, parts
from medark.check.achilles.event_tables import BY_NAME
from medark.errors import NotFoundError
from medark.flows.characterise.counted import COUNTS, DISTRIBUTIONS, needs_tables, told
from medark.flows.characterise.forward import Forward, files_of
from medark.flows.characterise.histories import Histories
from medark.flows.characterise.keeping import (
    KeptSums,
    Results,
    asks,
    key_of,
    put,
    put_sums,
    read,
    read_sums,
    reads,
    sweep,
)
from medark.flows.characterise.kept_people import KeptPeople
from medark.flows.characterise.ordered import in_order, together
from medark.flows.characterise.referring import Referring
from medark.flows.characterise.slices import Slices
from medark.flows.characterise.summed import Sums, summed
from medark.flows.characterise.telling import Telling
from medark.flows.data_map.keeping import Keeping
from medark.flows.gate.parts import now_ms
from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.omop import tables
from medark.model.progress import Progress, Silent
from medark.store.engine import Session
from medark.store.lake import Snapshot

_SILENT = Silent()
_FOLDER, _NEWEST = "characterisation", "newest-1.json"


@dataclass(frozen=True, slots=True)
class Characterised:
    """A version of the lake: `counts` as achilles_results has them, `distributions` as achilles_results_dist."""

    version: int
    made_ms: int
    counts: pa.Table = field(repr=False)
    distributions: pa.Table = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Newest:
    """Under which keys the parts of the newest whole characterisation are kept."""

    version: int
    made_ms: int
    keys: Mapping[str, str]


def characterise(
    workspace: Workspace, by: str, progress: Progress = _SILENT, wanted: Collection[int] | None = None
) -> Characterised:
    """Every analysis, or those of these numbers. AccessError unless `by` is an owner or a data steward."""
    must_steward(workspace, by, "data characterised")
    asked, names = parts(), {part.name for part in parts(wanted)} if wanted is not None else None
    asked = [part for part in asked if names is None or part.name in names]
    snapshot = workspace.lake.snapshot()
    keys = {part.name: key_of(part, snapshot) for part in asked}
    found = list(_counted(workspace, snapshot, asked, keys, progress))
    made = _Newest(snapshot.version, now_ms(), keys)
    if wanted is None:
        Keeping(workspace, _FOLDER).put(_NEWEST, made)
    newest_ = Keeping(workspace, _FOLDER).told(_NEWEST, _Newest)
    for name, key in keys.items():
        sweep(workspace, name, {key, newest_.keys.get(name, key) if newest_ else key})
    return _whole(made, found, wanted)


def newest(workspace: Workspace) -> Characterised | None:
    """The newest characterisation that is kept, of whatever version; None if there is none."""
    kept = Keeping(workspace, _FOLDER).told(_NEWEST, _Newest)
    if kept is None:
        return None
    stamp = (kept.version, kept.made_ms)
    held = workspace.kept.get(_FOLDER)
    if held is None or held[0] != stamp:
        found = [read(workspace, name, key) for name, key in kept.keys.items()]
        if None in found:
            return None
        held = workspace.kept[_FOLDER] = (stamp, _whole(kept, [one for one in found if one is not None]))
    whole: Characterised = held[1]
    return whole


def numbers(analysis_id: int | None = None, table: str = "") -> frozenset[int] | None:
    """The analyses of a number, of a table; None: all. NotFoundError if there is none."""
    if analysis_id is None and not table:
        return None
    found = frozenset(
        one.analysis_id for one in analyses() if analysis_id in (None, one.analysis_id) and table in ("", one.table)
    )
    if not found:
        raise NotFoundError("there is no such analysis", fix="medark characterise WS --list")
    return found


def _counted(
    workspace: Workspace, snapshot: Snapshot, asked: list[Part], keys: Mapping[str, str], progress: Progress
) -> Iterator[Results]:
    missing = []
    for part in asked:
        kept = read(workspace, part.name, keys[part.name])
        if kept is None:
            missing.append(part)
        else:
            yield kept
    if missing:
        with (
            Telling(workspace.engine) as telling,
            progress.stage("characterising", len(missing), "parts") as stage,
        ):
            for part in (one for one in missing if not one.sums):
                telling.begin_in_session(partial(_of_tables, workspace, snapshot, part, keys[part.name]))
                stage.advance(1)
            yield from _of_sums(workspace, snapshot, [one for one in missing if one.sums], keys, telling, stage)
            yield from telling.results()


def _of_sums(
    workspace: Workspace,
    snapshot: Snapshot,
    missing: list[Part],
    keys: Mapping[str, str],
    telling: Telling,
    stage: Progress,
) -> Iterator[Results]:
    """What sums and tables say together; what sums alone say is still told when the sessions are closed."""
    people, later = KeptPeople.of(workspace, snapshot), list[tuple[Part, Sums]]()

    def kept(part: Part, sums: Sums) -> Callable[..., Results]:
        return partial(_kept, workspace, snapshot, part, keys[part.name], sums)

    for part, sums in _brought(workspace, snapshot, people, missing, telling.threads):
        missing = [one for one in missing if one != part]
        if needs_tables(part):
            later.append((part, sums))
        else:
            telling.begin(kept(part, sums))
            stage.advance(1)
    if later or missing:
        with workspace.engine.session() as session:
            for part, sums in chain(later, _from_nothing(session, snapshot, people, missing)):
                if needs_tables(part):
                    _bind(session, snapshot, asks(part))
                    yield kept(part, sums)(session)
                else:
                    telling.begin(kept(part, sums))
                stage.advance(1)
    telling.beside(people.sweep)


def _brought(
    workspace: Workspace, snapshot: Snapshot, people: KeptPeople, missing: Iterable[Part], threads: Executor
) -> Iterator[tuple[Part, Sums]]:
    """The sums of parts that can be brought forward."""
    known = {part: one for part in missing if (one := read_sums(workspace, part)) is not None}
    if known:
        with workspace.engine.session(threads=1) as session:  # of little: it is counted on threads of ours
            yield from Forward(session, snapshot, people, known, threads).sums()


def _of_tables(workspace: Workspace, snapshot: Snapshot, part: Part, key: str, session: Session) -> Results:
    """What tables say of which there are no sums, in a session that has none of them before and after."""
    before = {table for table in tables() if session.has(table)}
    _bind(session, snapshot, reads(part))
    results = _kept(workspace, snapshot, part, key, {}, session)
    for table in reads(part) & tables().keys() - before:
        session.drop(table)
    return results


def _kept(
    workspace: Workspace, snapshot: Snapshot, part: Part, key: str, sums: Sums, session: Session | None = None
) -> Results:
    """What is asked of sums, and of tables that a session has; kept, as the sums are."""
    counts, distributions = told(part, sums, snapshot.rows, session)
    results = in_order(counts), in_order(distributions)
    if part.sums:
        put_sums(workspace, part, KeptSums(files_of(part, snapshot), sums))
    put(workspace, part.name, key, results)
    return results


def _from_nothing(
    session: Session, snapshot: Snapshot, people: KeptPeople, parts: Iterable[Part]
) -> Iterator[tuple[Part, Sums]]:
    """The sums of parts, of events before what is over several tables."""
    referring = Referring(session)
    for part in sorted(parts, key=lambda one: not one.by_person):
        _bind(session, snapshot, reads(part))
        yield part, _all(session, snapshot, people.histories, part, referring)
    people.rows.read_all(session)


def _all(session: Session, snapshot: Snapshot, histories: Histories, part: Part, referring: Referring) -> Sums:
    """The sums of a part over all rows."""
    if not part.by_person:
        return summed(session, part, referring=referring)
    slices = Slices(session, snapshot, histories, BY_NAME[part.by_person])
    alike = snapshot.columns_alike(part.by_person)
    sums = summed(session, part, slices.binds(), referring=referring, alike=alike, noted=slices)
    snapshot.bind(session, part.by_person)
    return sums


def _bind(session: Session, snapshot: Snapshot, named: frozenset[str]) -> None:
    """Everybody's rows of the tables that are named and not there yet: what leaves the session is counts."""
    for table in tables():
        if table in named and not session.has(table):
            snapshot.bind(session, table)


def _whole(made: _Newest, found: list[Results], wanted: Collection[int] | None = None) -> Characterised:
    """All parts as one, in the order of their numbers and strata; of some analyses, if only they are wanted."""
    sides = []
    for schema, tables_ in ((COUNTS, [one for one, _ in found]), (DISTRIBUTIONS, [one for _, one in found])):
        side = together(schema, tables_)
        if wanted is not None:
            side = side.filter(pc.is_in(side["analysis_id"], pa.array(sorted(wanted), pa.int32())))
        sides.append(side)
    return Characterised(made.version, made.made_ms, *sides)
