"""Tables of a system as lines: the columns of a query are the columns of the file, by their own names"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.system import Export

_NOT_WRITTEN = ("kind", "record_id", "person")


def wording(system: str, name: str) -> str:
    """The SQL of a system's package: `wording("his_north", "fees")` is feeds/his_north/fees.sql."""
    return files(__package__).joinpath(system, f"{name}.sql").read_text(encoding="utf-8")


def csv_export(desk: Desk, file: str, sql: str, encoding: str = "utf-8") -> Export:
    """CSV with a header. The query gives the columns, then kind, record_id and person; text that may hold commas or
    quotes has gone through the macro csv.
    """
    columns = _columns(desk, sql)
    line = _line([f'"{column}"' for column in columns], ",")
    return Export(
        file, f"select {line}, {', '.join(_NOT_WRITTEN)} from ({sql})", ",".join(columns) + "\r\n", "", encoding
    )


def copy_export(desk: Desk, file: str, table: str, sql: str) -> Export:
    """A COPY block of a PostgreSQL dump. The query is as for CSV; text that may hold tabs, line ends or backslashes
    has gone through the macro copied.
    """
    columns = _columns(desk, sql)
    line = _line([f"coalesce({column}::varchar, '\\N')" for column in columns], "\t")
    header = f"COPY public.{table} ({', '.join(columns)}) FROM stdin;\n"
    return Export(file, f"select {line}, {', '.join(_NOT_WRITTEN)} from ({sql})", header, "\\.\n\n\n")


def _columns(desk: Desk, sql: str) -> Sequence[str]:
    names = desk.query(f"select * from ({sql}) limit 0").column_names
    return [name for name in names if name not in _NOT_WRITTEN]


def _line(cells: Sequence[str], separator: str) -> str:
    between = f", '{separator}', "
    end = "\r\n" if separator == "," else "\n"
    return f"concat({between.join(cells)}, '{end}') as line"
