"""Settings: one TOML file in the workspace and MEDARK_… variables, each with its type, default and meaning"""

from medark.settings.known import KNOWN, KNOWN_OF_SOURCE, OTHER_VARIABLES, SECTIONS, variable
from medark.settings.reading import FILE, Explained, explain, read
from medark.settings.sections import (
    AccessSettings,
    EngineSettings,
    IngestSettings,
    LakeSettings,
    LedgerSettings,
    LimitSettings,
    ServeSettings,
    Settings,
    SourceSettings,
)
from medark.settings.values import LANGUAGES
from medark.settings.writing import shown, template, with_source

__all__ = [
    "FILE", "KNOWN", "KNOWN_OF_SOURCE", "LANGUAGES", "OTHER_VARIABLES", "SECTIONS", "AccessSettings",
    "EngineSettings", "Explained", "IngestSettings", "LakeSettings", "LedgerSettings", "LimitSettings",
    "ServeSettings", "Settings", "SourceSettings", "explain", "read", "shown", "template", "variable",
    "with_source",
]  # fmt: skip
