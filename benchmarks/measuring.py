"""What a piece of work took: CPU seconds, wall seconds, and the most memory that this process had meanwhile"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

gc.set_threshold(300_000)  # as the command line does: see medark/__main__.py


@contextmanager
def measured(what: str) -> Iterator[Callable[[], float]]:
    """Print it at the end. What is given tells the CPU seconds, once the block is left."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    wall, cpu, took = time.perf_counter(), time.process_time(), [0.0]
    yield lambda: took[0]
    took[0] = time.process_time() - cpu
    wall = time.perf_counter() - wall
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(f"{what}: {took[0]:.2f} s ({wall:.2f}), peak memory {int(peak.split()[1]) / 1024:,.0f} MB", flush=True)
