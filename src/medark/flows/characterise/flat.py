"""Sums as arrays that a file holds, and back: they are mapped when they are read, whatever their size"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from medark.check.achilles.coders import Coder, Few, Flag, Near
from medark.check.achilles.packed import Packed

Arrays = Mapping[str, np.ndarray]
_NONE = np.zeros(0, np.int64)


def flat(sums: Mapping[str, pa.Table | Packed]) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Arrays, and what has to be told of them."""
    arrays, told, coders = dict[str, np.ndarray](), dict[str, Any](), dict[int, Coder]()
    for name, rows in sums.items():
        if isinstance(rows, Packed):
            arrays |= {f"{name} keys": rows.keys, f"{name} counts": _narrow(rows.counts)}
            coders |= {id(coder): coder for coder in rows.coders}
            told[name] = [rows.names, [id(coder) for coder in rows.coders], rows.bits, rows.measure]
        else:
            arrays[f"{name} rows"] = _as_bytes(rows)
            told[name] = []
    place = {of: f"coder {n}" for n, of in enumerate(coders)}
    arrays |= {place[of]: coder.numbers for of, coder in coders.items() if isinstance(coder, Few)}
    sides = {name: [one[0], [place[of] for of in one[1]], *one[2:]] if one else [] for name, one in told.items()}
    return arrays, {"sums": sides, "coders": {place[of]: _told(coder) for of, coder in coders.items()}}


def unflat(arrays: Arrays, told: Mapping[str, Any]) -> dict[str, pa.Table | Packed]:
    """The sums. KeyError or ValueError if they are none."""
    coders = {name: _coder(one, arrays.get(name, _NONE)) for name, one in told["coders"].items()}
    found = dict[str, pa.Table | Packed]()
    for name, one in told["sums"].items():
        if one:
            names, of, bits, measure = one
            coded = tuple(coders[place] for place in of)
            found[name] = Packed(
                tuple(names), coded, tuple(bits), arrays[f"{name} keys"], arrays[f"{name} counts"], measure
            )
        else:
            found[name] = pa.ipc.open_stream(pa.py_buffer(arrays[f"{name} rows"])).read_all()
    return found


def _narrow(counts: np.ndarray) -> np.ndarray:
    least, most = (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)
    return counts.astype(np.min_scalar_type(most)) if least >= 0 else counts


def _as_bytes(rows: pa.Table) -> np.ndarray:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    return np.frombuffer(sink.getvalue(), np.uint8)


def _told(coder: Coder) -> list[Any]:
    match coder:
        case Few():
            return ["few", coder.kind.str]
        case Near():
            return ["near", coder.kind.str, coder.scale, coder.bits]
        case Flag():
            return ["flag", coder.is_whole]
    raise TypeError(coder)


def _coder(told: list[Any], numbers: np.ndarray) -> Coder:
    match told:
        case ["few", kind]:
            return Few(np.dtype(kind), numbers)
        case ["near", kind, scale, bits]:
            return Near(np.dtype(kind), scale, bits)
        case ["flag", is_whole]:
            return Flag(is_whole)
    raise ValueError(told)
