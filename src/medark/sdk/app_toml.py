"""app.toml read: before any code of the application is; what is wrong is told with its line"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

from medark.errors import UsageError
from medark.messages import N_
from medark.model.access import Purpose
from medark.model.omop import lake_columns, tables
from medark.sdk.manifest import FILE, LANGUAGES, PUBLISHED, Manifest, ManifestPage, Needs
from medark.sdk.settings import TYPES, SettingSpec
from medark.sdk.versions import fits
from medark.sdk.writes import PATTERN

ALL: Final = "*"
_TOP: Final = (
    "name", "version", "purpose", "also_for", "title", "description", "owner", "licence", "reads", "writes",
    "publishes", "pages", "settings", "needs",
)  # fmt: skip
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_PAGE: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LONGEST: Final = 100_000  # characters of a manifest


def read_manifest(text: str) -> Manifest:
    """The manifest in the text of app.toml. UsageError names the line and what to write there."""
    if len(text) > _LONGEST:
        raise UsageError("app.toml is longer than any that is read by people", fix="keep to what the app is and reads")
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = {"line": int(line[1])} if line else {}
        raise UsageError("app.toml is not TOML", fix='write key = "value"', file=FILE, **where) from None
    return _Reading(text, told).manifest()


class _Reading:
    """One manifest being read: everything that is wrong is told with its line."""

    def __init__(self, text: str, told: Mapping[str, Any]) -> None:
        self._text, self._told = text, told

    def manifest(self) -> Manifest:
        told = self._told
        self._only(told, _TOP, "")
        return Manifest(
            name=self._name(),
            version=self._version(),
            purpose=self._purpose(),
            title=self._texts(told, "title", "title"),
            description=self._texts(told, "description", "description"),
            reads=dict(self._reads()),
            publishes=self._publishes(),
            pages=tuple(self._pages()),
            settings={name: self._setting(name, of) for name, of in self._table("settings").items()},
            needs=self._needs(),
            owner=self._text_of(told, "owner", ""),
            licence=self._text_of(told, "licence", ""),
            writes=self._writes(),
            also_for=self._also_for(),
        )

    def _name(self) -> str:
        name = self._told.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            self._wrong(N_("an app's name is small letters, digits and _"), 'name = "potassium_card"', "name")
        return name

    def _version(self) -> str:
        told = self._told.get("version")
        if not isinstance(told, str) or not re.fullmatch(r"\d{1,5}\.\d{1,5}\.\d{1,5}", told):
            self._wrong(N_("a version is three numbers"), 'version = "1.0.0"', "version")
        return told

    def _purpose(self) -> Purpose:
        told = self._told.get("purpose")
        if told not in tuple(Purpose):
            self._wrong(N_("an app reads for one purpose"), f'purpose = "{" | ".join(Purpose)}"', "purpose")
        return Purpose(told)

    def _also_for(self) -> tuple[Purpose, ...]:
        named = self._list(self._told.get("also_for", []), "also_for", 'also_for = ["research"]')
        if strange := [one for one in named if one not in tuple(Purpose)]:
            self._wrong(N_(f"{strange[0]!r} is no purpose"), f'also_for = ["{" | ".join(Purpose)}"]', "also_for")
        return tuple(map(Purpose, named))

    def _reads(self) -> Iterator[tuple[str, frozenset[str]]]:
        for table, columns in self._table("reads").items():
            if table not in tables():
                self._wrong(
                    N_(f"there is no table {table!r}"), N_("use OMOP's names, such as measurement"), f"reads.{table}"
                )
            known = frozenset(column.name for column in lake_columns(table))
            if columns == ALL:
                yield table, known
                continue
            named = frozenset(self._list(columns, f"reads.{table}", f'{table} = ["person_id"]'))
            if strange := sorted(named - known):
                self._wrong(N_(f"{table} has no column {strange[0]!r}"), "leave it out", f"reads.{table}")
            yield table, named

    def _writes(self) -> tuple[str, ...]:
        told = self._table("writes")
        self._only(told, ("answers",), "writes.")
        answers = tuple(self._list(told.get("answers", []), "writes.answers", 'answers = ["vte:*"]'))
        for one in answers:
            if not PATTERN.fullmatch(one):
                self._wrong(N_(f"{one!r} names no items of answers"), 'answers = ["vte:*"]', "writes.answers")
        return answers

    def _publishes(self) -> dict[str, tuple[str, ...]]:
        told = self._table("publishes")
        self._only(told, PUBLISHED, "publishes.")
        named = {kind: self._list(names, f"publishes.{kind}", f'{kind} = ["name"]') for kind, names in told.items()}
        for kind, names in named.items():
            for name in names:
                if not _NAME.fullmatch(name):
                    self._wrong(N_(f"{name!r} can't be a name"), N_("small letters, digits and _"), f"publishes.{kind}")
        return {kind: tuple(named.get(kind, ())) for kind in PUBLISHED}

    def _pages(self) -> Iterator[ManifestPage]:
        told = self._told.get("pages", [])
        if not isinstance(told, list) or not all(isinstance(page, dict) for page in told):
            self._wrong(N_("pages are a list of tables"), "[[pages]]", "pages")
        for page in told:
            self._only(page, ("path", "title"), "pages.")
            if not isinstance(page.get("path"), str) or not _PAGE.fullmatch(page["path"]):
                self._wrong(N_("a page's path is small letters, digits and -"), 'path = "registry"', "pages")
            yield ManifestPage(page["path"], self._texts(page, "title", "pages"))

    def _setting(self, name: str, told: object) -> SettingSpec:
        key = f"settings.{name}"
        if not isinstance(told, dict) or not _NAME.fullmatch(name):
            self._wrong(N_("a setting is a table with a sound name"), f"[{key}]", key)
        self._only(told, ("type", "default", "title", "least", "most", "choices", "unit", "source"), f"{key}.")
        if told.get("type") not in TYPES:
            self._wrong(N_("a setting has no type"), f'type = "{" | ".join(TYPES)}"', key)
        spec = SettingSpec(
            name, told["type"], told.get("default", ""), self._texts(told, "title", key),
            self._number(told, "least", key), self._number(told, "most", key),
            tuple(self._list(told.get("choices", []), f"{key}.choices", 'choices = ["a", "b"]')),
            self._text_of(told, "unit", f"{key}."), self._text_of(told, "source", f"{key}."),
        )  # fmt: skip
        try:
            spec.read(spec.default)
        except UsageError:
            self._wrong(N_(f"the default of {name} is none of its values"), f"default = {spec.wanted}", key)
        return spec

    def _needs(self) -> Needs:
        told = self._table("needs")
        self._only(told, ("medark", "python", "apps"), "needs.")
        for name in ("medark", "python"):
            try:
                fits("1.0", self._text_of(told, name, "needs."))
            except UsageError as error:
                self._wrong(error.what, f'{name} = ">=0.1, <1"', f"needs.{name}")
        apps = self._list(told.get("apps", []), "needs.apps", 'apps = ["registry_page"]')
        return Needs(told.get("medark", ""), told.get("python", ""), tuple(apps))

    # -- parts -------------------------------------------------------------------------------------------------------

    def _table(self, name: str) -> Mapping[str, Any]:
        told = self._told.get(name, {})
        if not isinstance(told, dict):
            self._wrong(N_(f"{name} is a table"), f"[{name}]", name)
        return told

    def _texts(self, told: Mapping[str, Any], name: str, key: str) -> Mapping[str, str]:
        """Words in each language."""
        found = told.get(name)
        texts = found if isinstance(found, dict) else {}
        sound = all(isinstance(text, str) and text.strip() for text in texts.values())
        if set(texts) != set(LANGUAGES) or not sound:
            self._wrong(N_(f"the {name} is not in both languages"), f'{name} = {{ en = "…", zh = "…" }}', key)
        return dict(texts)

    def _list(self, told: object, key: str, example: str) -> Sequence[str]:
        if not isinstance(told, list) or not all(isinstance(one, str) for one in told) or len(set(told)) < len(told):
            self._wrong(N_(f"{key} is a list of names, each once"), example, key)
        return told

    def _text_of(self, told: Mapping[str, Any], name: str, prefix: str) -> str:
        found = told.get(name, "")
        if not isinstance(found, str):
            self._wrong(N_(f"{prefix}{name} is text"), f'{name} = "…"', f"{prefix}{name}")
        return found

    def _number(self, told: Mapping[str, Any], name: str, key: str) -> float | None:
        found = told.get(name)
        if found is not None and (isinstance(found, bool) or not isinstance(found, int | float)):
            self._wrong(N_(f"{key}.{name} is a number"), f"{name} = 1", f"{key}.{name}")
        return None if found is None else float(found)

    def _only(self, told: Mapping[str, Any], known: Sequence[str], prefix: str) -> None:
        for name in told:
            if name not in known:
                self._wrong(N_(f"app.toml has no {prefix}{name}"), ", ".join(known), f"{prefix}{name}")

    def _wrong(self, what: str, fix: str, key: str) -> NoReturn:
        raise UsageError(what, fix=fix, file=FILE, line=line_of(self._text, key))


def line_of(text: str, key: str) -> int:
    """The line of a key such as `reads.measurement`; the line of its table, or 1, where it is not there.

    >>> line_of('name = "a"\\n[reads]\\nperson = "*"', "reads.person")
    3
    """
    table, _, name = key.rpartition(".")
    here, of_table = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if heading := re.match(r"\s*\[{1,2}\s*([\w.\"-]+)\s*\]", line):
            here = heading[1].replace('"', "")
            of_table = number if here in (key, table) else of_table
        elif here == table and re.match(rf"\s*\"?{re.escape(name)}\"?\s*=", line):
            return number
    return of_table or 1
