"""Tables of a test in a lake"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from medark.flows.workspace import Workspace
from medark.store.lake import Append, Query, Replace, Upsert


def commit(
    workspace: Workspace, held: Mapping[str, pa.Table], how: type[Append] | type[Replace] | type[Upsert] = Append
) -> None:
    """Put them to the lake, in one commit."""
    with workspace.engine.session() as session:
        for name, rows in held.items():
            session.bind_arrow(name, rows)
        workspace.lake.commit({name: how(Query(session, f"select * from {name}")) for name in held}, "some")
