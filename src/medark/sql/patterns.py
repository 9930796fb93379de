"""Regular expressions that RE2 and Java read alike, and those that Java reads alike once they are spelled out

Source: RE2 syntax (google/re2, wiki/Syntax); java.util.regex.Pattern (Java 17): where the two differ, the pattern is
refused, except for what `java` can say in Java's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Unicode's space separators (Zs), which DuckDB's trim() takes away; Chinese systems pad with the ideographic one.
BLANKS = "\u0020\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_SPACE = r"\t\n\f\r "  # RE2's \s; Java's has the vertical tab too
_TOKEN = re.compile(r"\\.|\(\?[:=!<P]?|\[\^?|[][().^$|*+?{}]|[^][().^$|*+?{}\\]", re.DOTALL)
_LETTERS = frozenset("dDwWsStnr")  # \d \w \s … that both have; any other letter after \ is a trap
_CLASS_PART = re.compile(r"\\.|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Class:
    """A bracket: `[^…]` or `[…]`, where it ends, and its parts."""

    negated: bool
    parts: tuple[str, ...]
    end: int


def faults(pattern: str) -> Iterator[str]:
    """What in a pattern is not portable; none for one that is."""
    found = [fault for token in _tokens(pattern) for fault in _token_faults(token)]
    if re.search(r"[*+?}]\+", re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]", "x", pattern)):
        found.append("a possessive quantifier")
    yield from found or ([] if _compiles(pattern) else ["it is no regular expression"])


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _token_faults(token: str | _Class) -> Iterator[str]:
    if isinstance(token, _Class):
        yield from _class_faults(token)
    elif token.startswith("(?") and token != "(?:":
        yield "(? … ) other than (?: … )"
    elif token.startswith("\\") and token[1:].isalnum() and token[1:] not in _LETTERS:
        yield token


def matches_nothing(pattern: str) -> bool:
    """Can it match the empty text? Engines differ on where such a match is replaced."""
    return re.compile(pattern).match("") is not None


def java(pattern: str) -> str:
    """The same pattern for Java: `$` only at the very end, `.` all but a line feed, `\\s` as RE2 has it.

    >>> java(r"^a\\s.$")
    '^a[\\\\t\\\\n\\\\f\\\\r ][^\\\\n]\\\\z'
    """
    return "".join(map(_java_token, _tokens(pattern)))


def groups(pattern: str) -> int:
    """How many groups it captures."""
    return re.compile(pattern).groups


def _java_token(token: str | _Class) -> str:
    if isinstance(token, _Class):
        inside = "".join(_SPACE if part == r"\s" else part for part in token.parts)
        return f"[{'^' if token.negated else ''}{inside}]"
    return {"$": r"\z", ".": r"[^\n]", r"\s": f"[{_SPACE}]", r"\S": f"[^{_SPACE}]"}.get(token, token)


def _class_faults(token: _Class) -> Iterator[str]:
    for part in token.parts:
        if part == "[":
            yield "[ inside a class"  # Java nests classes
        elif part == r"\S" or (part.startswith("\\") and part[1:].isalnum() and part[1:] not in _LETTERS):
            yield f"{part} inside a class"
    if "&&" in "".join(token.parts):
        yield "&& inside a class"  # Java intersects


def _tokens(pattern: str) -> Iterator[str | _Class]:
    at = 0
    while at < len(pattern):
        hit = _TOKEN.match(pattern, at)
        token = hit[0] if hit else pattern[at]
        if token.startswith("["):
            found = _class(pattern, at + len(token), negated=len(token) == 2)
            yield found
            at = found.end
        else:
            yield token
            at += len(token)


def _class(pattern: str, start: int, *, negated: bool) -> _Class:
    parts: list[str] = []
    at = start
    while at < len(pattern):
        hit = _CLASS_PART.match(pattern, at)
        part = hit[0] if hit else ""
        at += len(part)
        if part == "]" and parts:
            return _Class(negated, tuple(parts), at)
        parts.append(part)
    return _Class(negated, tuple(parts), at)
