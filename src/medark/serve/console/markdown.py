"""The words of applications and definitions as HTML: CommonMark and tables, no HTML of theirs, no way out but links"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from medark.flows.documents.prose import LONGEST, reader


def markdown(text: str) -> Markup:
    """Markdown as HTML that can stand in a page of ours, whoever wrote it.

    >>> markdown("**all** <b>of</b> [them](javascript:x)")
    Markup('<p><strong>all</strong> &lt;b&gt;of&lt;/b&gt; [them](javascript:x)</p>\\n')
    """
    return Markup(_reader().render(text[:LONGEST]))


@cache
def _reader() -> MarkdownIt:
    found = reader()
    for name, rule in _RULES.items():
        found.add_render_rule(name, rule)
    return found


def _head(_self: Any, tokens: Sequence[Token], number: int, *_: Any) -> str:
    """A heading inside of words is none of the page's."""
    return '<p class="head"><b>' if tokens[number].nesting == 1 else "</b></p>\n"


def _table(_self: Any, tokens: Sequence[Token], number: int, *_: Any) -> str:
    """A table that scrolls within itself."""
    return '<div class="scroll" tabindex="0"><table>\n' if tokens[number].nesting == 1 else "</table></div>\n"


def _cell(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    """Alignment is a class: styles that stand in a page are not let through."""
    token = tokens[number]
    if "right" in str(token.attrs.pop("style", "")):
        token.attrs["class"] = "number"
    return str(self.renderToken(tokens, number, options, env))


def _link(self: Any, tokens: Sequence[Token], number: int, options: Any, env: Any) -> str:
    tokens[number].attrs["rel"] = "noopener noreferrer"
    return str(self.renderToken(tokens, number, options, env))


_RULES: Final[dict[str, Callable[..., str]]] = {
    "heading_open": _head, "heading_close": _head, "table_open": _table, "table_close": _table, "th_open": _cell,
    "td_open": _cell, "link_open": _link,
}  # fmt: skip
