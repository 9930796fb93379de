"""A refused read as an error: the reason, what is lacking, and the line to type for who may grant it"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping

from medark.errors import AccessError
from medark.flows.gate.decide import NOBODY, Standing
from medark.govern.authorise import NOT_FOR_APP
from medark.govern.rows import LevelOf
from medark.model.access import Reader

_MOST = 8  # places that are named


def refusal(standing: Standing) -> AccessError:
    """The error of a refused read."""
    reader, decision = standing.reader, standing.decision
    if decision.reason == NOBODY:
        return AccessError(NOBODY, fix=f"medark user add {shlex.quote(reader.user)}", user=reader.user)
    named = [f"{lack.table}.{lack.column}" if lack.column else lack.table for lack in decision.lacking]
    more = f" +{len(named) - _MOST}" if len(named) > _MOST else ""
    return AccessError(
        decision.reason, fix=granting(reader, standing), user=reader.user,
        purpose=reader.purpose.value, lacking=", ".join(named[:_MOST]) + more,
    )  # fmt: skip


def granting(reader: Reader, standing: Standing) -> str:
    """The line that grants what a refused read lacks, and no more than that."""
    lacking, level_of = standing.decision.lacking, standing.level_of
    for_app = reader.app and any(lack.why == NOT_FOR_APP for lack in lacking)
    holder = f"app:{reader.app}" if for_app else f"user:{reader.user}"
    wanted: dict[str, set[str]] = {}
    for lack in lacking:
        columns = {lack.column} if lack.column else standing.reads[lack.table] or ()
        wanted.setdefault(lack.table, set()).update(columns)
    tables = " ".join(f"--table {_written(table, columns)}" for table, columns in wanted.items())
    return (
        f"medark grant add {shlex.quote(holder)} --purpose {reader.purpose} {tables} --level {_level(wanted, level_of)}"
    )


def _written(table: str, columns: Collection[str]) -> str:
    return shlex.quote(f"{table}:{','.join(sorted(columns))}" if columns else table)


def _level(wanted: Mapping[str, Collection[str]], level_of: LevelOf) -> int:
    """The lowest level that opens what is named; of whole tables that of their keys."""
    asked = [(table, column) for table, columns in wanted.items() for column in columns or ("person_id",)]
    return max((level_of(table, column).level for table, column in asked), default=1)
