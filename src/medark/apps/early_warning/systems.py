"""The seven warning systems, as facts/systems.csv tells them"""

from __future__ import annotations

from collections.abc import Mapping

from medark.define import attached

from . import facts
from .desk.systems import System


def systems() -> tuple[System, ...]:
    """Each system with the signals that it watches."""
    return tuple(
        System(
            row["system"], _texts(row, "title"), _texts(row, "about"), row["source"],
            tuple(row["signals"].split(";")), float(row["due_hours"]),
        )
        for row in attached.table_file("facts/systems.csv")
    )  # fmt: skip


class Labels:
    """The words of what series are by: `labels("syndrome", "hfmd", "zh")`."""

    def __init__(self) -> None:
        self._labels = facts.words()

    def __call__(self, column: str, value: object, language: str) -> str:
        """The words of a value of a column; the value itself where there are none."""
        found = self._labels.get(column, {}).get(str(value))
        return found[language] if found else str(value)


def _texts(row: Mapping[str, str], name: str) -> dict[str, str]:
    return {language: row[f"{name}_{language}"] for language in ("en", "zh")}
