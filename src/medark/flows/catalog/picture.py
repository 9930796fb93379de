"""The map as a picture: what flows from sources through tables and datasets to applications, and how each stands"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from medark.catalog.assets import Asset, Kind
from medark.catalog.flow import Colour, Edge, Flow, Layer, Mark, Node, fresh_mark, level_mark, quality_mark
from medark.catalog.meanings import Meaning, of_table
from medark.catalog.sources import SourceAccount
from medark.flows.apps.publish import published
from medark.flows.catalog.drawn_through import raw_tables
from medark.flows.catalog.found import Standing, of_reader
from medark.flows.catalog.one import of_kind
from medark.flows.data_map import Seen, all_sources, apps_that_read, kept_sources, seen
from medark.flows.gate.parts import kept, now_ms
from medark.flows.raw import STEWARDS
from medark.flows.workspace import Workspace
from medark.govern.small_counts import is_small
from medark.messages import _, spoken
from medark.model.access import Reader
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.model.quality import QualityRun, total

_HOUR_MS: Final = 3_600_000
_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Drawable:
    """The picture, and by what it may be coloured for its reader. `raw`: the sources' own tables."""

    flow: Flow
    raw: Flow
    colours: tuple[Colour, ...]


def picture(workspace: Workspace, reader: Reader, found: Seen | None = None) -> Drawable:
    """What a reader may see of it, out of what is kept: no row is read. Empty layers are left out."""
    there = found or seen(workspace, reader)
    standing, accounts = of_reader(workspace, reader), kept_sources(workspace)
    now = now_ms()
    runs = kept(workspace, "newest quality run", now // _MINUTE_MS, lambda: workspace.ledger.quality.runs(limit=1))
    run = runs[0] if runs and reader.roles & STEWARDS else None
    stamp = (
        there.snapshot.version, tuple((name, one.profile.made_ms) for name, one in there.tables.items()),
        accounts.made_ms if accounts else 0, standing.index.written if standing else 0, run.at_ms if run else 0,
        now // _HOUR_MS,
    )  # fmt: skip
    key = ("picture of", reader.user, reader.purpose, spoken())
    sources = all_sources(workspace, accounts)
    making = _Making(workspace, there, sources, standing, run, now)
    return kept(workspace, key, stamp, making.made)


class _Making:
    """One picture being made."""

    def __init__(
        self, workspace: Workspace, found: Seen, sources: Sequence[SourceAccount], standing: Standing | None,
        run: QualityRun | None, now: int,
    ) -> None:  # fmt: skip
        self._workspace, self._seen, self._run, self._now = workspace, found, run, now
        self._sources = {one.name: one for one in sources}
        self._least = workspace.settings.access.least_count
        self._things = _things(workspace, standing)

    def made(self) -> Drawable:
        """Nodes that hang together with something, and the edges between them."""
        edges = [*self._arrived(), *self._reads()]
        touched = {end for edge in edges for end in (edge.source, edge.target)}
        nodes = [*self._source_nodes(), *self._table_nodes(touched), *self._made_nodes()]
        there = {node.key for node in nodes}
        flow = Flow(tuple(nodes), tuple(edge for edge in edges if {edge.source, edge.target} <= there))
        colours = (Colour.QUALITY,) if self._run else ()
        return Drawable(
            flow, raw_tables(tuple(self._sources.values()), flow), (*colours, Colour.FRESHNESS, Colour.SENSITIVITY)
        )

    def _arrived(self) -> Iterator[Edge]:
        for table, kept_ in self._seen.tables.items():
            rows: dict[str, int] = {}
            for one in kept_.profile.arrived:
                rows[one.source] = rows.get(one.source, 0) + one.rows
            for source, count in rows.items():
                told = _("few rows") if is_small(count, self._least) else _("{count} rows", count=f"{count:,}")
                shown = self._least if is_small(count, self._least) else count
                yield Edge(f"source:{source}", f"table:{table}", shown, f"{source} → {table}: {told}")

    def _reads(self) -> Iterator[Edge]:
        of_datasets: dict[str, set[str]] = {}
        for one in self._things.get(Kind.DATASET, ()):
            read = _tables(one)
            of_datasets.setdefault(one.where, set()).update(read)
            yield from (Edge(f"table:{table}", one.id, told=f"{table} → {one.key}") for table in read)
            yield Edge(one.id, one.where, told=f"{one.key} → {one.where.partition(':')[2]}")
        for app in self._things.get(Kind.APP, ()):
            for table in _tables(app):
                if table not in of_datasets.get(app.id, ()):
                    yield Edge(f"table:{table}", app.id, told=f"{table} → {app.key}")

    def _source_nodes(self) -> Iterator[Node]:
        """Sources under their organisation; one that is its only one says so in its own name."""
        told = {one.source for kept_ in self._seen.tables.values() for one in kept_.profile.arrived}
        names = sorted(told | set(self._sources))
        organisations = Counter(name.partition("/")[0] for name in names)
        for name in names:
            one = self._sources.get(name)
            of = self._run.sources.get(name) if self._run else None
            marks = {
                Colour.QUALITY: quality_mark(total(of.scores).share if of else None),
                Colour.FRESHNESS: fresh_mark(one.last_ms if one else None, self._now),
                Colour.SENSITIVITY: level_mark(self._level_of_source(one)),
            }
            organisation, _slash, system = name.partition("/")
            is_alone = organisations[organisation] < 2
            called, group = (name, "") if is_alone else (system or name, organisation)
            yield Node(f"source:{name}", Layer.SOURCE, called, name, group, marks=marks)

    def _level_of_source(self, one: SourceAccount | None) -> int:
        """That of the most sensitive column that its tables' fields become."""
        if one is None:
            return 0
        level_of = self._seen.standing.level_of
        places = {place for table in one.tables for field in table.fields for place in field.becomes}
        flows = (t for t, k in self._seen.tables.items() if any(a.source == one.name for a in k.profile.arrived))
        levels = [level_of(*place.split(".", 1)).level for place in places] or [self._level_of_table(t) for t in flows]
        return max(levels, default=0)

    def _level_of_table(self, table: str) -> int:
        return max(self._seen.standing.level_of(table, column.name).level for column in lake_columns(table))

    def _table_nodes(self, touched: set[str]) -> Iterator[Node]:
        for table in tables():
            rows = self._seen.snapshot.rows(table)
            if table not in VOCABULARY_TABLES and (rows or f"table:{table}" in touched):
                title = of_table(table).told(spoken())
                yield Node(
                    f"table:{table}", Layer.TABLE, table, title, note=_short(rows), marks=self._marks_of_table(table)
                )

    def _marks_of_table(self, table: str) -> Mapping[Colour, Mark]:
        there = self._seen.tables.get(table)
        sources = {one.source for one in there.profile.arrived} if there else set()
        times = [one.last_ms for name, one in self._sources.items() if name in sources and one.last_ms]
        times += [self._seen.snapshot.committed_ms] if there and not times else []  # worked out here, of what there is
        share = total(self._run.scores, table=table).share if self._run else None
        return {
            Colour.QUALITY: quality_mark(share),
            Colour.FRESHNESS: fresh_mark(max(times, default=None), self._now),
            Colour.SENSITIVITY: level_mark(self._level_of_table(table)),
        }

    def _made_nodes(self) -> Iterator[Node]:
        """Datasets under their applications, and applications: as good as the poorest table that they read."""
        apps = {one.id: one.called(spoken()) for one in self._things.get(Kind.APP, ())}
        for layer, kind in ((Layer.DATASET, Kind.DATASET), (Layer.APP, Kind.APP)):
            for one in self._things.get(kind, ()):
                shares = [total(self._run.scores, table=table).share for table in _tables(one)] if self._run else []
                marks = {
                    Colour.QUALITY: quality_mark(min((s for s in shares if s is not None), default=None)),
                    Colour.FRESHNESS: fresh_mark(one.fresh_ms, self._now),
                    Colour.SENSITIVITY: level_mark(one.level),
                }
                group = apps.get(one.where, one.where.partition(":")[2]) if layer is Layer.DATASET else ""
                yield Node(one.id, layer, one.called(spoken()), one.key, group, marks=marks)


def _things(workspace: Workspace, standing: Standing | None) -> Mapping[Kind, list[Asset]]:
    """Datasets and applications, from the catalog; before that is made, from the manifests of what runs."""
    found: dict[Kind, list[Asset]] = {}
    if standing is not None:
        for one in of_kind(standing, Kind.DATASET, Kind.APP):
            found.setdefault(one.kind, []).append(one)
        return found
    for app in apps_that_read(workspace):
        reads = tuple(f"{table}.{column}" for table in app.reads for column in app.reads[table])
        found.setdefault(Kind.APP, []).append(_asset(Kind.APP, app.name, app.title, "", reads, 0, None))
        for d in published(workspace, app.name):
            own = _asset(Kind.DATASET, f"{d.app}/{d.name}", d.title, f"app:{d.app}", reads, d.level, d.fresh_ms)
            found.setdefault(Kind.DATASET, []).append(own)
    return found


def _asset(
    kind: Kind, key: str, title: Mapping[str, str], where: str, reads: tuple[str, ...], level: int, fresh: int | None
) -> Asset:
    called = Meaning(title.get("en", ""), title.get("zh", ""))
    return Asset(kind, key, key.rpartition("/")[2], called, where=where, reads=reads, level=level, fresh_ms=fresh)


def _tables(one: Asset) -> list[str]:
    return list(dict.fromkeys(place.partition(".")[0] for place in one.reads))


def _short(count: int) -> str:
    """A count in few letters.

    >>> _short(950), _short(12_345), _short(3_400_000)
    ('950', '12 k', '3.4 M')
    """
    if count < 10_000:
        return f"{count:,}"
    return f"{count / 1e6:.1f} M" if count >= 1_000_000 else f"{count // 1000} k"


def with_addresses(flow: Flow, address: Callable[[str], str]) -> Flow:
    """The same, each node leading somewhere."""
    return Flow(tuple(replace(node, address=address(node.key)) for node in flow.nodes), flow.edges)
