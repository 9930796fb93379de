"""The manual's pages: drawn tables, an expression, and the answer for each entry, read from Markdown"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from medark.define.kinds import Kind
from medark.define.tables import TABLES, column_kind, event_table

PAGES = Path(__file__).parent / "pages"
TODAY = dt.date(2024, 7, 1)
Cell = object
Rows = list[dict[str, Cell]]
_BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One case: what is drawn, what is asked, what is answered (a value, or several, for each entry by its number)."""

    page: str
    title: str
    tables: Mapping[str, Rows]
    expression: str
    population: str
    answer: Mapping[int, str]
    refused: str = ""  # words of the error, where it is one
    stays: Mapping[int, str] = field(default_factory=dict)  # where the expression is a population: entries by person

    @property
    def name(self) -> str:
        return f"{self.page}: {self.title}"


@dataclass
class _Section:
    """Blocks under one heading; tables and population hold for the cases below it too."""

    level: int
    tables: dict[str, Rows] = field(default_factory=dict)
    population: str = ""


def cases() -> list[Case]:
    """All cases of all pages, in order."""
    return [case for page in sorted(PAGES.glob("*.md")) for case in _cases(page)]


def _cases(page: Path) -> Iterator[Case]:
    text = page.read_text(encoding="utf-8")
    headings = [(found.start(), len(found[1]), found[2]) for found in _HEADING.finditer(text)]
    open_sections: list[_Section] = []
    ends = [start for start, _, _ in headings[1:]] + [len(text)]
    for (start, level, title), end in zip(headings, ends, strict=True):
        open_sections = [one for one in open_sections if one.level < level] + [_Section(level)]
        yield from _under(page.stem, title, text[start:end], open_sections)


def _under(page: str, title: str, text: str, sections: list[_Section]) -> Iterator[Case]:
    here, expression, number = sections[-1], "", 0
    for kind, argument, body in _BLOCK.findall(text):
        if kind == "table":
            here.tables[argument.strip()] = _drawn(argument.strip(), body)
        elif kind == "population":
            here.population = body.strip()
        elif kind == "python":
            expression = body.strip()
        elif kind in ("answer", "refused", "stays"):
            number += 1
            tables = {name: rows for section in sections for name, rows in section.tables.items()}
            population = next((one.population for one in reversed(sections) if one.population), "")
            told = {"answer": {}, "stays": {}, kind: body.strip() if kind == "refused" else _answer(body)}
            numbered = title if number == 1 else f"{title} ({number})"
            yield Case(page, numbered, tables, expression, population, **told)  # type: ignore[arg-type]


def _drawn(table: str, body: str) -> Rows:
    header, *lines = [line for line in body.splitlines() if line.strip()]
    names = [name.strip() for name in header.split("|")]
    columns = [_column(table, name) for name in names]
    rows = []
    for line in lines:
        cells = [cell.strip() for cell in line.split("|")]
        assert len(cells) == len(names), f"{table}: {line}"
        rows.append({name: _cell(table, name, cell) for name, cell in zip(columns, cells, strict=True)})
    return rows


def _column(table: str, short: str) -> str:
    """`id`, `person`, `concept`, `date`, `time`, `end`, `end time`, `value`, `unit`, `visit`, or a column as it is."""
    spec = event_table(table)
    roles = {
        "id": spec.key, "person": spec.person, "concept": spec.concept, "source": spec.source_concept,
        "date": spec.start, "time": spec.start_time, "end": spec.end, "end time": spec.end_time, "visit": spec.visit,
        "value": "value_as_number", "unit": "unit_concept_id",
    }  # fmt: skip
    return roles.get(short) or short


def _cell(table: str, column: str, text: str) -> Cell:
    if text == "":
        return None
    match column_kind(table, column):
        case Kind.DATE:
            return dt.date.fromisoformat(text)
        case Kind.DATETIME:
            return dt.datetime.fromisoformat(text)
        case Kind.WHOLE | Kind.KEY:
            return int(text)
        case Kind.NUMBER | Kind.QUANTITY:
            return float(text)
    return text.strip('"')


def _answer(body: str) -> dict[int, str]:
    lines = (line.partition(":") for line in body.splitlines() if line.strip())
    return {int(entry): value.strip() for entry, _, value in lines}


def people(tables: Mapping[str, Rows]) -> Rows:
    """The persons of a case: those drawn, or everyone who has a row, born on 1 January 1960."""
    if "person" in tables:
        return tables["person"]
    ids = {row[TABLES[table].person] for table, rows in tables.items() for row in rows}
    born = {"year_of_birth": 1960, "month_of_birth": 1, "day_of_birth": 1}
    return [{"person_id": person_id, **born} for person_id in sorted(ids)]  # type: ignore[type-var]
