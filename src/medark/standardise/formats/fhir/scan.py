"""Where JSON values end, without parsing them: for cutting a Bundle into entries in bounded memory.

Iterative, so that nesting is no danger, and on the C side of `re` for whatever is not a bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_STRING = rb'"[^"\\]*+(?>\\.[^"\\]*+)*+"'
_LEVELS = 12  # resources are seldom nested deeper; what is goes bracket by bracket


def _nested(levels: int) -> bytes:
    """A pattern for an object or array with no more than so many levels in it. Possessive: nothing is tried twice."""
    inside = rb'[^{}\[\]"]++|' + _STRING
    return rb"[{\[](?>" + inside + (rb"|" + _nested(levels - 1) if levels else rb"") + rb")*+[}\]]"


# A whole value, a bracket of a value that is deeper or not all there, or a string that is not closed yet.
_TOKEN = re.compile(_nested(_LEVELS) + rb"|" + _STRING + rb'|[{}\[\]"]', re.DOTALL)
# The same, bracket by bracket: where it is deeper than anything that can be decoded, looking ahead is wasted.
_BRACKET = re.compile(_STRING + rb'|[{}\[\]"]')
_DEEP = 64
_IN_STRING = re.compile(rb'(?>[^"\\]+|\\.)*+', re.DOTALL)
_SPACE = re.compile(rb"[ \t\r\n]*+")
_SCALAR_END = re.compile(rb"[,\]}\s]")
_OPEN, _CLOSE, _QUOTE = frozenset(b"{["), frozenset(b"}]"), ord('"')


def skip_space(text: bytes, at: int) -> int:
    """The first place from `at` that is not white space."""
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # the pattern matches nothing too


def value_end(text: bytes, at: int) -> int | None:
    """Where the value that begins at `at` ends (one past it); None if it is not all there.

    >>> value_end(b'{"a":[1,2]},{}', 0), value_end(b'{"a":[1,', 0), value_end(b'12, ', 0)
    (11, None, 2)
    """
    if at >= len(text):
        return None
    if text[at] not in b'{["':
        end = _SCALAR_END.search(text, at)
        return end.start() if end else None
    depth = 0
    while token := (_TOKEN if depth < _DEEP else _BRACKET).search(text, at):
        begin, at = token.span()
        if at - begin == 1:
            if text[begin] == _QUOTE:
                return None  # a string that is cut short
            depth += 1 if text[begin] in _OPEN else -1
        if depth <= 0:
            return at
    return None


class Skipper:
    """Passes over one value, however large, a stretch at a time: `skip` says where it ends, None to ask for more."""

    __slots__ = ("_depth", "_in_string")

    def __init__(self, depth: int = 0) -> None:
        self._depth, self._in_string = depth, False

    def skip(self, text: bytes, at: int) -> tuple[int, bool]:
        """How far this stretch takes us, and whether the value ends there. What lies before can be forgotten."""
        while True:
            if self._in_string:
                at = _IN_STRING.match(text, at).end()  # type: ignore[union-attr]
                if text[at : at + 1] != b'"':
                    return at, False
                self._in_string, at = False, at + 1
            else:
                token = (_TOKEN if self._depth < _DEEP else _BRACKET).search(text, at)
                if token is None:
                    return len(text), False
                at = token.end()
                if at - token.start() == 1:
                    self._open(text[token.start()])
            if self._depth <= 0 and not self._in_string:
                return at, True

    def _open(self, byte: int) -> None:
        if byte == _QUOTE:
            self._in_string = True
        else:
            self._depth += 1 if byte in _OPEN else -1


def members(text: bytes, at: int) -> Iterator[tuple[bytes, int]]:
    """Keys of the object that opens at `at`, and where the value of each begins, as far as can be read."""
    at = skip_space(text, at + 1)
    while at < len(text) and text[at] == _QUOTE:
        key_end = value_end(text, at)
        if key_end is None:
            return
        colon = skip_space(text, key_end)
        if text[colon : colon + 1] != b":":
            return
        value = skip_space(text, colon + 1)
        yield text[at + 1 : key_end - 1], value
        end = value_end(text, value)
        if end is None:
            return
        comma = skip_space(text, end)
        if text[comma : comma + 1] != b",":
            return
        at = skip_space(text, comma + 1)


def entry_array(text: bytes) -> int | None:
    """Where the `[` of a Bundle's own `entry` array is; None if this is no Bundle, or it is not in sight.

    A `List` has an `entry` array too: an array is taken only if nothing before it says that this is something else.
    """
    start = skip_space(text, 0)
    if text[start : start + 1] != b"{":
        return None
    for key, value in members(text, start):
        if key == b"resourceType" and not text.startswith(b'"Bundle"', value):
            return None
        if key == b"entry" and text[value : value + 1] == b"[":
            return value
    return None
