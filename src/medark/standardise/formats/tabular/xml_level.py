"""At what depth the records of an XML file stand, by its beginning"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

_DEEPEST = 4  # levels that may do no more than frame the records
_MOST = 20_000  # elements looked at


@dataclass(slots=True)
class _Node:
    name: str
    is_plain: bool  # no attributes, no text of its own
    children: list[_Node] = field(default_factory=list)


def record_level(head: bytes) -> int:
    """The level of the records, where the root's is 0: 1, or deeper where elements above only hold lists.

    >>> record_level(b"<a><b><c>1</c></b><b/></a>"), record_level(b"<a><b><c><d/></c><c/></b></a>")
    (1, 2)
    """
    root = _tree(head)
    level, found = 0, [root] if root else []
    while found and level < _DEEPEST:
        children = [child for node in found for child in node.children]
        level += 1
        if not children or _repeats(found) or not all(map(_is_frame, children)):
            return level
        found = children
    return max(level, 1)


def _repeats(nodes: Sequence[_Node]) -> bool:
    return any(count > 1 for node in nodes for count in Counter(c.name for c in node.children).values())


def _is_frame(node: _Node) -> bool:
    """Does it hold nothing but elements of one name: several, or one that is a frame itself?"""
    names = {child.name for child in node.children}
    if not node.is_plain or len(names) != 1:
        return False
    return len(node.children) > 1 or _is_frame(node.children[0])


def _tree(head: bytes) -> _Node | None:
    """The elements of the head; a fault, or where it is cut, ends it."""
    top = _Node("", True)
    is_open, count = [top], 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(is_open) > 2 * _DEEPEST or count > _MOST:
            is_open.append(top)  # too deep, or enough seen
            return
        node = _Node(name, not any(not key.startswith("xmlns") for key in attributes))
        is_open[-1].children.append(node)
        is_open.append(node)

    def said(text: str) -> None:
        if not text.isspace():
            is_open[-1].is_plain = False

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = started
    parser.EndElementHandler = lambda _: is_open.pop()
    parser.CharacterDataHandler = said
    with suppress(expat.ExpatError):
        parser.Parse(head, False)
    return top.children[0] if top.children else None
