"""The names of all settings: their keys in the file, their variables, what each takes"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import NamedTuple

from medark.errors import SettingsError
from medark.settings.sections import Settings, SourceSettings

# Variables that are read elsewhere and set no setting.
OTHER_VARIABLES = frozenset({"MEDARK_DEBUG", "MEDARK_LEDGER_PASSWORD", "MEDARK_WORKSPACE"})
SECTIONS = (
    "engine", "ingest", "limits", "lake", "quality", "identity", "notes", "lineage", "access", "ledger", "serve",
)  # fmt: skip


class Known(NamedTuple):
    default: object
    read: Callable[[object], object]
    meaning: str


def _known(kind: type, prefix: str = "") -> dict[str, Known]:
    return {
        prefix + f.name: Known(f.default, f.metadata["read"], f.metadata["meaning"]) for f in fields(kind) if f.metadata
    }


SECTION_KINDS: dict[str, type] = {f.name: type(f.default) for f in fields(Settings) if f.name in SECTIONS}
KNOWN: Mapping[str, Known] = MappingProxyType(
    _known(Settings) | {k: v for name in SECTIONS for k, v in _known(SECTION_KINDS[name], f"{name}.").items()}
)
KNOWN_OF_SOURCE = _known(SourceSettings)


def variable(key: str) -> str:
    """The environment variable that sets a key.

    >>> variable("engine.memory")
    'MEDARK_ENGINE_MEMORY'
    """
    return "MEDARK_" + key.replace(".", "_").upper()


def unknown(key: str, known: list[str], place: str) -> SettingsError:
    """The error of a name that there is not, with the nearest that there is."""

    def likeness(candidate: str) -> float:
        inside = key in candidate
        return (
            max(SequenceMatcher(None, key, name).ratio() for name in (candidate, candidate.rpartition(".")[2])) + inside
        )

    near = max(known, key=likeness)
    return SettingsError(
        "no such setting", fix=near if likeness(near) > 0.5 else "medark config show", key=key, at=place
    )
