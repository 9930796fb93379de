"""What is in a file of lines: runs between headers and footers, encoded piece by piece, compressed where named so"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from medark.synthetic.dirt.files import Mishap, cut_off, in_another_encoding
from medark.synthetic.feeds.system import Export

Run = tuple[Export, pa.Table]  # an export, and its rows with a column `line`
_LINES = 20_000  # encoded at once: what bounds memory
_GZIP = 31  # zlib's window bits for a gzip file with a header that says neither time nor name


def write_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write pieces as a file, gzip if its name ends with .gz; the same pieces give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.writelines(_compressed(pieces) if path.suffix == ".gz" else pieces)


def _compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    yield from (packer.compress(piece) for piece in pieces)
    yield packer.flush()


def pieces(runs: Sequence[Run], encoding: str, wrong: Mishap | None) -> Iterator[bytes]:
    """A file's runs of lines between their headers and footers, with what goes wrong with one line."""
    before = 0
    for export, found in runs:
        row = wrong.row_no - before if wrong and 0 <= wrong.row_no - before < found.num_rows else None
        yield export.header.encode(encoding)
        if row is None or wrong is None or wrong.kind == "sent_twice":
            yield from _encoded(found["line"], encoding)
        else:
            yield from _hurt(found["line"], encoding, row, wrong)
            if wrong.kind == "truncated":
                return  # nothing comes after a record that was cut off
        yield export.footer.encode(encoding)
        before += found.num_rows


def _hurt(lines: pa.ChunkedArray, encoding: str, row: int, wrong: Mishap) -> Iterator[bytes]:
    yield from _encoded(lines.slice(0, row), encoding)
    line = lines[row].as_py()
    yield cut_off(line.encode(encoding)) if wrong.kind == "truncated" else in_another_encoding(line, encoding)
    yield from _encoded(lines.slice(row + 1), encoding)


def _encoded(lines: pa.ChunkedArray, encoding: str) -> Iterator[bytes]:
    for first in range(0, len(lines), _LINES):
        content = text_bytes(lines.slice(first, _LINES))
        yield content if encoding == "utf-8" else content.decode().encode(encoding)


def text_bytes(texts: pa.ChunkedArray) -> bytes:
    """The texts one after another, as they lie in Arrow's buffer: nothing is copied for each."""
    held = []
    for chunk in texts.cast(pa.large_string()).chunks:
        if not len(chunk):
            continue
        offsets = pa.Array.from_buffers(pa.int64(), len(chunk) + 1, [None, chunk.buffers()[1]], offset=chunk.offset)
        held.append(memoryview(chunk.buffers()[2])[offsets[0].as_py() : offsets[-1].as_py()])
    return b"".join(held)
