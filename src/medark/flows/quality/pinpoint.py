"""Which block of a map made a row, and which lines of its lists of codes: the row's way walked again"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from medark.errors import MedarkError
from medark.flows.lineage.again import Again, walked
from medark.flows.lineage.map_lines import MapFile, map_file
from medark.flows.lineage.way import Came
from medark.flows.quality.lines import MOST, Line
from medark.flows.quality.sides import key_of
from medark.flows.workspace import Workspace
from medark.standardise.formats import TABLES
from medark.store.engine import Session

_LIST: Final = re.compile(r"^\s*\[values\.([^\]]+)\]")
_HEADING: Final = re.compile(r"^\s*\[")
_ENTRY: Final = re.compile(r"""^\s*["']?([^"'=]*?)["']?\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Made:
    """`blocks`: the blocks that made a row, each a file with its first line and the first after it; `listed`: the lines
    of lists that it went by; `fixed`: those that say what is the same of every row.
    """

    blocks: tuple[tuple[str, int, int], ...] = ()
    listed: tuple[Line, ...] = ()
    fixed: tuple[Line, ...] = ()

    def has(self, file: str, line: int) -> bool:
        """Is a line of one of the blocks?"""
        return any(file == name and first <= line < end for name, first, end in self.blocks)


def made_by(workspace: Workspace, session: Session, table: str, key: int | None) -> Made:
    """What of a map made a row of the lake; nothing of what readers make, or where the way is no longer there."""
    sql = f"select medark_record_no, medark_row_no from {table} where {key_of(table)} = {key}"
    again = Again()
    with suppress(MedarkError):
        place = [row.values() for row in session.query(sql).to_pylist()] if key is not None else []
        for record_no, row_no in place[:1]:
            raw = workspace.landing.record(record_no)
            if raw.format in TABLES:
                came = Came(record_no, row_no, raw.id, raw.source, str(raw.format), raw.batch_no, 0)
                again = walked(workspace, came, table, key)
    own = next((place.partition("/")[0] for place in again.made_by if ".toml:" in place), "")
    if not own:
        return Made()
    blocks = [_block(workspace, place) for place in again.made_by if ".toml:" in place]
    fixed = (f"{file}:{_file(workspace, file).keys.get(at, {}).get('fixed', at)}" for file, at, _ in blocks)
    return Made(tuple(blocks), tuple(_listed(workspace, own, again)), tuple(Line("", place) for place in fixed))


def made_first(made: Made, lines: Sequence[Line], *, by_code: bool) -> tuple[Line, ...]:
    """The lines that made a row before the others; `by_code`: what decides the column is what codes mean, so that a
    line of a list, by which the fewest rows go, is the likeliest.
    """
    own: list[Line] = []
    others: list[Line] = []
    known: set[tuple[str, str, str]] = set()
    for line in lines:
        file, _, numbers = line.place.rpartition(":")
        told = [n for n in numbers.split(",") if (line.field, file, n) not in known]
        known |= {(line.field, file, n) for n in told}
        mine = [n for n in told if file and made.has(file, int(n))]
        rest = [n for n in told if n not in mine]
        own += [Line(line.field, f"{file}:{','.join(mine)}")] if mine else []
        others += [Line(line.field, line.place and f"{file}:{','.join(rest)}")] if rest else []
    first = [*(made.listed if by_code else ()), *own] or made.fixed  # what no field says the map says of every row
    return tuple(dict.fromkeys([*first, *others]))[:MOST]


def _block(workspace: Workspace, place: str) -> tuple[str, int, int]:
    file, _, line = place.rpartition(":")
    told = _file(workspace, file).targets.values()
    later = [first for lines in told for first in lines if first > int(line)]
    return file, int(line), min(later, default=sys.maxsize)


def _file(workspace: Workspace, file: str) -> MapFile:
    own, _, table = file.removesuffix(".toml").partition("/")
    return map_file(workspace.places.maps, own, table)


def _listed(workspace: Workspace, own: str, again: Again) -> Iterator[Line]:
    """The lines of lists whose code the row came with, and whose meaning was staged of it."""
    cells = [line.partition(": ") for line in again.raw.splitlines()]
    fields, staged, is_list = {value: name for name, _, value in cells}, {*again.staged.values()}, False
    for number, line in enumerate(_text(workspace, own).splitlines(), 1):
        if _HEADING.match(line):
            is_list = bool(_LIST.match(line))
        elif is_list and (entry := _ENTRY.match(line)) and entry[1] in fields and entry[2] in staged:
            yield Line(fields[entry[1]], f"{own}/source.toml:{number}")


def _text(workspace: Workspace, own: str) -> str:
    path = workspace.places.maps / own / "source.toml"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    shipped = files("medark.standardise.maps").joinpath(own, "source.toml")
    return shipped.read_text(encoding="utf-8") if shipped.is_file() else ""
