"""How a text table is delimited: what an engine must know to read one, and what standardise finds out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimited:
    """How a text table is delimited. `quote` and `escape` may be empty: no quoting.

    `encoding` is a Python codec name. Files in anything but UTF-8 are transcoded when they are bound.
    """

    columns: tuple[str, ...]
    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    header: bool = True
    encoding: str = "utf-8"
