"""What of the picture is drawn: all of it, folded; or what flows through one thing, with the tables of its sources"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from medark.catalog.assets import Kind
from medark.catalog.flow import Colour, Edge, Flow, Layer, Node, fold_key, folded, members, stream
from medark.catalog.sources import RawTable, SourceAccount
from medark.messages import _, plural


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn. `focus`: the node through which all of it flows, None where everything is drawn."""

    flow: Flow
    focus: Node | None = None


def shown(flow: Flow, raw: Flow, focus: str = "") -> Shown:
    """`flow`: all but the sources' own tables, which are `raw`: those are drawn where one thing is asked for alone.
    A focus that is not there is none.
    """
    one = node_of(flow, raw, focus)
    if one is None:
        return Shown(folded(flow, _note))
    whole = _with_raw(flow, raw)
    return Shown(folded(stream(whole, *members(whole, focus)), _note, {one.group, one.name, one.title}), one)


def node_of(flow: Flow, raw: Flow, key: str) -> Node | None:
    """A node by its key, a folded group included."""
    there = {node.key: node for node in (*raw.nodes, *flow.nodes)}
    if key not in there:
        there |= {fold_key(node): replace(node, key=key, name=node.group, title="") for node in there.values()}
    return there.get(key)


def raw_tables(sources: Sequence[SourceAccount], flow: Flow) -> Flow:
    """The sources' own tables, and what they become among the tables that are drawn. Their rows are not counted."""
    nodes, edges = list[Node](), list[Edge]()
    drawn = {node.key: node for node in flow.nodes}
    for source in sources:
        if of := drawn.get(f"{Kind.SOURCE}:{source.name}"):
            for table in source.tables:
                node = _node(table, source, of)
                nodes.append(node)
                edges += _edges(table, of, node, drawn)
    return Flow(tuple(nodes), tuple(edges))


def _node(table: RawTable, source: SourceAccount, of: Node) -> Node:
    group = source.name if table.fields else _("{source}: not in the lake yet", source=source.name)
    key = f"{Kind.RAW_TABLE}:{source.name}/{table.title}"
    marks = {Colour.FRESHNESS: of.mark(Colour.FRESHNESS)}
    return Node(key, Layer.RAW, table.title.rpartition(".")[2], table.about, group, marks=marks)


def _edges(table: RawTable, of: Node, node: Node, drawn: Mapping[str, Node]) -> Iterator[Edge]:
    files = plural("{count} file", "{count} files", table.files)
    yield Edge(of.key, node.key, 0, f"{of.title} → {node.name}: {files}")
    for name in dict.fromkeys(place.partition(".")[0] for one in table.fields for place in one.becomes):
        if f"{Kind.TABLE}:{name}" in drawn:
            yield Edge(node.key, f"{Kind.TABLE}:{name}", 0, f"{node.name} → {name}: {_('by its map')}")


def _with_raw(flow: Flow, raw: Flow) -> Flow:
    """Both: what is drawn through a source's table is not drawn past it."""
    up = {edge.target: edge.source for edge in raw.edges if edge.source.startswith(f"{Kind.SOURCE}:")}
    through = {(up[edge.source], edge.target) for edge in raw.edges if edge.source in up}
    past = tuple(edge for edge in flow.edges if (edge.source, edge.target) not in through)
    return Flow((*flow.nodes, *raw.nodes), (*past, *raw.edges))


def _note(layer: Layer, count: int) -> str:
    match layer:
        case Layer.SOURCE:
            return plural("{count} system", "{count} systems", count)
        case Layer.DATASET:
            return plural("{count} dataset", "{count} datasets", count)
    return plural("{count} table", "{count} tables", count)
