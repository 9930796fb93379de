"""A proposal for the tables of a source that wait: profiled, read, composed, and kept as a version"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from medark.flows.ingest.raw_tables import RawTable
from medark.flows.propose import map_name
from medark.flows.propose.keeping import CAME_BACK, Kept, load, save, save_version, site_entries
from medark.flows.propose.naming import known_as
from medark.flows.propose.profiling import profiled, seed_of, sound_tables
from medark.flows.workspace import Workspace
from medark.standardise.formats import TABLES
from medark.standardise.propose.draft import Draft, composed, source_toml, table_toml
from medark.standardise.propose.draft.code_lists import code_lists, with_more
from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.profile import Drift, Link, TableProfile, drift, links
from medark.standardise.propose.reading import TableReading, read_tables
from medark.standardise.propose.together import settled

_READS = "what tables are read as"
_SURE = 0.9  # chance that a table is a dictionary: of others no word is kept


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed for a source: of each table what it is, what its columns are, and the map made of that."""

    kept: Kept
    readings: Mapping[str, TableReading]
    drafts: Mapping[str, Draft]
    links: tuple[Link, ...] = ()
    drifts: tuple[Drift, ...] = ()

    @property
    def source(self) -> str:
        """Whose."""
        return self.kept.source

    def open_tables(self) -> list[str]:
        """Tables that nobody has approved or put off, those with most rows first."""
        waiting = [name for name in self.drafts if name not in self.kept.approvals and name not in self.kept.skipped]
        return sorted(waiting, key=lambda name: -self.kept.profiles[name].rows)


def propose(workspace: Workspace, source: str) -> Proposal:
    """Profile what is new of a source, and propose for all of its tables that no other map knows."""
    kept = load(workspace, source)
    drifts, whole = _profile(workspace, kept)
    _come_back(kept, drifts)
    if whole:
        _find_lists(workspace, kept, whole, Lexicon(site_entries(workspace)))
    found = read_again(workspace, kept, drifts)
    if found.drafts:
        save_version(workspace, kept, files_of(workspace, kept.source, list(found.drafts.values())))
    if found.drafts or drifts:
        save(workspace, kept)
    return found


def _come_back(kept: Kept, drifts: Sequence[Drift]) -> None:
    """What somebody put off waits again once it is not what it was."""
    for name in sorted({one.table for one in drifts} & set(kept.skipped)):
        kept.skipped = [one for one in kept.skipped if one != name]
        told = ", ".join(dict.fromkeys(one.column for one in drifts if one.table == name))
        kept.said.append(
            {"act": CAME_BACK, "table": name, "before": None, "why": told, "by": "", "at_ms": int(time.time() * 1000)}
        )


def _find_lists(workspace: Workspace, kept: Kept, whole: Mapping[str, pa.Table], lexicon: Lexicon) -> None:
    """The lists of what is surely a dictionary, of tables that are new."""
    for one in read_tables([kept.profiles[name] for name in whole], lexicon, (), kept.kinds):
        if one.kind == "dictionary" and one.kinds[one.kind] >= _SURE:
            name = one.table.name
            new = code_lists(name, whole[name], seed_of(workspace))
            kept.lists[name] = with_more(kept.lists.get(name, ()), new)


def read_again(workspace: Workspace, kept: Kept, drifts: Sequence[Drift] = ()) -> Proposal:
    """The proposal that follows from the profiles and from what people said. What tables are read as is worked out
    once for what they hold and what people said that they are: an answer about a column is there at once.
    """
    reads = _reads(workspace, kept)
    readings, found = reads.readings(kept.kinds), reads.links
    lists = [one for some in kept.lists.values() for one in some]
    drafts = composed(kept.source, readings, found, kept.slots, kept.values, lists)
    return Proposal(
        kept, {r.table.name: r for r in readings}, {draft.table: draft for draft in drafts}, found, tuple(drifts)
    )


@dataclass(slots=True)
class _Reads:
    """What the tables of a source are read as, while they hold what they hold."""

    stamp: object
    tables: Sequence[TableProfile]
    lexicon: Lexicon
    links: tuple[Link, ...]
    held: tuple[Mapping[str, str], Sequence[TableReading]] | None = None

    def readings(self, kinds: Mapping[str, str]) -> Sequence[TableReading]:
        """By what people said that tables are."""
        if self.held is None or self.held[0] != kinds:
            read = read_tables(self.tables, self.lexicon, self.links, kinds)
            self.held = (dict(kinds), settled(read, self.links))
        return self.held[1]


def _reads(workspace: Workspace, kept: Kept) -> _Reads:
    """Worked out once for the records that are profiled and the names that are explained."""
    site = site_entries(workspace)
    stamp = (tuple((name, tuple(of)) for name, of in kept.records.items()), tuple(site))
    held: _Reads | None = workspace.kept.get((_READS, kept.source))
    if held is None or held.stamp != stamp:
        tables = list(kept.profiles.values())
        held = _Reads(stamp, tables, Lexicon(site), links(tables))
        workspace.kept[_READS, kept.source] = held
    return held


def files_of(workspace: Workspace, source: str, drafts: Sequence[Draft]) -> dict[str, str]:
    """A map's files."""
    zone = workspace.settings.source_zone(source) or workspace.settings.time_zone
    title = f"{source}, as proposed from its tables"
    files = {f"{draft.table}.toml": table_toml(draft) for draft in drafts}
    return {"source.toml": source_toml(map_name(source), title, zone, drafts), **files}


def _profile(workspace: Workspace, kept: Kept) -> tuple[list[Drift], dict[str, pa.Table]]:
    """What is new goes into the profiles. Returns what has changed by it, and the rows of tables that are small."""
    records = [
        record
        for record in workspace.landing.records(source=kept.source, formats=list(TABLES))
        if record.record_no not in kept.profiled
    ]
    mine = [table for record in records for table in sound_tables(workspace, record) if _is_mine(table, kept)]
    drifts: list[Drift] = []
    whole: dict[str, pa.Table] = {}
    before = {name: [column.name for column in there.columns] for name, there in kept.profiles.items()}
    for one in profiled(workspace, mine):
        name = _known_as(kept, one.table, before)
        new = TableProfile(name, one.table.columns, one.table.orders)
        if name in kept.profiles:
            drifts += drift(kept.profiles[name], new)
            new = kept.profiles[name].with_more(new)
        kept.profiles[name] = new
        if one.whole is not None:
            whole[name] = one.whole
        kept.records.setdefault(name, []).extend(one.record_nos)
    if mine:
        kept.drifts = tuple(drifts)
    return drifts, whole


def _is_mine(table: RawTable, kept: Kept) -> bool:
    """Does it wait, or is it known by a map that was proposed here?"""
    return not table.name or (table.source is not None and table.source.name == map_name(kept.source))


def _known_as(kept: Kept, table: TableProfile, before: Mapping[str, Sequence[str]]) -> str:
    """The name that this table had here `before`, or one that is free."""
    there = known_as(table.name, [column.name for column in table.columns], before)
    free = (n for n in (table.name, *(f"{table.name}_{i}" for i in range(2, 1000))) if n not in kept.profiles)
    return there if there is not None else next(free)
