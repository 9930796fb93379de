"""What a commit may do to a table: upsert, append, replace"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from medark.store.engine import Session, WrittenFile


@dataclass(frozen=True, slots=True)
class Query:
    """Rows as a query of a session gives them: the columns of `lake_columns(table)` by name, in any order.

    `kept`: it only names rows that the session keeps (see `Writing`).
    """

    session: Session
    sql: str
    kept: bool = False


Rows = Query | Sequence[WrittenFile]  # files: as `Lake.write` made them


@dataclass(frozen=True, slots=True)
class Upsert:
    """Rows that replace those of the same key (see `places.key_columns`). The keys in `rows` are unique.

    A key is looked for among the rows of its own person; `anywhere` looks in all buckets, for keys that may
    have moved to another person. `gone` holds keys (`places.key_columns`) of rows to take away, wherever they are.
    """

    rows: Rows = ()
    anywhere: bool = False
    gone: pa.Table | None = None


@dataclass(frozen=True, slots=True)
class Append:
    """Rows whose keys can't be there yet: nothing is looked up."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class Replace:
    """Rows that stand for the whole of some buckets (None: of the whole table): for what is derived."""

    rows: Rows
    buckets: frozenset[int] | None = None


Change = Upsert | Append | Replace
