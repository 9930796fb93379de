"""Written knowledge: found by any word in Chinese or English, and followed from fact to fact"""

from medark.text import folded, words

from .graph import Edge, Graph, Node
from .layout import layered
from .library import Document, Hit, Library

__all__ = ["Document", "Edge", "Graph", "Hit", "Library", "Node", "folded", "layered", "words"]
