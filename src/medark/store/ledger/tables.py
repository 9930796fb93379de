"""The ledger's tables, as they are asked; migrations/ makes them, with their indexes and triggers"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    false,
    text,
)

METADATA = MetaData()
Long = BigInteger().with_variant(Integer(), "sqlite")  # SQLite has one kind of whole number, and counts its own keys


def _number(name: str, **told: Any) -> Column[int]:
    return Column(name, Long, nullable=False, **told)


def _count(name: str) -> Column[int]:
    return _number(name, server_default="0")


def _text(name: str, **told: Any) -> Column[str]:
    return Column(name, Text, nullable=False, **told)


def _maybe(name: str) -> Column[int]:
    return Column(name, Long)


def _yes(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


# -- how everything ended ----------------------------------------------------------------------------------------------

batch = Table(
    "batch", METADATA, _number("batch_no", primary_key=True, autoincrement=False), _text("source"),
    _number("started_ms"), _maybe("ended_ms"), _count("found"), _count("landed"), _count("already"), _count("bytes"),
)  # fmt: skip
refused_file = Table("refused_file", METADATA, _number("batch_no"), _text("name"), _text("reason"))
sent_again = Table(
    "sent_again", METADATA, _number("batch_no"), _number("record_no"), PrimaryKeyConstraint("batch_no", "record_no")
)
record_state = Table(
    "record_state", METADATA, _number("record_no", primary_key=True, autoincrement=False), _number("batch_no"),
    _text("format"), _text("state"), _count("units"), _count("quarantined"), _count("not_understood"),
    _count("excluded"), _count("chunks_done"),
)  # fmt: skip
unit_outcome = Table(
    "unit_outcome", METADATA, _number("record_no"), _number("row_no"), _text("outcome"), _text("reason"),
    _text("place"), _text("table_name"),
)  # fmt: skip
reason_count = Table(
    "reason_count", METADATA, _number("batch_no"), _text("outcome"), _text("reason"), _text("table_name"),
    _number("count"), _text("example"), PrimaryKeyConstraint("batch_no", "outcome", "reason", "table_name"),
)  # fmt: skip
table_account = Table(
    "table_account", METADATA, _number("batch_no"), _text("table_name"), _number("staged"), _number("loaded"),
    _number("replaced"), _number("quarantined"), PrimaryKeyConstraint("batch_no", "table_name"),
)  # fmt: skip
waiting_table = Table(
    "waiting_table", METADATA, _number("record_no", primary_key=True, autoincrement=False), _number("batch_no"),
    _number("rows"), _text("columns"),
)  # fmt: skip
wave_count = Table(
    "wave_count", METADATA, _number("wave_no", primary_key=True), _number("batch_no"), _number("first_record"),
    _number("last_record"), Column("counts", LargeBinary, nullable=False),
)  # fmt: skip
due_bucket = Table("due_bucket", METADATA, _number("bucket", primary_key=True, autoincrement=False))

# -- the audit: `body` is what is hashed; the columns before it are only there to be searched --------------------------

audit = Table(
    "audit", METADATA, _number("entry_no", primary_key=True, autoincrement=False), _number("at_ms"), _text("actor"),
    _text("app"), _text("action"), _text("body"), _text("hash"), _text("signature"),
)  # fmt: skip
audit_person = Table(
    "audit_person", METADATA, _number("person_id"), _number("entry_no"), Column("salt", LargeBinary, nullable=False),
    PrimaryKeyConstraint("person_id", "entry_no"), sqlite_with_rowid=False,
)  # fmt: skip
audit_erased = Table(
    "audit_erased", METADATA, _number("entry_no"), Column("leaf", LargeBinary, nullable=False), _number("erased_in"),
    PrimaryKeyConstraint("entry_no", "leaf"), sqlite_with_rowid=False,
)  # fmt: skip

# -- who may read what -------------------------------------------------------------------------------------------------

users = Table(
    "users", METADATA, _text("name", primary_key=True), _text("display"), _text("organisation"),
    Column("password_hash", Text), _yes("disabled"), _number("made_ms"),
)  # fmt: skip
user_role = Table(
    "user_role", METADATA, _text("user_name"), _text("role"), PrimaryKeyConstraint("user_name", "role")
)  # fmt: skip
access_grant = Table(
    "access_grant", METADATA, _number("grant_no", primary_key=True), _text("holder_kind"), _text("holder"),
    _text("purpose"), _text("tables"), _text("rows"), _number("level"), _text("masks"), _number("starts_ms"),
    _maybe("ends_ms"), _text("granted_by"), _number("granted_ms"), _maybe("revoked_ms"), Column("revoked_by", Text),
)  # fmt: skip
refusal = Table(
    "refusal", METADATA, _number("refusal_no", primary_key=True), _number("person_id"), Column("purpose", Text),
    Column("organisation", Text), _number("starts_ms"), _maybe("ends_ms"), _text("origin"),
)  # fmt: skip
break_glass = Table(
    "break_glass", METADATA, _number("number", primary_key=True), _text("user_name"), _maybe("person_id"),
    _text("reason"), _number("at_ms"), _number("ends_ms"), _text("reviewed_by"), _maybe("reviewed_ms"),
    _text("verdict"),
)  # fmt: skip
column_override = Table(
    "column_override", METADATA, _text("table_name"), _text("column_name"), _text("kind"), _number("level"),
    _text("reason"), _text("decided_by"), _number("at_ms"), PrimaryKeyConstraint("table_name", "column_name"),
)  # fmt: skip

access_change = Table("access_change", METADATA, _number("changes"))  # one row: triggers count all that changes above

# -- what people have to do, and what they said ------------------------------------------------------------------------

task = Table(
    "task", METADATA, _number("task_no", primary_key=True), _text("kind"), _text("title"), _text("app"), _text("key"),
    _maybe("person_id"), _text("organisation"), _text("state"), _text("assignee"), _text("reason"),
    _number("raised_ms"), _maybe("due_ms"), _maybe("closed_ms"), _text("evidence"),
    _text("role", server_default=text("''")),
)  # fmt: skip
task_step = Table(
    "task_step", METADATA, _number("step_no", primary_key=True), _number("task_no"), _number("at_ms"), _text("by"),
    _text("state"), _text("assignee"), _text("reason"),
)  # fmt: skip
card_feedback = Table(
    "card_feedback", METADATA, _text("card"), _number("at_ms"), _text("service"), _text("outcome"),
    _text("user_name"), _text("app"), _maybe("person_id"), _text("accepted"), _text("override_reason"),
    _text("comment"), PrimaryKeyConstraint("card", "at_ms"),
)  # fmt: skip

card_seen = Table(
    "card_seen", METADATA, _text("app"), _number("person_id"), _text("user_name"), _text("card"), _number("at_ms"),
    _text("statement"), Column("severity", Double), PrimaryKeyConstraint("app", "person_id", "user_name", "card"),
)  # fmt: skip

card_count = Table(
    "card_count", METADATA, _text("app"), _text("card"), _text("outcome"), _number("times"),
    PrimaryKeyConstraint("app", "card", "outcome"),
)  # fmt: skip

quality_run = Table(
    "quality_run", METADATA, _number("run_no", primary_key=True), _number("at_ms"), _number("version"),
    _text("vocabulary"), _text("scores"), _text("failing"),
)  # fmt: skip
quality_source = Table(
    "quality_source", METADATA, _number("run_no", primary_key=True), _text("source", primary_key=True),
    _text("rows_of"), _text("scores"), _text("failing"),
)  # fmt: skip

# -- what sources' own codes mean ------------------------------------------------------------------------------------

term = Table(
    "term", METADATA, _text("source", primary_key=True), _text("kind", primary_key=True),
    _text("system", primary_key=True), _text("code", primary_key=True), _text("name"), _text("unit"),
    _text("specimen", server_default=text("''")), _text("state"), _maybe("concept_id"),
    Column("probability", Double), _text("decided_by"), _maybe("decided_ms"),
)  # fmt: skip
unit_decision = Table(
    "unit_decision", METADATA, _text("source", primary_key=True), _text("code", primary_key=True),
    _text("said", primary_key=True), _text("ucum"), _number("concept_id"),
    Column("low", Double), Column("high", Double), Column("probability", Double), _text("rule"), _text("evidence"),
    _text("decided_by"), _number("decided_ms"),
)  # fmt: skip

# -- applications and tokens -------------------------------------------------------------------------------------------

app = Table(
    "app", METADATA, _text("name", primary_key=True), _text("state"), _text("current"), _text("previous"),
    _number("changed_ms"),
)  # fmt: skip
app_version = Table(
    "app_version", METADATA, _text("app"), _text("version"), _text("digest"), _text("place"), _text("manifest"),
    _yes("trusted"), _text("installed_by"), _number("installed_ms"), _text("approved_by"), _maybe("approved_ms"),
    PrimaryKeyConstraint("app", "version"),
)  # fmt: skip
token = Table(
    "token", METADATA, _text("token_id", primary_key=True), _text("user_name"), _text("digest"), _text("scopes"),
    _text("app"), _text("name"), _number("issued_ms"), _maybe("ends_ms"), _maybe("revoked_ms"),
)  # fmt: skip
