"""Grants: given after they were checked, and taken back; by an owner, and in the audit"""

from __future__ import annotations

from medark.errors import UsageError
from medark.flows.gate.owner import must_own, note
from medark.flows.workspace import Workspace
from medark.govern.masks import fitting
from medark.model.access import ANY_TABLE, LEVELS, Grant
from medark.model.omop import lake_columns, person_column, tables


def give(workspace: Workspace, by: str, grant: Grant) -> Grant:
    """The grant, in force from when it says. UsageError for a table, column, mask or level that there is not."""
    must_own(workspace, by)
    _check(grant)
    given = workspace.ledger.access.add_grant(grant)
    note(
        workspace, by, "grant given", grant=given.number, holder=f"{grant.holder_kind}:{grant.holder}",
        purpose=grant.purpose.value, level=grant.level, rows=grant.rows.value, tables=" ".join(sorted(grant.tables)),
    )  # fmt: skip
    return given


def take_back(workspace: Workspace, by: str, number: int) -> Grant:
    """The grant is over from now on, in sessions that run, too. NotFoundError."""
    must_own(workspace, by)
    revoked = workspace.ledger.access.revoke(number, by)
    note(workspace, by, "grant revoked", grant=number)
    return revoked


def _check(grant: Grant) -> None:
    if not grant.holder or not grant.tables:
        raise UsageError("a grant says who holds it and which tables it opens", fix="--table measurement")
    if grant.level not in LEVELS:
        raise UsageError("there is no such level", fix="--level 1 … 5", level=grant.level)
    if grant.ends_ms is not None and grant.ends_ms <= grant.starts_ms:
        raise UsageError("a grant ends after it begins", fix="--until with a later day")
    for table, columns in grant.tables.items():
        for column in columns or ():
            check_column(table, column)
        if table != ANY_TABLE and columns is None:
            check_table(table)
    for place, mask in grant.masks.items():
        table, _, column = place.rpartition(".")
        check_column(table, column)
        if column == person_column(table):
            raise UsageError("whose a row is can't be masked", fix="leave the column out of the grant", table=table)
        fitting(mask, next(c.type for c in lake_columns(table) if c.name == column))


def check_table(table: str) -> None:
    """UsageError for a table that the lake does not have."""
    if table not in tables():
        raise UsageError("no such table", fix="use OMOP's names, such as measurement", table=table)


def check_column(table: str, column: str) -> None:
    """UsageError for a column that the lake does not have."""
    check_table(table)
    if column not in {c.name for c in lake_columns(table)}:
        raise UsageError("this table has no such column", fix=f"medark map --table {table}", table=table, column=column)
