"""How a process that reads many records deals with its memory"""

from __future__ import annotations

import ctypes
import gc

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h of glibc
_KEPT = 256 << 20  # bytes; more than the largest chunk and all that is made of it


def collect_seldom() -> None:
    """Readers make many small values and no cycles: looking for some after every 700 costs a tenth of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def keep_freed() -> None:
    """What one record took is for the next: handed to the system and asked for again, every page of it is cleared."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have no such setting, and no such habit
    if mallopt is not None:
        mallopt(_TRIM_THRESHOLD, _KEPT)
        mallopt(_MMAP_THRESHOLD, _KEPT)
