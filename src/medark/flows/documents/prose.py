"""The words of applications as plain nodes: CommonMark and tables, no HTML of theirs, no way out but links"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

LONGEST: Final = 100_000  # characters
_LINK: Final = re.compile(r"https?://|/(?![/\\])|[?#]", re.IGNORECASE)
_SPACES: Final = re.compile(r"\s+")

Node = dict[str, Any]


def reader() -> MarkdownIt:
    """What reads markdown: HTML is text to it, pictures are none, and only addresses on the web and ours are links."""
    found = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable("table").disable("image")
    found.validateLink = _may_lead_to  # type: ignore[method-assign, assignment]
    return found


def nodes(markdown: str) -> list[Node]:
    """The text as a tree: {"is": its kind, "in": what is in it}, or {"is": "text", "text"}.

    >>> nodes("*all* <b>")[0]["in"][0]["in"]
    [{'is': 'em', 'in': [{'is': 'text', 'text': 'all'}]}, {'is': 'text', 'text': ' <b>'}]
    """
    return [_node(one) for one in _tree(markdown).children]


def words(markdown: str) -> str:
    """The text without its marks, a line for each paragraph.

    >>> words("**All** of\\n*them*.\\n\\n- one")
    'All of them.\\none'
    """
    lines = [one for one in _tree(markdown).walk(include_self=False) if one.type in _LINES]
    return "\n".join(_SPACES.sub(" ", "".join(_letters(one))) for one in lines)


_LINES: Final = frozenset({"inline", "fence", "code_block"})
_PLAIN: Final = frozenset({"text", "code_inline", "fence", "code_block", "html_block", "html_inline"})
_BREAKS: Final = {"softbreak": " ", "hardbreak": "\n"}


@cache
def _reader() -> MarkdownIt:
    return reader()


def _tree(markdown: str) -> SyntaxTreeNode:
    tokens: list[Token] = _reader().parse(markdown[:LONGEST])
    return SyntaxTreeNode(tokens)


def _node(one: SyntaxTreeNode) -> Node:
    if one.type in _PLAIN:
        return {"is": "text" if one.type == "text" else "code", "text": one.content}
    if one.type in _BREAKS:
        return {"is": "text", "text": _BREAKS[one.type]}
    told: Node = {"is": one.type, "in": [_node(child) for child in one.children]}
    if one.type == "link":
        told["to"] = str(one.attrs.get("href", ""))
    if one.type in ("th", "td"):
        told["right"] = "right" in str(one.attrs.get("style", ""))
    return told


def _letters(one: SyntaxTreeNode) -> Iterator[str]:
    if one.type in _PLAIN:
        yield one.content
    elif one.type in _BREAKS:
        yield " "
    else:
        for child in one.children:
            yield from _letters(child)


def _may_lead_to(address: str) -> bool:
    """Addresses on the web, and our own."""
    return _LINK.match(address.strip()) is not None
