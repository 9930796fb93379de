"""Aggregates of one scan, each under a name of its own"""

from __future__ import annotations

from collections.abc import Collection, Mapping


class Asked:
    """What two checks ask is counted once: the same aggregate has the same name."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def __call__(self, aggregate: str) -> str:
        """The name under which the scan's row has it."""
        return self._names.setdefault(aggregate, f"n{len(self._names)}")

    @property
    def aggregates(self) -> Mapping[str, str]:
        """What is asked, by name."""
        return {name: aggregate for aggregate, name in self._names.items()}

    def sql(self, only: Collection[str] | None = None) -> str:
        """What to select: everything, or what has some names."""
        return ", ".join(
            f"{aggregate} as {name}" for aggregate, name in self._names.items() if only is None or name in only
        )
