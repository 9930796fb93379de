"""What a grouper of stays must be given: true inputs of DRG"""

from __future__ import annotations

from importlib.resources import files

import duckdb
import pyarrow as pa

from medark.synthetic.facts import frame
from medark.synthetic.world import World

_READ = ("encounter", "diagnosis", "operation", "person", "fee")


def drg_inputs(world: World) -> pa.Table:
    """A row a stay: age, sex, days, way out, main diagnosis, the others, operations, cost in fen."""
    session = duckdb.connect(config={"threads": 1})
    for name in _READ:
        session.register(name, world[name])
    for name in ("diseases", "procedures"):
        session.register(f"fact_{name}", frame(name))
    sql = files(__package__).joinpath("drg_inputs.sql").read_text(encoding="utf-8")
    found = session.sql(sql).to_arrow_table()
    session.close()
    return found
