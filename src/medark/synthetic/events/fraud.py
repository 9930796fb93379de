"""Claims that should not be, each named in its column fraud"""

from __future__ import annotations

import pyarrow as pa

from medark.synthetic.events.scene import Scene


def false_claims(scene: Scene) -> dict[str, pa.Table]:
    """The table claim with duplicates, phantom visits, split stays and upcoding."""
    return {}
