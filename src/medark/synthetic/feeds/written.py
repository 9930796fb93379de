"""The SQL of a system's exports, beside the module that names them"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sql(package: str, name: str) -> str:
    """The text of <name>.sql in a package of feeds."""
    return files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")
