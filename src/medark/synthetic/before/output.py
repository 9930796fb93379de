"""Where the city is written: files by organisation and system, and a note of every error planted in them"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medark.messages import N_

_ZIP_TIME = (2026, 1, 1, 0, 0, 0)  # of every member, so that the same city is the same bytes
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an error must end: `outcome` is quarantined, not_understood, excluded, refused, or one of those below.

    `table`: the OMOP table of a row that the gate must hold back; "" for a whole unit or file.
    """

    outcome: str
    reason: str
    table: str = ""


UNMAPPED = Ending(N_("waiting"), N_("waits for a map"))  # a table nobody has described
SENT_TWICE = Ending(N_("already there"), N_("the same bytes came before"))


@dataclass(frozen=True, slots=True)
class Planted:
    """One error and where it is: `row_no` counts rows, messages or lines of the file from 0."""

    source: str
    file: str  # as a platform names it: "archive.zip!/member" inside an archive
    row_no: int
    what: str
    ending: Ending


class Output:
    """The city's folder: `raw` is what the platform may see, `truth` what only tests and people may."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.planted: list[Planted] = []

    def raw(self, source: str, name: str, content: bytes) -> None:
        """Write a file that a system gives away."""
        self._write(self.root / "raw" / source / name, content)

    def truth(self, name: str, columns: Row, rows: Iterable[Row]) -> None:
        """Write a table of what is true."""
        self._write(self.root / "truth" / f"{name}.csv", table(columns, rows))

    def plant(self, source: str, file: str, row_no: int, what: str, ending: Ending) -> None:
        """Note an error that was just written."""
        self.planted.append(Planted(source, file, row_no, what, ending))

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def table(columns: Row, rows: Iterable[Row], encoding: str = "utf-8") -> bytes:
    """A CSV file with a header."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def archive(members: Mapping[str, bytes]) -> bytes:
    """A zip archive; stored, because what deflating gives differs between builds of zlib."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as file:
        for name, member in members.items():
            file.writestr(zipfile.ZipInfo(name, _ZIP_TIME), member)
    return content.getvalue()
