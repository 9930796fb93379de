"""Archives of documents, the same bytes at any time and on every machine"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Final

_UNIX: Final = 3  # what made the archive


def stored(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of members without compression."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name)
            member.create_system, member.external_attr = _UNIX, 0o644 << 16
            archive.writestr(member, content)
    return held.getvalue()
