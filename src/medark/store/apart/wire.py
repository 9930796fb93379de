"""What goes through the pipes: calls one way, plain JSON and Arrow the other; each message says its kind and length"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from enum import IntEnum
from typing import Any, Final

import pyarrow as pa

_HEAD: Final = 5  # bytes: one of the kind, four of the length
LARGEST: Final = 64 << 20  # bytes of a message; a batch is cut into pieces that are much smaller
PIECE: Final = 8 << 20


class Kind(IntEnum):
    """What a message holds."""

    CALL = 1  # a pickle, from the platform to the process; never the other way
    PLAIN = 2  # JSON: {"value": …} or {"error": {…}}
    ROWS = 3  # a whole Arrow stream of some rows of a result


def say(target: int, kind: Kind, content: bytes | memoryview) -> None:
    """Send one message. OSError where nobody listens any more."""
    left = memoryview(bytes([kind]) + len(content).to_bytes(_HEAD - 1, "big"))
    for part in (left, memoryview(content)):
        while part:
            part = part[os.write(target, part[: 1 << 20]) :]


def heard(source: int) -> tuple[Kind, bytes]:
    """The next message. EOFError when there will be none; ValueError for what is no message of ours."""
    head = _exactly(source, _HEAD)
    length = int.from_bytes(head[1:], "big")
    if length > LARGEST:
        raise ValueError
    return Kind(head[0]), _exactly(source, length)


def plain(told: Mapping[str, Any]) -> bytes:
    """A plain message's content."""
    return json.dumps(told).encode()


def rows(schema: pa.Schema, batch: pa.RecordBatch | None = None) -> memoryview:
    """The content of a message of rows, or of none: then it tells the schema."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        if batch is not None:
            writer.write_batch(batch)
    return memoryview(sink.getvalue())


def _exactly(source: int, length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        piece = os.read(source, min(length - len(content), 1 << 20))
        if not piece:
            raise EOFError
        content += piece
    return bytes(content)
