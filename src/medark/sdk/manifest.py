"""What an application is, reads, writes and publishes: all that a person decides by"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from medark.model.access import Purpose
from medark.sdk.settings import SettingSpec
from medark.sdk.writes import more_than

FILE: Final = "app.toml"
LANGUAGES: Final = ("en", "zh")
PUBLISHED: Final = ("cards", "datasets", "signals", "tasks", "measures", "figures")


@dataclass(frozen=True, slots=True)
class ManifestPage:
    """One page that the application says it has; its address is its path under the application's."""

    path: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Needs:
    """Which versions it runs with, and which applications must be there."""

    medark: str = ""
    python: str = ""
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a person decides by. `reads`: table to its columns; `writes`: items of answers, see `writes`.
    `also_for`: purposes beside its own that its datasets may be taken for. Titles are by language.
    """

    name: str
    version: str
    purpose: Purpose
    title: Mapping[str, str]
    description: Mapping[str, str]
    reads: Mapping[str, frozenset[str]]
    publishes: Mapping[str, tuple[str, ...]]
    pages: tuple[ManifestPage, ...] = ()
    settings: Mapping[str, SettingSpec] | None = None
    needs: Needs = Needs()
    owner: str = ""
    licence: str = ""
    writes: tuple[str, ...] = ()
    also_for: tuple[Purpose, ...] = ()

    @property
    def setting_specs(self) -> Mapping[str, SettingSpec]:
        """Its settings by name; none for none."""
        return self.settings or {}

    def more_than(self, other: Manifest) -> dict[str, frozenset[str]]:
        """What it reads that the other does not; for another purpose, or one more, everything."""
        same = other.purpose is self.purpose and not set(self.also_for) - {other.purpose, *other.also_for}
        known = other.reads if same else {}
        more = {table: columns - known.get(table, frozenset()) for table, columns in self.reads.items()}
        return {table: columns for table, columns in more.items() if columns}

    def writes_more_than(self, other: Manifest) -> tuple[str, ...]:
        """What it writes that the other does not; for another purpose, everything."""
        return tuple(more_than(self.writes, other.writes if other.purpose is self.purpose else ()))
