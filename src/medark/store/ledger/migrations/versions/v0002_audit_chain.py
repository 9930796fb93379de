"""The audit as a chain of hashes that nobody can change unseen; entries before it wait in audit_before to be chained"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WHAT = {"UPDATE": "changed", "DELETE": "removed", "INSERT": "changed"}


def upgrade() -> None:
    """Make the chain's tables, and refuse every change of an entry."""
    for name in ("audit_is_never_changed", "audit_is_never_replaced", "audit_is_never_removed"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.rename_table("audit", "audit_before")
    op.create_table(
        "audit",
        sa.Column("entry_no", Long, primary_key=True, autoincrement=False),
        sa.Column("at_ms", Long, nullable=False),
        *(sa.Column(n, sa.Text, nullable=False) for n in ("actor", "app", "action", "body", "hash", "signature")),
    )
    op.create_index("audit_by_actor", "audit", ["actor", "entry_no"])
    op.create_index("audit_by_time", "audit", ["at_ms"])
    op.create_index("audit_by_action", "audit", ["action", "entry_no"])
    op.create_table(
        "audit_person",
        sa.Column("person_id", Long, nullable=False),
        sa.Column("entry_no", Long, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "entry_no"),
        sqlite_with_rowid=False,
    )
    op.create_index("audit_person_by_entry", "audit_person", ["entry_no"])
    op.create_table(
        "audit_erased",
        sa.Column("entry_no", Long, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.Column("erased_in", Long, nullable=False),
        sa.PrimaryKeyConstraint("entry_no", "leaf"),
        sqlite_with_rowid=False,
    )
    op.create_index("audit_erased_in", "audit_erased", ["erased_in"])
    _on_sqlite() if op.get_bind().dialect.name == "sqlite" else _on_postgresql()


def _on_sqlite() -> None:
    for change, what in _WHAT.items():
        twice = "WHEN EXISTS (SELECT 1 FROM audit WHERE entry_no = NEW.entry_no)" if change == "INSERT" else ""
        op.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit {twice}"
            f" BEGIN SELECT RAISE(ABORT, 'audit entries are never {what}'); END"
        )


def _on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'audit entries are never changed or removed' USING ERRCODE = '23514'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()"
    )
    op.execute("ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_no_change")  # in sessions that play a replica, too
