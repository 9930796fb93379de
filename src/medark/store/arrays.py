"""Arrays of numbers in one file, mapped when they are read: opening costs the same however many there are"""

from __future__ import annotations

import math
import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from medark.errors import StorageError
from medark.messages import N_

_MAGIC: Final = b"medark-arrays-1\n"
_BEGIN: Final = len(_MAGIC) + 8  # where what is told of the arrays begins; its size stands before it
_EDGE: Final = 64  # bytes: where an array may begin
_FULL: Final = N_("the arrays can't be kept")


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray], told: Mapping[str, Any]) -> None:
    """Keep arrays and what is told of them: whole or not at all, for the owner's eyes. StorageError."""
    head, at = dict[str, Any](), 0
    for name, array in arrays.items():
        head[name] = {"type": array.dtype.str, "shape": array.shape, "at": at}
        at += -(-array.nbytes // _EDGE) * _EDGE
    first = orjson.dumps({"told": told, "arrays": head})
    first = _MAGIC + len(first).to_bytes(8, "big") + first
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(first.ljust(-(-len(first) // _EDGE) * _EDGE))
            for array in arrays.values():
                file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8))
                file.write(bytes(-array.nbytes % _EDGE))
        part.replace(path)
    except OSError as error:
        raise StorageError(_FULL, fix="check rights and space", errno=error.errno or 0) from None


def read_arrays(path: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]] | None:
    """The arrays, and what is told of them; None where there is no such file, or none that is whole."""
    try:
        with path.open("rb") as file:
            whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        if whole[: len(_MAGIC)] != _MAGIC:
            return None
        size = int.from_bytes(whole[len(_MAGIC) : _BEGIN], "big")
        head = orjson.loads(whole[_BEGIN : _BEGIN + size])
        first = -(-(_BEGIN + size) // _EDGE) * _EDGE
        return {name: _array(whole, first, one) for name, one in head["arrays"].items()}, head["told"]
    except (OSError, ValueError, KeyError):
        return None


def read_told(path: Path) -> dict[str, Any] | None:
    """What is told of the arrays alone; None where there is no such file, or none that begins as one."""
    try:
        with path.open("rb") as file:
            start = file.read(_BEGIN)
            head = orjson.loads(file.read(int.from_bytes(start[len(_MAGIC) :], "big")))
        told: dict[str, Any] | None = head["told"] if start[: len(_MAGIC)] == _MAGIC else None
        return told
    except (OSError, ValueError, KeyError):
        return None


def _array(whole: memoryview, first: int, told: Mapping[str, Any]) -> np.ndarray:
    kind, shape = np.dtype(told["type"]), tuple(told["shape"])
    return np.frombuffer(whole, kind, math.prod(shape), first + told["at"]).reshape(shape)
