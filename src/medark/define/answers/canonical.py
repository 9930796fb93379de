"""The canonical form of a definition: how long and deep it may be, and which parts a node names"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from medark.define.definitions.variables import Variable
from medark.define.nodes import Node
from medark.errors import DefinitionError

FORMAT: Final = "medark.define/1"
LONGEST: Final = 16_000_000  # characters
MOST_NODES: Final = 50_000
DEEPEST: Final = 400  # engines follow a definition by recursion, some frames a level; Python stops at 1000


def named_parts(node: Node) -> Iterator[Node]:
    """The nodes that one names. The name of a variable is written where it is used, so its value stands in for it."""
    for child in node.children():
        yield child.value if isinstance(child, Variable) else child


def depth_of(node: Node, below: Iterable[int]) -> int:
    """How deep a node is, its parts being so deep; DefinitionError past DEEPEST."""
    depth = 1 + max(below, default=0)
    if depth > DEEPEST:
        raise DefinitionError(
            f"{type(node).__name__} is nested more than {DEEPEST} deep",
            fix="join conditions in groups: any_of(any_of(…), any_of(…)), or name codes in a concept set",
        )
    return depth
