"""Archives of documents, the same bytes at any time and on every machine"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Final

_UNIX: Final = 3  # what made the archive


def stored(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of members without compression: of notes, too short to gain by it."""
    return _archive(members, zipfile.ZIP_STORED)


def deflated(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of members with compression."""
    return _archive(members, zipfile.ZIP_DEFLATED)


def _archive(members: Iterable[tuple[str, bytes]], method: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compresslevel=1) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name)
            member.create_system, member.external_attr, member.compress_type = _UNIX, 0o644 << 16, method
            archive.writestr(member, content)
    return held.getvalue()
