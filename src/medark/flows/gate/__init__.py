"""The gate: the one way to rows of the lake, for whoever asks: decided by grants, seen through views, written down"""

from medark.flows.gate.book import Book, MemoryBook
from medark.flows.gate.decide import Reads, decide
from medark.flows.gate.person import person
from medark.flows.gate.reader import at_terminal, reader_of
from medark.flows.gate.reading import About, Governed, reading
from medark.flows.gate.suppress import suppressed

__all__ = [
    "About", "Book", "Governed", "MemoryBook", "Reads", "at_terminal", "decide", "person", "reader_of", "reading",
    "suppressed",
]  # fmt: skip
