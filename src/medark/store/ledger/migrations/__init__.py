"""A ledger of any older form becomes one of today's, as a whole or not at all"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import inspect, text

from medark.errors import WorkspaceError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from medark.store.ledger.engine import Database

NEWEST: Final = "0014"
_BEFORE_VERSIONS: Final = "0001"  # the form of ledgers that carry no version


def migrate(database: Database, finish: Callable[[Connection], object]) -> None:
    """Bring a ledger, new or old, to today's form, and `finish` it in the same transaction.

    WorkspaceError if it was made by a newer medark.
    """
    with database.reading() as connection:
        if version(connection) == NEWEST:
            return
    with database.writing() as connection:
        database.alone(connection)
        found = version(connection)  # another process may have been faster
        if found == NEWEST:
            return
        if found > NEWEST:
            raise WorkspaceError(
                "the ledger was made by a newer medark",
                fix="open it with that version or a later one",
                found=found,
                known=NEWEST,
            )
        _upgrade(connection, found)
        finish(connection)


def version(connection: Connection) -> str:
    """The version that a ledger is of; "" for a new one."""
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")
    return _BEFORE_VERSIONS if "batch" in names else ""


def _upgrade(connection: Connection, found: str) -> None:
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(__file__).parent))
    if found == _BEFORE_VERSIONS:
        MigrationContext.configure(connection).stamp(scripts, found)

    def steps(now: Any, _: Any) -> Any:
        return scripts._upgrade_revs(NEWEST, now)

    # The transaction is the caller's, not alembic's: killed in the middle, the ledger is as it was.
    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transactional_ddl=False)
        environment.run_migrations()
