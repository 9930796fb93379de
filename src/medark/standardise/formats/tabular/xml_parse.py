"""XML lists to records, as a stream: no document types, no entities, nothing fetched, nothing held but one record"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from xml.parsers import expat

from medark.standardise.formats.tabular.json_objects import Object
from medark.standardise.formats.tabular.object_columns import TEXT

TABLE_ROWS = 1 << 32  # row numbers of a file's next table begin there
CUT_SHORT = "an element that is cut short"
BROKEN = "not well-formed XML: what follows is not read"
REFUSED = "a document type in XML, or past the limits: what follows is not read"
TOO_LARGE = "a record is larger than 16 MiB, or has more than 100,000 elements"

LONGEST = 16 << 20  # bytes of a record, or of one tag
_MOST_ELEMENTS = 100_000  # of a record
_DEEPEST = 40  # with an array at each level, what is made of it stays within what can be written as JSON
_MOST_TABLES = 64
_TAG = re.compile(rb"</[^>]*>")
_UNFINISHED = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)


@dataclass(frozen=True, slots=True)
class Record:
    """One element that is a row of the table of its name. `value`: as an object, or why it is none."""

    table: str
    row_no: int
    line_no: int
    value: Object | str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """Where the element of a record lies, and its name as it is written."""

    row_no: int
    start: int
    end: int
    name: bytes


@dataclass(slots=True)
class _Element:
    """An element that is open. `path`: dotted, from its record on."""

    name: str
    path: str
    values: Object
    text: list[str] = field(default_factory=list, repr=False)

    def value(self) -> Object | str:
        """Text, or an object where there is more than that."""
        said = "".join(self.text)
        if not self.values:
            return said
        return self.values | {TEXT: said.strip()} if said and not said.isspace() else self.values

    def row(self) -> Object:
        """The same of a record: an object in any case."""
        found = self.value()
        if isinstance(found, str):
            return {TEXT: found} if found and not found.isspace() else {}
        return found


class Parser:
    """Fed with UTF-8, block by block. Elements at `level` (the root's is 0) are records, and so are leaves above it.

    `always`: paths, their table first, whose elements are an array however many a record has; `repeated` is given
    those of which some record has more than one. `wanted`: rows of which `spans` is told.
    """

    def __init__(self, level: int, always: Collection[str] = (), wanted: Collection[int] = ()) -> None:
        self.records: list[Record] = []
        self.spans: list[Span] = []
        self.repeated: set[str] = set()
        self._level, self._always, self._wanted = level, frozenset(always), frozenset(wanted)
        self._tables: dict[str, int] = {}  # each table's rows so far
        self._depth = -1
        self._open: list[_Element] = []  # from the record on; of a leaf above records, that alone
        self._start = self._line = self._elements = self._fed = 0
        self._is_too_large = False
        self._tail, self._tail_at = b"", 0  # the block at hand and two bytes before it; where it begins
        self._expat = expat.ParserCreate("utf-8")
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._started
        self._expat.EndElementHandler = self._ended
        self._expat.CharacterDataHandler = self._said
        self._expat.StartDoctypeDeclHandler = _refused

    @property
    def done(self) -> int:
        """The byte up to which nothing will be told any more."""
        return self._start if self._open else max(self._expat.CurrentByteIndex, 0)

    def feed(self, block: bytes, *, final: bool = False) -> bool:
        """Read on. False when nothing more can be read: the last record says why."""
        self._tail_at = self._fed - len(self._tail[-2:])
        self._tail = self._tail[-2:] + block
        try:
            self._expat.Parse(block, final)
        except expat.ExpatError as error:
            return self._stopped(CUT_SHORT if error.code in _UNFINISHED else BROKEN)
        except _Stop:
            return self._stopped(REFUSED)
        self._fed += len(block)
        return self._fed - self._expat.CurrentByteIndex <= LONGEST or self._stopped(REFUSED)

    def forget(self) -> None:
        """What was told is taken."""
        self.records, self.spans = [], []

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Stop
        if self._depth <= self._level:
            self._open = []  # what is open above records has children: it is none
            self._start, self._line = self._expat.CurrentByteIndex, self._expat.CurrentLineNumber
            self._elements, self._is_too_large = 0, False
        elif not self._fits():
            return
        local = name.rpartition(":")[2]
        path = f"{self._open[-1].path}.{local}" if self._open else local
        values: Object = {key.rpartition(":")[2]: v for key, v in attributes.items() if not key.startswith("xmlns")}
        self._open.append(_Element(local, path, values))

    def _ended(self, name: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if not self._open or (self._is_too_large and depth > self._level):
            return
        element = self._open.pop()
        if self._open:
            self._put(self._open[-1].values, element)
        elif depth:
            is_bare = not self._elements and not element.text
            self._record(element.name, TOO_LARGE if self._is_too_large else element.row(), name, is_bare=is_bare)

    def _said(self, said: str) -> None:
        if self._open and self._fits(0):
            self._open[-1].text.append(said)

    def _fits(self, elements: int = 1) -> bool:
        self._elements += elements
        if self._elements > _MOST_ELEMENTS or self._expat.CurrentByteIndex - self._start > LONGEST:
            self._is_too_large = True
            del self._open[1:]
        return not self._is_too_large

    def _put(self, values: Object, element: _Element) -> None:
        there, value = values.get(element.name), element.value()
        if isinstance(there, list):
            there.append(value)
        elif element.name in values:
            values[element.name] = [there, value]
            self.repeated.add(element.path)
        else:
            values[element.name] = [value] if element.path in self._always else value

    def _record(self, table: str, value: Object | str, name: str, *, is_bare: bool) -> None:
        if table not in self._tables and len(self._tables) == _MOST_TABLES:
            raise _Stop
        count = self._tables.setdefault(table, 0)
        row_no = list(self._tables).index(table) * TABLE_ROWS + count
        self._tables[table] = count + 1
        self.records.append(Record(table, row_no, self._line, value))
        if row_no in self._wanted:
            self.spans.append(Span(row_no, self._start, self._end_of_tag(is_bare=is_bare), name.encode()))

    def _end_of_tag(self, *, is_bare: bool) -> int:
        """Where the element that ends lies no more. The parser stands before `</P>`, but after `<P/>`."""
        at = self._expat.CurrentByteIndex
        if is_bare and self._tail[: at - self._tail_at][-2:] == b"/>":
            return at
        tag = _TAG.match(self._expat.GetInputContext() or b"")
        return at + (tag.end() if tag else 0)

    def _stopped(self, reason: str) -> bool:
        table = self._open[0].name if self._open else next(iter(self._tables), "")
        row_no = list(self._tables).index(table) * TABLE_ROWS + self._tables[table] if table in self._tables else 0
        self.records.append(Record(table, row_no, self._expat.CurrentLineNumber, reason))
        return False


class _Stop(Exception):  # noqa: N818  a verdict about the rest of the file
    """Nothing more is read."""


def _refused(*_: object) -> None:
    """A document type brings entities."""
    raise _Stop
