"""The map as a picture: sources, tables, datasets and applications, and what flows from one to the next"""

from medark.catalog.flow.drawn import Words, svg
from medark.catalog.flow.folds import fold_key, folded, members
from medark.catalog.flow.marks import Colour, Mark, fresh_mark, level_mark, quality_mark
from medark.catalog.flow.nouns import Edge, Flow, Layer, Node, stream

__all__ = [
    "Colour", "Edge", "Flow", "Layer", "Mark", "Node", "Words", "fold_key", "folded", "fresh_mark", "level_mark",
    "members", "quality_mark", "stream", "svg",
]  # fmt: skip
