"""Parts of DuckDB's SQL: names, texts, and scans of text files"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from medark.model.table import Column
from medark.store.engine import Delimited

LONGEST_LINE = 16 << 20  # bytes; a longer line is refused, not buffered; the engine would read 16 of them at once
_NO_NULL = "\\0\\0"  # text that stands for NULL: none is wanted, and an empty setting would mean ''


def delimited_scan(
    path: Path, form: Delimited, row_number: str | None, file_number: str | None, number: int, *, numbered: bool
) -> str:
    """The rows of one text file, every cell text; `numbered`: its first column says each row's place in it."""
    columns = ", ".join(f"{text(c)}: 'VARCHAR'" for c in form.columns)
    source = (
        f"read_csv([{text(path)}], auto_detect = false, columns = {{{columns}}}, header = {form.header},"
        f" delim = {text(form.delimiter)}, quote = {text(form.quote)}, escape = {text(form.escape)},"
        f" nullstr = {text(_NO_NULL)}, comment = '', strict_mode = true, compression = 'none',"
        f" max_line_size = {LONGEST_LINE}, buffer_size = {2 * LONGEST_LINE}, hive_partitioning = false)"
    )
    kept = form.columns[1:] if numbered else form.columns
    cells = [quoted(c) for c in kept]
    if row_number is not None:
        place = f"CAST({quoted(form.columns[0])} AS BIGINT)" if numbered else "row_number() OVER () - 1"
        cells.append(f"{place} AS {quoted(row_number)}")
    if file_number is not None:
        cells.append(f"CAST({number} AS INTEGER) AS {quoted(file_number)}")
    return f"SELECT {', '.join(cells)} FROM {source}"


def no_rows(form: Delimited, row_number: str | None, file_number: str | None) -> str:
    """No row, with the columns that a scan would have."""
    cells = [f"CAST(NULL AS VARCHAR) AS {quoted(c)}" for c in form.columns]
    cells += [f"CAST(NULL AS BIGINT) AS {quoted(row_number)}"] if row_number is not None else []
    cells += [f"CAST(NULL AS INTEGER) AS {quoted(file_number)}"] if file_number is not None else []
    return f"SELECT {', '.join(cells)} WHERE false"


def cast_columns(columns: Sequence[Column], present: Sequence[str]) -> str:
    """Columns cast to their types, NULL for those that are not `present`."""
    return ", ".join(
        f"CAST({quoted(c.name) if c.name in present else 'NULL'} AS {c.type}) AS {quoted(c.name)}" for c in columns
    )


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str | Path) -> str:
    """A text as a literal."""
    return "'" + str(value).replace("'", "''") + "'"


def texts(files: Sequence[Path]) -> str:
    """Paths as a list."""
    return "[" + ", ".join(map(text, files)) + "]"
