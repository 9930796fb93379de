"""A count that every change of who may do what moves on, in the transaction of the change, whoever makes it"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ANY: Final = ("INSERT", "UPDATE", "DELETE")
# That a token is issued takes nothing from anybody; one that is used once is issued with each request.
_WATCHED: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(
        ("users", "user_role", "access_grant", "refusal", "break_glass", "column_override", "app", "app_version"), _ANY
    ),
    "token": ("UPDATE", "DELETE"),
}
_MOVE: Final = "UPDATE access_change SET changes = changes + 1"


def upgrade() -> None:
    """Make the count, and what moves it."""
    op.create_table("access_change", sa.Column("changes", Long, nullable=False))
    op.execute("INSERT INTO access_change (changes) VALUES (1)")
    _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql()


def _on_sqlite() -> None:
    for table, kinds in _WATCHED.items():
        for kind in kinds:
            op.execute(f"CREATE TRIGGER {table}_{kind.lower()}_counts AFTER {kind} ON {table} BEGIN {_MOVE}; END")


def _on_postgresql() -> None:
    op.execute(
        f"CREATE FUNCTION access_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {_MOVE}; RETURN NULL; END $$"
    )
    for table, kinds in _WATCHED.items():
        op.execute(
            f"CREATE TRIGGER {table}_counts AFTER {' OR '.join((*kinds, 'TRUNCATE'))} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION access_changed()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_counts")
