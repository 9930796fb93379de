"""Workers ahead of the work: what they import is imported on another core while the command itself still starts"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from multiprocessing import forkserver
from pathlib import Path
from typing import Final

_WORTH_IT: Final = 32 << 20  # bytes: what is less is staged before a second process is ready
_LOOKED_AT: Final = 2_000  # files: a folder of more has certainly enough to do
_PRELOADED: Final = (
    "medark.flows.staging.pool", "medark.standardise.formats.fhir", "medark.standardise.formats.hl7v2",
)  # fmt: skip


def begin_early(folder: Path) -> None:
    """Start the server that worker processes come from, if a folder, archive or file holds much.

    To be called before anything heavy is imported. `Pool` finds it started; where it is not wanted it ends with us.
    """
    if len(os.sched_getaffinity(0)) > 1 and _is_much(folder):
        multiprocessing.get_context("forkserver").set_forkserver_preload(list(_PRELOADED))
        forkserver.ensure_running()


def _is_much(folder: Path) -> bool:
    seen = 0
    for number, size in enumerate(_sizes(folder)):
        seen += size
        if seen >= _WORTH_IT or number >= _LOOKED_AT:
            return True
    return False


def _sizes(folder: Path) -> Iterator[int]:
    """Sizes of the files in a folder, or of a file; nothing of what can't be read: whoever reads it will say so."""
    try:
        if folder.is_dir():
            yield from (path.lstat().st_size for path in folder.rglob("*"))
        else:
            yield folder.stat().st_size
    except OSError:
        return
