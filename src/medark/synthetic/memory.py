"""Memory let go of, handed back to the machine: a part then needs what its largest step does, not the sum of them"""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Hand back what allocators keep for later. Where the C library is not glibc, only Arrow's."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
