"""Concept sets from CSV: one concept or one code a line"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from medark.define.concepts.set import CodeItem, ConceptItem, ConceptSet
from medark.errors import DefinitionError

_COLUMNS = "concept_id[,descendants,mapped,excluded] or vocabulary,code[,prefix,excluded]"
# What OMOP tables and ATLAS's export call the same columns.
_SYNONYMS = {"vocabulary_id": "vocabulary", "concept_code": "code"}
_FLAGS = {"": False, "0": False, "f": False, "false": False, "n": False, "no": False,
          "1": True, "t": True, "true": True, "y": True, "yes": True}  # fmt: skip

_Row = Mapping[str, str]


def from_csv(text: str, *, name: str, source: str = "") -> ConceptSet:
    """The set in a table with a header, its cells cut by commas or tabs; columns it does not need may be there.

    A line with a concept_id is a concept, any other a code. A flag is yes/no, true/false, 1/0, or empty for no.
    DefinitionError points at the line (the header is line 1).

    >>> from_csv("vocabulary,code,prefix\\nATC,B01AF,yes", name="direct Xa inhibitors").codes
    (CodeItem(vocabulary='ATC', code='B01AF', prefix=True, excluded=False),)
    """
    text = text.removeprefix("\ufeff")
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in head else ",")
    columns = [_column(cell) for cell in next(reader, [])]
    _check_header(columns)
    found: list[ConceptItem | CodeItem] = []
    for cells in reader:
        if any(cell.strip() for cell in cells):
            if len(cells) > len(columns):
                raise DefinitionError("more cells than columns", fix="quote a cell with a comma", line=reader.line_num)
            found.append(_placed(dict(zip(columns, map(str.strip, cells), strict=False)), reader.line_num))
    items = tuple(item for item in found if isinstance(item, ConceptItem))
    codes = tuple(item for item in found if isinstance(item, CodeItem))
    return ConceptSet(name, items, codes, source)


def _column(cell: str) -> str:
    name = cell.strip().lower().replace(" ", "_")
    return _SYNONYMS.get(name, name)


def _check_header(columns: list[str]) -> None:
    if "concept_id" not in columns and not {"vocabulary", "code"} <= set(columns):
        raise DefinitionError("these columns are no concept set", fix=f"name them {_COLUMNS}", line=1)
    if twice := sorted({column for column in columns if column and columns.count(column) > 1}):
        raise DefinitionError(f"the column {twice[0]} is there twice", fix="keep one", line=1)


def _placed(row: _Row, line: int) -> ConceptItem | CodeItem:
    try:
        return _item(row)
    except DefinitionError as error:
        raise DefinitionError(error.what, fix=error.fix, line=line) from None


def _item(row: _Row) -> ConceptItem | CodeItem:
    if number := row.get("concept_id"):
        if not (number.isascii() and number.isdigit()):
            raise DefinitionError(f"{number!r} is no concept id", fix="write a whole number, such as 201826")
        descendants, mapped, excluded = (_flag(row, name) for name in ("descendants", "mapped", "excluded"))
        return ConceptItem(int(number), descendants, mapped, excluded)
    prefix, excluded = (_flag(row, name) for name in ("prefix", "excluded"))
    return CodeItem(row.get("vocabulary", ""), row.get("code", ""), prefix, excluded)


def _flag(row: _Row, name: str) -> bool:
    cell = row.get(name, "")
    if cell.lower() not in _FLAGS:
        raise DefinitionError(f"{name} is neither yes nor no: {cell!r}", fix="write yes or no")
    return _FLAGS[cell.lower()]
