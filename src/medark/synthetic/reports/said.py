"""Columns of texts joined from pieces, which know where in each text a protected word stands"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.tables import SPAN

KINDS: Final = (
    "name", "identity_no", "phone", "address", "date", "hospital", "doctor", "relative", "patient_no",
)  # fmt: skip
_SLOT = re.compile(r"\{(\w+)\}")
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Spans:
    """Protected words of a column of texts: row, first character, character after the last, place in KINDS."""

    row: Ints = field(default_factory=lambda: _NONE)
    start: Ints = field(default_factory=lambda: _NONE)
    end: Ints = field(default_factory=lambda: _NONE)
    kind: Ints = field(default_factory=lambda: _NONE)

    def moved(self, by: Ints) -> Spans:
        """Further right in each row by so many characters."""
        return Spans(self.row, self.start + by[self.row], self.end + by[self.row], self.kind)

    def renumbered(self, numbers: Ints) -> Spans:
        """The same spans in rows with new numbers, by old number."""
        return Spans(numbers[self.row], self.start, self.end, self.kind)

    def taken(self, rows: Ints) -> Spans:
        """The spans of these rows, which are numbered from 0."""
        order = np.argsort(self.row, kind="stable")
        first, end = (np.searchsorted(self.row[order], rows, side=side) for side in ("left", "right"))
        many = end - first
        at = order[np.repeat(first - np.cumsum(many) + many, many) + np.arange(many.sum())]
        return Spans(np.repeat(np.arange(len(rows)), many), self.start[at], self.end[at], self.kind[at])


@dataclass(frozen=True, slots=True)
class Said:
    """A column of texts, none missing, and the protected words in them."""

    texts: pa.Array
    spans: Spans = field(default_factory=Spans)

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: Ints) -> Said:
        """These rows, in this order; the same one as often as it is asked for."""
        return Said(self.texts.take(pa.array(rows)), self.spans.taken(rows) if len(self.spans.row) else self.spans)

    def listed(self) -> pa.Array:
        """The spans as a column list<SPAN>, in the order of the text."""
        spans = self.spans
        order = np.lexsort((spans.start, spans.row))
        offsets = np.searchsorted(spans.row[order], np.arange(len(self) + 1)).astype(np.int32)
        kinds = pa.DictionaryArray.from_arrays(pa.array(spans.kind[order], pa.int32()), list(KINDS)).cast(pa.string())
        ends = [pa.array(each[order], pa.int32()) for each in (spans.start, spans.end)]
        values = pa.StructArray.from_arrays([*ends, kinds], fields=list(SPAN))
        return pa.ListArray.from_arrays(pa.array(offsets), values)


Piece = Said | str


def plain(texts: pa.Array | pa.ChunkedArray | Sequence[str]) -> Said:
    """Texts in which nothing is protected; missing ones become empty."""
    return Said(_whole(texts))


def protected(kind: str, texts: pa.Array | pa.ChunkedArray | Sequence[str]) -> Said:
    """Texts that are protected words from end to end; empty ones are none."""
    whole = _whole(texts)
    lengths = _lengths(whole)
    row = np.flatnonzero(lengths)
    return Said(whole, Spans(row, np.zeros(len(row), np.int64), lengths[row], np.full(len(row), KINDS.index(kind))))


def join(pieces: Sequence[Piece]) -> Said:
    """Pieces one after another in each row."""
    texts = [piece if isinstance(piece, str) else piece.texts for piece in pieces]
    joined = pc.binary_join_element_wise(*texts, "")
    return Said(joined, _shifted(pieces))


def filled(template: str, columns: Mapping[str, Said], rows: Ints) -> Said:
    """A template with slots `{column}`, for these rows of the columns."""
    parts = _SLOT.split(template)
    pieces: list[Piece] = [
        columns[part].take(rows) if at % 2 else part for at, part in enumerate(parts) if at % 2 or part
    ]
    if any(isinstance(piece, Said) for piece in pieces):
        return join(pieces)
    return Said(pa.repeat("".join(map(str, pieces)), len(rows)))


def scattered(count: int, found: Iterable[tuple[Ints, Said]]) -> Said:
    """A column of so many rows: texts at their rows, nothing elsewhere."""
    place, numbered, texts, spans = np.zeros(count, np.int64), 1, [pa.array([""])], []
    for rows, said in found:
        place[rows] = numbered + np.arange(len(rows))
        numbered += len(rows)
        texts.append(said.texts)
        if len(said.spans.row):
            spans.append(said.spans.renumbered(rows))
    return Said(pa.concat_arrays(texts).take(pa.array(place)), _together(spans))


def or_else(of: Said, words: str) -> Said:
    """The texts, and these words where there is none."""
    return Said(pc.if_else(pc.equal(of.texts, ""), words, of.texts), of.spans)


def together(columns: Sequence[Said]) -> Said:
    """Columns one below the other."""
    first = np.cumsum([0, *(len(each) for each in columns)])
    spans = [
        Spans(s.row + at, s.start, s.end, s.kind) for at, s in zip(first, (e.spans for e in columns), strict=False)
    ]
    return Said(pa.concat_arrays([each.texts for each in columns]), _together(spans))


def _shifted(pieces: Sequence[Piece]) -> Spans:
    at: Ints | int = 0
    spans = []
    last = max((n for n, piece in enumerate(pieces) if isinstance(piece, Said) and len(piece.spans.row)), default=-1)
    for piece in pieces[: last + 1]:
        if isinstance(piece, str):
            at = at + len(piece)
            continue
        if len(piece.spans.row):
            spans.append(piece.spans.moved(np.broadcast_to(at, len(piece))))
        at = at + _lengths(piece.texts)
    return _together(spans)


def _together(spans: list[Spans]) -> Spans:
    if len(spans) < 2:
        return spans[0] if spans else Spans()
    return Spans(*(np.concatenate([getattr(each, name) for each in spans]) for name in ("row", "start", "end", "kind")))


def _lengths(texts: pa.Array) -> Ints:
    return np.asarray(pc.utf8_length(texts), dtype=np.int64)


def _whole(texts: pa.Array | pa.ChunkedArray | Sequence[str]) -> pa.Array:
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if not isinstance(texts, pa.Array):
        texts = pa.array(texts, pa.string())
    if texts.type != pa.string():
        texts = texts.cast(pa.string())
    return pc.fill_null(texts, "") if texts.null_count else texts
