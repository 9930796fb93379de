"""The keys of visits, and of details of visits, that records refer to"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import KEYS
from medark.check.achilles.places import Numbers

NAMES: Final = ("visit", "visit_detail")  # of `Events.refers`


def named(events: Events) -> list[str]:
    """What records of a table refer to of these."""
    return [name for name in NAMES if name in events.refers]


def columns_of(events: Events) -> list[str]:
    """The columns that have the keys."""
    return [KEYS[name][1] for name in named(events)]


def keys_of(events: Events, batches: Iterable[pa.RecordBatch]) -> dict[str, Numbers]:
    """The keys that some records have, by name."""
    found = {name: [np.zeros(0, np.int64)] for name in named(events)}
    for batch in batches:
        for name, some in found.items():
            some.append(batch.column(KEYS[name][1]).drop_null().to_numpy())
    return {name: np.concatenate(some) for name, some in found.items()}
