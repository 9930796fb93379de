"""A vocabulary file: which OMOP table it is, by its columns, and how it is cut"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from medark.errors import SourceError, StorageError
from medark.model.delimited import Delimited
from medark.model.omop import VOCABULARY_TABLES, tables

_HEADER = 64 << 10  # bytes; the longest header of these tables is under 300
_BLOCK = 4 << 20


@dataclass(frozen=True, slots=True)
class VocabularyFile:
    """One file of one table. `columns` as the file spells them; `form` is None for Parquet."""

    path: Path
    table: str
    columns: tuple[str, ...]
    form: Delimited | None
    sha256: str


def vocabulary_files(paths: Iterable[Path]) -> tuple[list[VocabularyFile], list[str]]:
    """The vocabulary files among `paths` (folders are looked into, not below), and the names of the others."""
    found, others = [], []
    for path in _files(paths):
        try:
            file = _recognised(path)
        except OSError as error:
            raise StorageError("a vocabulary file can't be read", file=path.name, errno=error.errno or 0) from None
        if file is None:
            others.append(path.name)
        else:
            found.append(file)
    return found, others


def vocabulary_table(columns: Sequence[str]) -> str | None:
    """The OMOP vocabulary table that has these columns, in any case and order.

    >>> vocabulary_table(["DOMAIN_ID", "DOMAIN_NAME", "DOMAIN_CONCEPT_ID"])
    'domain'
    """
    given = {column.strip().lower() for column in columns}
    fitting = [t for t in VOCABULARY_TABLES if {c.name for c in tables()[t].columns if c.required} <= given]
    return max(fitting, key=lambda t: len(given & set(tables()[t].column_names)), default=None)


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise SourceError("no such vocabulary file or folder", fix="check the path", file=path.name)
        found += sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    return found


def _recognised(path: Path) -> VocabularyFile | None:
    with path.open("rb") as file:
        head = file.read(_HEADER)
    if head.startswith(b"PAR1"):
        try:
            columns = tuple(pq.read_schema(path).names)
        except pa.ArrowException:
            return None
        form = None
    else:
        columns, form = _header(head)
    table = vocabulary_table(columns)
    return VocabularyFile(path, table, columns, form, _sha256(path)) if table else None


def _header(head: bytes) -> tuple[tuple[str, ...], Delimited | None]:
    line = head.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace").rstrip("\r")
    if "\t" in line:
        # Athena's files have no quoting: a quote in a name is a letter like any other.
        columns = tuple(line.split("\t"))
        return columns, Delimited(columns, delimiter="\t", quote="", escape="")
    columns = tuple(next(csv.reader([line]), ()))
    return columns, Delimited(columns)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
