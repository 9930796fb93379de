"""Who may read what, what people have to do and what they said, applications and tokens"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _columns(told: str) -> list[sa.Column[Any]]:
    """Columns as `name:kind`, kinds n (number), t (text), b (yes or no); with ? it may be NULL; none: t."""
    kinds: dict[str, Any] = {"n": Long, "t": sa.Text, "b": sa.Boolean}
    columns: list[sa.Column[Any]] = []
    for word in told.split():
        name, _, kind = word.partition(":")
        default = sa.false() if kind == "b" else None
        columns.append(
            sa.Column(name, kinds[kind.rstrip("?") or "t"], nullable=kind.endswith("?"), server_default=default)
        )
    return columns


def _key(*names: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*names)


def _counted(name: str) -> sa.Column[Any]:
    return sa.Column(name, Long, primary_key=True)


def upgrade() -> None:
    """Make the tables."""
    _access()
    _tasks()
    _apps()


def _access() -> None:
    op.create_table("users", *_columns("name display organisation password_hash:t? disabled:b made_ms:n"), _key("name"))
    op.create_table("user_role", *_columns("user_name role"), _key("user_name", "role"))
    op.create_table(
        "access_grant", _counted("grant_no"),
        *_columns("holder_kind holder purpose tables rows level:n masks starts_ms:n ends_ms:n?"),
        *_columns("granted_by granted_ms:n revoked_ms:n? revoked_by:t?"),
    )  # fmt: skip
    op.create_index("access_grant_by_holder", "access_grant", ["holder_kind", "holder"])
    op.create_table(
        "refusal",
        _counted("refusal_no"),
        *_columns("person_id:n purpose:t? organisation:t? starts_ms:n ends_ms:n? origin"),
    )
    op.create_index("refusal_by_person", "refusal", ["person_id"])
    op.create_index("refusal_by_origin", "refusal", ["origin"])
    op.create_table(
        "break_glass", _counted("number"),
        *_columns("user_name person_id:n? reason at_ms:n ends_ms:n reviewed_by reviewed_ms:n? verdict"),
    )  # fmt: skip
    op.create_index("break_glass_by_user", "break_glass", ["user_name", "ends_ms"])
    op.create_table(
        "column_override", *_columns("table_name column_name kind level:n reason decided_by at_ms:n"),
        _key("table_name", "column_name"),
    )  # fmt: skip


def _tasks() -> None:
    op.create_table(
        "task", _counted("task_no"),
        *_columns("kind title app key person_id:n? organisation state assignee reason raised_ms:n due_ms:n?"),
        *_columns("closed_ms:n? evidence"),
    )  # fmt: skip
    is_open, keyed = sa.text("closed_ms IS NULL"), sa.text("key != '' AND closed_ms IS NULL")
    op.create_index("task_open_by_key", "task", ["app", "key"], unique=True, sqlite_where=keyed, postgresql_where=keyed)
    op.create_index("task_by_due", "task", ["due_ms", "task_no"], sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("task_by_person", "task", ["person_id"])
    op.create_table("task_step", _counted("step_no"), *_columns("task_no:n at_ms:n by state assignee reason"))
    op.create_index("task_step_by_task", "task_step", ["task_no", "step_no"])
    op.create_table(
        "card_feedback",
        *_columns("card at_ms:n service outcome user_name app person_id:n? accepted override_reason comment"),
        _key("card", "at_ms"),
    )
    op.create_index("card_feedback_by_service", "card_feedback", ["service", "at_ms"])
    op.create_index("card_feedback_by_person", "card_feedback", ["person_id"])


def _apps() -> None:
    op.create_table("app", *_columns("name state current previous changed_ms:n"), _key("name"))
    op.create_table(
        "app_version",
        *_columns("app version digest place manifest trusted:b installed_by installed_ms:n approved_by approved_ms:n?"),
        _key("app", "version"),
    )
    op.create_table(
        "token",
        *_columns("token_id user_name digest scopes app name issued_ms:n ends_ms:n? revoked_ms:n?"),
        _key("token_id"),
    )
    op.create_index("token_by_user", "token", ["user_name"])
