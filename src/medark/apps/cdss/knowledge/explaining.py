"""Why a card was shown: the way from the patient's own rows over drugs, groups and tests to the fact and its source"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from medark.analyse.knowledge import Edge, Graph

from .entry import Entry, source_id
from .known import Knowledge

# Values of rules that name a row of the patient, as its own system wrote it.
WRITTEN: Final = ("drug", "left", "right", "first", "second", "allergen")


@dataclass(frozen=True, slots=True)
class Explained:
    """`card`: what is said of such cards; `fact`: the one that held; `way`: all between, as a graph."""

    card: Entry | None
    fact: Entry | None
    way: Graph


def explained(known: Knowledge, rule: str, values: Mapping[str, Any]) -> Explained:
    """The way to a card, from the values of its rule. A fact that can't be told from its values is left out."""
    card = known.entries.get(f"card:{rule}")
    fact = None if card is None else fact_of(known, card.family, values)
    end = fact or card
    if end is None:
        return Explained(None, None, Graph((), ()))
    starts = list(_starts(known, end, values))
    between = known.graph.along(starts, end.id) if starts else known.graph.around(end.id, kinds=("group", "drug"))
    return Explained(card, fact, _whole(known, between, card, end))


def fact_of(known: Knowledge, family: str, values: Mapping[str, Any]) -> Entry | None:
    """The fact of a family whose words are those of the values: the one that most of them agree with."""
    told = {name: _text(value) for name, value in values.items() if value is not None}
    best, most = None, 0
    for one in known.entries.values():
        if one.row and one.family == family:
            agrees = sum(1 for name, cell in one.row.items() if cell and told.get(name) == _text(cell))
            if agrees > most:
                best, most = one, agrees
    return best


def _starts(known: Knowledge, end: Entry, values: Mapping[str, Any]) -> Iterator[str]:
    """The drugs that the values name, and the tests that the rule is about."""
    for name in WRITTEN:
        yield from known.drugs_in(str(values.get(name) or ""))
    yield from (link.other for link in end.links if link.other.startswith("test:"))


def _whole(known: Knowledge, between: Graph, card: Entry | None, end: Entry) -> Graph:
    """What is between, on to the card, and to the sources of both."""
    more = [
        Edge(one.id, "told_by", source_id(one.source), one.source)
        for one in (card, end)
        if one is not None and one.source
    ]
    if card is not None and card.id != end.id:
        more.append(Edge(end.id, "shown_as", card.id))
    names = dict.fromkeys((*between.nodes, *(name for edge in more for name in (edge.start, edge.end))))
    return Graph(_nodes(known, names), (*between.edges, *more))


def _nodes(known: Knowledge, names: Iterable[str]) -> Iterator[Any]:
    return (known.graph.nodes[name] for name in names if name in known.graph.nodes)


def _text(value: object) -> str:
    """A value as facts write it: 30 and 30.0 are one."""
    if isinstance(value, bool):
        return str(value)
    try:
        return f"{float(value):g}"  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return str(value)
