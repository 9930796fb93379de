"""Arrow without pandas, and numpy without threads, in a process of our own that has no use for them"""

from __future__ import annotations

import os
import sys
from importlib.abc import MetaPathFinder


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Nothing of any other module; of pandas, that it is not there."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used here", name=name)


def leave_pandas() -> None:
    """From now on pandas can't be imported here, and numpy, if it was not yet, is on one core.

    Where pandas is installed, Arrow imports it to make its first array: a fifth of a second in each process, for
    nothing. The threads that numpy would multiply matrices with spin for 70 ms, on the core where workers begin.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.meta_path.insert(0, _NoPandas())
