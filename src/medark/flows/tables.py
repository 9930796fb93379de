"""A workspace from Python: tables, queries and one person's record, as Arrow"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType

import pyarrow as pa

from medark.errors import NotFoundError
from medark.flows.gate import at_terminal, person
from medark.flows.query import query
from medark.flows.workspace import Workspace
from medark.model.access import Purpose, Reader
from medark.model.omop import VOCABULARY_TABLES, person_column, tables


class Tables:
    """What `medark.open` gives: read only, as the user of this machine may read for a purpose. Use `with`, or close it.

    `tables["measurement"]` and `tables.measurement` are the same Arrow table.
    """

    def __init__(self, workspace: Workspace, purpose: Purpose | str = Purpose.OPERATIONS) -> None:
        self.workspace, self._purpose = workspace, Purpose(purpose)

    @property
    def version(self) -> int:
        """The lake's newest version."""
        return self.workspace.lake.snapshot().version

    def rows(self) -> Mapping[str, int]:
        """Tables that have rows, and how many."""
        snapshot = self.workspace.lake.snapshot()
        return {name: snapshot.rows(name) for name in tables() if snapshot.rows(name)}

    def table(self, name: str, columns: Sequence[str] = (), version: int | None = None) -> pa.Table:
        """All rows of an OMOP table (of some columns), of the newest version or an older one that is kept."""
        if name not in tables():
            raise NotFoundError("no such table", fix="use OMOP's names, such as measurement", table=name)
        wanted = ", ".join('"' + column.replace('"', '""') + '"' for column in columns) or "*"
        return query(self.workspace, self._reader, f"SELECT {wanted} FROM {name}", version)

    def query(self, sql: str, version: int | None = None) -> pa.Table:
        """The rows of one SELECT over OMOP tables."""
        return query(self.workspace, self._reader, sql, version)

    def record(self, person_id: int) -> Mapping[str, pa.Table]:
        """All that there is to see of one person, by table. NotFoundError if there is nothing."""
        record = person(self.workspace, self._reader, person_id, [name for name in tables() if person_column(name)])
        if not record:
            raise NotFoundError("no such person in the lake", fix="SELECT person_id FROM person")
        return record

    @property
    def _reader(self) -> Reader:
        return at_terminal(self.workspace, self._purpose)

    def close(self) -> None:
        """Release the workspace's files."""
        self.workspace.close()

    def __getitem__(self, name: str) -> pa.Table:
        return self.table(name)

    def __getattr__(self, name: str) -> pa.Table:
        if name in tables():
            return self.table(name)
        raise AttributeError(name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in tables() if name not in VOCABULARY_TABLES)]

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
