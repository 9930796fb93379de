"""A process that leaves pandas makes arrays all the same, and can't import it any more; other modules it can."""

from __future__ import annotations

import subprocess
import sys

LEAVES = """
from medark.flows.staging.arrow_alone import leave_pandas
leave_pandas()
import pyarrow as pa
assert pa.array(["a", None], pa.string()).to_pylist() == ["a", None]
import colorsys, sys
assert "pandas" not in sys.modules
try:
    import pandas
except ModuleNotFoundError:
    print("left")
"""


def test_arrow_goes_on_without_it() -> None:
    done = subprocess.run([sys.executable, "-c", LEAVES], capture_output=True, text=True, check=True)
    assert done.stdout == "left\n"
