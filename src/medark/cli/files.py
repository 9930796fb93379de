"""Files written whole or not at all, for their owner's eyes"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from medark.errors import StorageError


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only when all of it is written; readable by its owner only. StorageError."""
    part = path.with_name(f".{path.name}.part")
    try:
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as content:
            yield content
            content.flush()
            os.fsync(handle)
        part.replace(path)
    except OSError as error:
        fix = "choose another place, or make room"
        raise StorageError("the file can't be written", fix=fix, path=str(path), errno=error.errno or 0) from None
    finally:
        part.unlink(missing_ok=True)
