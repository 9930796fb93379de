"""Text to tree. Source: FHIRPath 2.0.0, appendix "Formal Specifications" (grammar and precedence)"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final, NamedTuple, NoReturn

from medark.define.fhirpath.nodes import Binary, Call, Index, Literal, Member, Negative, Node, This, Variable
from medark.define.fhirpath.values import Typed
from medark.errors import DefinitionError

LONGEST: Final = 4000  # characters of one path
_MOST: Final = 400  # words and signs of one path: each may be a step deeper
DEEPEST: Final = 60  # brackets within brackets

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<time>@T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)
    | (?P<date>@\d{4}(?:-\d\d(?:-\d\d)?)?(?P<clock>T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>`[^`]+`)
    | (?P<variable>%(?:[A-Za-z_][A-Za-z0-9_]*|`[^`]+`))
    | (?P<this>\$this)
    | (?P<sign><=|>=|!=|[.,()\[\]{}=<>+\-*/&])
    )""",
    re.VERBOSE,
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
# Operators by how tightly they bind, the loosest first.
_LEVELS: Final = (
    frozenset({"implies"}), frozenset({"or", "xor"}), frozenset({"and"}), frozenset({"=", "!="}),
    frozenset({"<", "<=", ">", ">="}), frozenset({"+", "-", "&"}), frozenset({"*", "/", "div", "mod"}),
)  # fmt: skip
_WORDS: Final = frozenset({"implies", "or", "xor", "and", "div", "mod"})


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(path: str) -> Node:
    """The tree of a path. DefinitionError says at which character it stops being one."""
    if len(path) > LONGEST:
        raise _too_long(LONGEST)
    return _Parser(_tokens(path)).whole()


def _tokens(path: str) -> list[_Token]:
    found, at = [], 0
    while path[at:].strip():
        token = _TOKEN.match(path, at)
        if token is None:
            _wrong(at)
        kind = token.lastgroup if token.lastgroup != "clock" else "date"
        assert kind is not None
        found.append(_Token(kind, token[kind], at))
        at = token.end()
        if len(found) > _MOST:
            raise _too_long(_MOST)
    return [*found, _Token("end", "", len(path))]


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._place, self._depth = tokens, 0, 0

    def whole(self) -> Node:
        node = self._binary(0)
        if self._next.kind != "end":
            _wrong(self._next.at)
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _is(self, *texts: str) -> bool:
        return self._next.kind in ("sign", "name") and self._next.text in texts

    def _expect(self, text: str) -> None:
        if not self._is(text):
            _wrong(self._next.at)
        self._take()

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._binary(level + 1)
        while self._is(*_LEVELS[level]):
            node = Binary(self._take().text, node, self._binary(level + 1))
        return node

    def _unary(self) -> Node:
        if self._is("-"):
            self._take()
            return Negative(self._inner(self._unary))
        if self._is("+"):
            self._take()
            return self._inner(self._unary)
        return self._postfix()

    def _inner(self, read: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            _wrong(self._next.at)
        node = read()
        self._depth -= 1
        return node

    def _postfix(self) -> Node:
        node = self._term()
        while self._is(".", "["):
            if self._take().text == ".":
                node = self._invocation(node)
            else:
                node = Index(node, self._inner(lambda: self._binary(0)))
                self._expect("]")
        return node

    def _term(self) -> Node:
        token = self._next
        match token.kind:
            case "name" if token.text in ("true", "false"):
                self._take()
                return Literal(token.text == "true")
            case "name" | "quoted":
                return self._invocation(None)
            case "this":
                self._take()
                return This()
            case "variable":
                self._take()
                return Variable(token.text[1:].strip("`"))
            case "number" | "text" | "date" | "time":
                self._take()
                return Literal(_value(token))
        if self._is("("):
            self._take()
            node = self._inner(lambda: self._binary(0))
            self._expect(")")
            return node
        if self._is("{"):
            self._take()
            self._expect("}")
            return Literal(None)
        return _wrong(token.at)

    def _invocation(self, of: Node | None) -> Node:
        token = self._take()
        if token.kind == "this" and of is not None:
            return of
        if token.kind not in ("name", "quoted") or token.text in _WORDS:
            _wrong(token.at)
        name = token.text.strip("`")
        if not self._is("("):
            return Member(of, name)
        self._take()
        given: list[Node] = []
        while not self._is(")"):
            if given:
                self._expect(",")
            given.append(self._inner(lambda: self._binary(0)))
        self._take()
        return Call(of, name, tuple(given))


def _value(token: _Token) -> object:
    match token.kind:
        case "number":
            return Decimal(token.text) if "." in token.text else int(token.text)
        case "time":
            return Typed(token.text[2:], "time")
        case "date":
            text = token.text[1:].removesuffix("T")
            return Typed(text, "dateTime" if "T" in token.text else "date")
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, token.text[1:-1])


def _unescaped(found: re.Match[str]) -> str:
    told = found[1]
    return chr(int(told[1:], 16)) if len(told) == 5 else _ESCAPES.get(told, told)


def _too_long(most: int) -> DefinitionError:
    return DefinitionError("the FHIRPath is too long", fix="write less in one path", most=most)


def _wrong(at: int) -> NoReturn:
    raise DefinitionError("the FHIRPath can't be read", fix="see docs/reference/sql-on-fhir.md", character=at)
