"""Arrow without pandas, in a process of our own that has no use for it"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder


class _NoPandas(MetaPathFinder):
    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Nothing of any other module; of pandas, that it is not there."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used here", name=name)


def leave_pandas() -> None:
    """From now on pandas can't be imported here.

    Where it is installed, Arrow imports it to make its first array: a fifth of a second in each process, for nothing.
    """
    sys.meta_path.insert(0, _NoPandas())
