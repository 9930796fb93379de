"""Settings read: from a file's text and from variables, of which each value knows where it came from"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from medark.errors import SettingsError
from medark.settings.known import (
    KNOWN,
    KNOWN_OF_SOURCE,
    OTHER_VARIABLES,
    SECTION_KINDS,
    SECTIONS,
    Known,
    unknown,
    variable,
)
from medark.settings.sections import Settings, SourceSettings

FILE = "medark.toml"
_THRESHOLDS = ("quality", "thresholds")
SOURCE_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")


class Explained(NamedTuple):
    """One setting as it stands: `origin` is `default`, `medark.toml:4` or the variable's name."""

    key: str
    value: object
    origin: str
    meaning: str


def read(text: str, environ: Mapping[str, str] | None = None, *, file: str = FILE) -> Settings:
    """Settings from a file's text and variables; a variable wins. SettingsError for a key or value that is wrong."""
    rows = {row.key: row.value for row in explain(text, environ, file=file)}
    sections: dict[str, Any] = {
        name: kind(**{f.name: rows[f"{name}.{f.name}"] for f in fields(kind)}) for name, kind in SECTION_KINDS.items()
    }
    parsed = _parsed(text, file)
    sources = MappingProxyType(_sources(parsed, text, file))
    owners = MappingProxyType(_owners(parsed, text, file))
    thresholds = MappingProxyType(_thresholds(parsed, text, file))
    top = {key: rows[key] for key in KNOWN if "." not in key}
    return Settings(**cast(dict[str, Any], top), **sections, sources=sources, owners=owners, thresholds=thresholds)


def explain(text: str, environ: Mapping[str, str] | None = None, *, file: str = FILE) -> list[Explained]:
    """Every setting but the sources, in order, with its value, where that came from, and its meaning."""
    parsed = _parsed(text, file)
    _sources(parsed, text, file)
    _owners(parsed, text, file)
    _thresholds(parsed, text, file)
    given = {key: (value, f"{file}:{_line(text, key)}") for key, value in _flat(parsed, text, file).items()}
    given |= _from_variables(environ or {})
    return [_explained(key, known, given.get(key)) for key, known in KNOWN.items()]


def _explained(key: str, known: Known, given: tuple[object, str] | None) -> Explained:
    if given is None:
        return Explained(key, known.default, "default", known.meaning)
    return Explained(key, value_of(key, known, *given), given[1], known.meaning)


def value_of(key: str, known: Known, value: object, origin: str) -> object:
    try:
        return known.read(value)
    except ValueError as wanted:
        raise SettingsError(
            "a setting has a value that can't be used", fix=f"give {wanted}", key=key, at=origin
        ) from None


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        place = f"{file}:{line[1]}" if line else file
        raise SettingsError("the settings file is not TOML", fix='write key = "value"', at=place) from None


def _flat(parsed: Mapping[str, Any], text: str, file: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in parsed.items():
        if name in ("source", "owners"):
            continue
        if name in SECTIONS and isinstance(value, dict):
            mine = {key: inner for key, inner in value.items() if (name, key) != _THRESHOLDS}
            found |= {f"{name}.{key}": inner for key, inner in mine.items()}
        else:
            found[name] = value
    for key in found:
        if key not in KNOWN:
            raise unknown(key, [*KNOWN, *SECTIONS, "source", "owners"], f"{file}:{_line(text, key)}")
    return found


def _from_variables(environ: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    by_variable = {variable(key): key for key in KNOWN}
    found: dict[str, tuple[object, str]] = {}
    for name, text in environ.items():
        if not name.startswith("MEDARK_") or name in OTHER_VARIABLES:
            continue
        if name not in by_variable:
            raise unknown(name, list(by_variable), "environment")
        found[by_variable[name]] = (int(text) if re.fullmatch(r"\d{1,18}", text) else text, name)
    return found


def _sources(parsed: Mapping[str, Any], text: str, file: str) -> dict[str, SourceSettings]:
    sources: dict[str, SourceSettings] = {}
    tables = parsed.get("source", {})
    if not isinstance(tables, dict):
        raise SettingsError(
            "a source is a table", fix='write [source."north/lis"]', at=f"{file}:{_line(text, 'source')}"
        )
    for name, table in tables.items():
        place = f"{file}:{_line(text, f'source.{name}')}"
        if not SOURCE_NAME.fullmatch(name) or not isinstance(table, dict):
            raise SettingsError("a source is a table with a sound name", fix='write [source."north/lis"]', at=place)
        for key in table:
            if key not in KNOWN_OF_SOURCE:
                raise unknown(key, list(KNOWN_OF_SOURCE), f"{file}:{_line(text, f'source.{name}.{key}')}")
        sources[name] = SourceSettings(
            **{
                key: cast(Any, value_of(f"source.{name}.{key}", KNOWN_OF_SOURCE[key], value, place))
                for key, value in table.items()
            }
        )
    return sources


def _owners(parsed: Mapping[str, Any], text: str, file: str) -> dict[str, str]:
    """Who answers for a table, a dataset (`application/dataset`) or an application, by its name."""
    told = parsed.get("owners", {})
    if not isinstance(told, dict) or not all(isinstance(owner, str) for owner in told.values()):
        place = f"{file}:{_line(text, 'owners')}"
        raise SettingsError("owners are names of who answers for it", fix='write measurement = "Laboratory"', at=place)
    return {str(name): owner.strip() for name, owner in told.items()}


def _thresholds(parsed: Mapping[str, Any], text: str, file: str) -> dict[str, float]:
    """So many per cent may violate a check, by its id or its kind's name."""
    quality = parsed.get("quality", {})
    told = quality.get("thresholds", {}) if isinstance(quality, dict) else {}
    numbers = (int, float)
    is_sound = isinstance(told, dict) and all(
        isinstance(one, numbers) and not isinstance(one, bool) and 0 <= one <= 100 for one in told.values()
    )
    if not is_sound:
        place = f"{file}:{_line(text, 'quality.thresholds')}"
        raise SettingsError("a threshold is a number of per cent", fix="write isRequired = 0.5", at=place)
    return {str(name): float(one) for name, one in told.items()}


def _line(text: str, key: str) -> int:
    """The line that sets a key (from 1), or that opens its table; 1 when it can't be told.

    >>> _line('time_zone = "UTC"\\n[engine]\\nmemory = "1GB"', "engine.memory")
    3
    """
    section, best = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            section = re.sub(r"[\"'\s]", "", header[1])
            best = number if key == section or key.startswith(section + ".") else best
        elif name := re.match(r"\s*([\w.\"'/-]+)\s*=", line):
            full = f"{section}.{name[1]}".lstrip(".").replace('"', "").replace("'", "")
            if full == key:
                return number
            best = number if key.startswith(full + ".") else best
    return best
