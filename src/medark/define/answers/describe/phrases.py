"""The words of a description: one table of phrases a language, which a clinician can review without reading code"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from medark.errors import DefinitionError

LANGUAGES = ("en", "zh")


class Phrases:
    """The phrases of one language, by dotted key. Places in them are named or numbered: `{moment}`, `{0}`."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._phrases = dict(_flat(table))

    def say(self, key: str, /, *numbered: str, **named: str) -> str:
        """A phrase with its places filled."""
        return self._phrases[key].format(*numbered, **named)

    def has(self, key: str) -> bool:
        """Is there such a phrase?"""
        return key in self._phrases

    @property
    def all(self) -> Mapping[str, str]:
        """Every phrase as it is written."""
        return self._phrases

    def counted(self, key: str, count: int) -> str:
        """A phrase in the number that a count wants: `key.one` for 1, `key.many` for others."""
        return self.say(f"{key}.{'one' if count == 1 else 'many'}", count=str(count))

    def column(self, name: str) -> str:
        """What a column is called: by its own name, or by its stem and what its ending says."""
        if self.has(f"columns.{name}"):
            return self.say(f"columns.{name}")
        for ending in _ENDINGS:
            if name.endswith(ending):
                return self.say(f"endings.{ending[1:]}", stem=self._stem(name.removesuffix(ending)))
        return self._stem(name)

    def _stem(self, name: str) -> str:
        return self.say(f"stems.{name}") if self.has(f"stems.{name}") else name.replace("_", " ")


# The longest first, so that a source concept is not taken for a concept.
_ENDINGS = ("_source_concept_id", "_type_concept_id", "_concept_id", "_source_value", "_datetime", "_date", "_id")


@cache
def phrases(language: str) -> Phrases:
    """The phrases of a language; DefinitionError for one that there are none of."""
    if language not in LANGUAGES:
        raise DefinitionError(f"no description in {language!r}", fix=f"one of {', '.join(LANGUAGES)}")
    return Phrases(tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")))


def _flat(table: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{path}.{key}" if path else key
        found.extend(_flat(value, name) if isinstance(value, Mapping) else [(name, value)])
    return found
