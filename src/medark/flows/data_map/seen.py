"""What a reader sees of the lake's tables: profiles that were kept for their views, and those that are to be made

A profile holds for everybody whose view of a table is the same, and while the table has the same files. An older one
is shown, with when it is from, for as long as the version that it is of is kept: an erasure leaves none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from medark.catalog import TableProfile
from medark.errors import NotFoundError
from medark.flows.data_map.keeping import Keeping
from medark.flows.data_map.origins import origins_of
from medark.flows.data_map.profiling import table_profile
from medark.flows.data_map.views import keyed, state_of, view_key
from medark.flows.gate import About, decide, reading
from medark.flows.gate.decide import Standing, standing
from medark.flows.gate.parts import book_of, now_ms
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.audit import Act, Verdict
from medark.model.omop import tables
from medark.model.progress import Progress, Silent
from medark.store.lake import Snapshot

ACT = "map"
_SILENT = Silent()


@dataclass(frozen=True, slots=True)
class Kept:
    """A profile that is there. `is_current`: the table has not changed since."""

    profile: TableProfile
    is_current: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """One reader's tables at one version. `shut`: tables that no grant opens, with the reason."""

    snapshot: Snapshot = field(repr=False)
    standing: Standing = field(repr=False)
    tables: Mapping[str, Kept]
    shut: Mapping[str, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """Open tables whose profile is to be made, for the first time or again."""
        filled = (table for table in self.standing.reads if self.snapshot.rows(table))
        return tuple(table for table in filled if table not in self.tables or not self.tables[table].is_current)


def seen(workspace: Workspace, reader: Reader) -> Seen:
    """What is kept for a reader now. Reads no row of the lake."""
    snapshot = workspace.lake.snapshot()
    filled = {name: None for name in tables() if snapshot.rows(name)}
    shut = {lack.table: lack.why for lack in decide(workspace, reader, filled).lacking}
    found = standing(workspace, reader, {name: None for name in filled if name not in shut})
    keeping, kept = Keeping(workspace), dict[str, Kept]()
    for table, (key, state) in keyed(workspace, found, snapshot).items():
        profile = keeping.read(table, key)
        if profile is not None:
            is_current = profile.state == state
            if is_current or _is_kept(workspace, profile.version):
                kept[table] = Kept(profile, is_current)
    return Seen(snapshot, found, kept, shut)


def work_out(workspace: Workspace, reader: Reader, progress: Progress = _SILENT) -> Seen:
    """The same, after every profile that is missing was made, through the gate, and kept."""
    before = seen(workspace, reader)
    if not before.missing:
        return before
    keeping, origins, found = Keeping(workspace), origins_of(workspace), before.standing
    reads = dict.fromkeys(before.missing)
    version = before.snapshot.version
    with (
        progress.stage("profiling the lake", len(reads), "tables") as stage,
        reading(workspace, reader, reads, About(ACT), version=version, foreign=False) as governed,
    ):
        for table in reads:
            state = state_of(before.snapshot, table)
            made = table_profile(governed, table, found.level_of, origins, state, now_ms())
            keeping.write(view_key(workspace, found, table), made)
            stage.advance(1)
    keeping.sweep(lambda version: _is_kept(workspace, version))
    return seen(workspace, reader)


def _is_kept(workspace: Workspace, version: int) -> bool:
    """Is a version of the lake still there? After an erasure none is that had the person."""
    try:
        workspace.lake.snapshot(version)
    except NotFoundError:
        return False
    return True


def hand_out(workspace: Workspace, found: Seen, table: str) -> Kept | None:
    """What is kept of a table, written to the audit as any read; None where there is nothing to hand out."""
    kept = found.tables.get(table)
    if kept is None:
        return None
    reader = found.standing.reader
    columns = tuple(column.name for column in kept.profile.columns)
    act = Act(
        ACT, reader.user, reader.organisation, reader.purpose, reader.app, reads={table: columns},
        verdict=Verdict.ALLOWED, reason=found.standing.decision.reason, detail={"version": kept.profile.version},
    )  # fmt: skip
    book_of(workspace).write(act)
    return kept
