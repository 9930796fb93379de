"""What is drawn: every kind of node and operator, over people who give answers"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator

import pytest
from hypothesis import Phase, given, settings

from equivalence.answers import in_memory
from equivalence.drawing import SEEDS, cases, datasets
from equivalence.world import world
from medark.define import nodes
from medark.define.definitions import Dataset
from medark.define.nodes import Aggregate, Call, Keep, Node, Pair, Selected
from medark.define.nodes.values import Value
from medark.define.operators import AGGREGATES, OPERATORS

ABSTRACT = {nodes.Node, Value, nodes.Frame, nodes.Root, nodes.Population}
CLASSES = {one for one in vars(nodes).values() if isinstance(one, type) and issubclass(one, Node)} - ABSTRACT
ORDERS = ("after", "not_before", "before", "any", "overlap")
UNITS = ("seconds", "days", "months", None)  # None: however far apart
ENOUGH = 3
Cell = object


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Dataset, list[list[Cell]]]]:
    """Some of the definitions that the other tests draw, with the cells of each variable as memory answers."""
    found: list[tuple[Dataset, list[list[Cell]]]] = []

    @settings(cases(400), phases=[Phase.generate])
    @given(dataset=datasets(), seed=SEEDS)
    def draw(dataset: Dataset, seed: int) -> None:
        rows = in_memory(dataset, world(seed))
        found.append((dataset, [[row[one.name] for row in rows] for one in dataset.columns]))

    draw()
    return found


def test_every_node_is_drawn_more_than_once(drawn: list[tuple[Dataset, list[list[Cell]]]]) -> None:
    met = Counter(key for dataset, _ in drawn for node in dataset.walk() for key in _told(node))
    wanted: set[Hashable] = {
        *CLASSES,
        *(("operator", name) for name in OPERATORS),
        *(("aggregate", name) for name in AGGREGATES),
        *(("order", order) for order in ORDERS),
        *(("unit", unit) for unit in UNITS),
        *(("keep", which) for which in ("first", "last")),
        *(("stays", kind) for kind in ("as they are", "run together", "clipped")),
    }
    assert {key for key in wanted if met[key] < ENOUGH} == set()


def _told(node: Node) -> Iterator[Hashable]:
    """What a node counts as."""
    yield type(node)
    match node:
        case Call(operator=operator):
            yield "operator", operator
        case Aggregate(name=name):
            yield "aggregate", name
        case Pair(order=order, within=within, unit=unit):
            yield from (("order", order), ("unit", None if within is None else unit))
        case Keep(which=which):
            yield "keep", which
        case Selected(gap=gap, first=first, last=last):
            kind = "as they are" if gap is None else "clipped" if first or last else "run together"
            yield "stays", kind


def test_answers_are_seldom_missing_and_differ(drawn: list[tuple[Dataset, list[list[Cell]]]]) -> None:
    columns = [cells for _, answers in drawn for cells in answers if cells]
    cells = [cell for column in columns for cell in column]
    assert sum(cell is not None for cell in cells) > len(cells) / 2
    assert sum(len(set(column)) > 1 for column in columns) > len(columns) / 4
    assert sum(any(answers) for _, answers in drawn) > len(drawn) / 2
