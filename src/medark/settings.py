"""Settings: one TOML file in the workspace and MEDARK_… variables, each with its type, default and meaning"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import SequenceMatcher, get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo, available_timezones

import tomli_w

from medark.errors import SettingsError, SourceError

FILE = "medark.toml"
LANGUAGES = ("auto", "en", "zh")
# Variables that are read elsewhere and set no setting.
OTHER_VARIABLES = frozenset({"MEDARK_DEBUG", "MEDARK_LEDGER_PASSWORD", "MEDARK_WORKSPACE"})

_UNITS = {"": 1, "B": 1}
_UNITS |= {f"{letter}B": 1000**power for power, letter in enumerate("KMGT", 1)}
_UNITS |= {f"{letter}IB": 1024**power for power, letter in enumerate("KMGT", 1)}
_POSTGRESQL = re.compile(r"postgresql(\+psycopg)?://([^@/:]*@)?[^@]+")
_SOURCE_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
_T = TypeVar("_T")


# -- kinds of values: each takes what TOML or a variable gives; ValueError says what is wanted -------------------------


def _count(least: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"a whole number, at least {least}")
        return value

    return read


def _size(value: object) -> int:
    """Bytes, from `2GB`, `512 MiB` or a whole number.

    >>> _size("2GB"), _size("512 MiB"), _size(4096)
    (2000000000, 536870912, 4096)
    """
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = re.fullmatch(r"(\d{1,15})\s*([KMGT]?I?B?)", value.strip().upper()) if isinstance(value, str) else None
    if found is None or found[2] not in _UNITS or not int(found[1]):
        raise ValueError('a size such as "2GB" or "512MiB"')
    return int(found[1]) * _UNITS[found[2]]


def _zone(value: object) -> str:
    try:
        if isinstance(value, str) and value:
            return ZoneInfo(value).key
    except (KeyError, OSError, ValueError):  # not found, a folder, a path that is no key
        pass
    near = get_close_matches(str(value), sorted(available_timezones()), 1, 0.5)
    raise ValueError(f'a time zone such as "{near[0] if near else "Asia/Shanghai"}"')


def _language(value: object) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"one of {', '.join(LANGUAGES)}")
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text in quotes")
    return value


def _database(value: object) -> str:
    """Empty, or PostgreSQL's URL. A password in it would be shown wherever settings are.

    >>> _database("postgresql://medark@db.hospital.example/medark")
    'postgresql://medark@db.hospital.example/medark'
    """
    text = value if isinstance(value, str) else "?"
    if text and (not _POSTGRESQL.fullmatch(text) or "password=" in text.lower()):
        raise ValueError('"postgresql+psycopg://USER@HOST/DATABASE", and the password in MEDARK_LEDGER_PASSWORD')
    return text


def _optional_zone(value: object) -> str:
    return "" if value == "" else _zone(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('a list of texts such as ["HOSP"]')
    return tuple(value)


def _setting(default: _T, read: Callable[[object], _T], meaning: str) -> _T:
    return field(default=default, metadata={"read": read, "meaning": meaning})


# -- the settings ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How much of the machine queries may take."""

    memory: int = _setting(1_400_000_000, _size, "memory the engine may take; past it, work spills to disk")
    threads: int = _setting(0, _count(0), "threads of the engine; 0: one a core")
    spark: str = _setting("local", _text, "where Spark runs: local, a cluster's master URL, or sc://HOST:PORT")


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """How input is worked through."""

    workers: int = _setting(0, _count(0), "processes that read records; 0: one a core")
    wave_rows: int = _setting(
        1_500_000, _count(1000), "staging rows that are worked on at a time; more takes more memory"
    )


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How far one file of a folder may go, with everything that is packed inside it; past it, it is refused."""

    bytes_unpacked: int = _setting(1 << 38, _size, "bytes that it may unpack to")
    ratio: int = _setting(250, _count(2), "times its own size that it may unpack to")
    ratio_free: int = _setting(64 << 20, _size, "bytes up to which the ratio is not asked")
    entries: int = _setting(2_000_000, _count(1), "files that may be packed inside it")
    depth: int = _setting(5, _count(0), "archives within archives that are opened")
    name_bytes: int = _setting(4096, _count(1), "bytes of a path in an archive")


@dataclass(frozen=True, slots=True)
class LakeSettings:
    """How tables are laid out and how long old versions stay."""

    buckets: int = _setting(8, _count(1), "buckets that people are spread over; fixed when the lake is made")
    keep_versions: int = _setting(10, _count(1), "versions that `medark lake vacuum` keeps")


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """How far a read goes that a grant opens."""

    care_days: int = _setting(365, _count(1), "days after a visit that people are in an organisation's care")
    least_count: int = _setting(10, _count(0), "counts of people below it are not shown where only counts leave")
    glass_minutes: int = _setting(240, _count(1), "minutes that a record stays open that was opened in an emergency")


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """Where the ledger is kept: accounts, grants, tasks and the audit."""

    url: str = _setting("", _database, "PostgreSQL that keeps it; empty: ledger.db in the workspace")


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """How the HTTP edge answers."""

    base: str = _setting(
        "", _text, "address it is reached by, as https://medark.hospital.example; empty: as it listens"
    )
    threads: int = _setting(4, _count(1), "threads of a process that compute; more wait for the disk")
    body_bytes: int = _setting(4_000_000, _size, "bytes of a request's body")
    seconds: int = _setting(30, _count(1), "seconds until an answer has to begin")
    a_second: int = _setting(500, _count(0), "requests a second of one user, four times as many of an address; 0: any")
    token_minutes: int = _setting(15, _count(1), "minutes that a token for a password is good for")
    session_minutes: int = _setting(480, _count(1), "minutes that a session of the console is good for")
    query_memory: int = _setting(512_000_000, _size, "memory that one query of SQL may take, in a process of its own")
    query_spill: int = _setting(4_000_000_000, _size, "disk that one query may take where its memory is not enough")
    query_seconds: int = _setting(120, _count(1), "seconds until all rows of a query have to be sent")
    queries: int = _setting(4, _count(1), "queries that run at once")
    hooks_people: str = _setting(
        "", _text, "whose patient numbers CDS Hooks clients send; empty: person_id, as this platform gives it"
    )


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One feeding system."""

    time_zone: str = _setting("", _optional_zone, "zone of its times that carry none; empty: the workspace's")
    people: str = _setting("", _text, "namespace of its patient numbers; empty: the first part of its name")
    authorities: tuple[str, ...] = _setting((), _texts, "assigning authorities whose patient numbers are its own")
    owner: str = _setting("", _text, "who answers for it: a department or a role")
    organisation: str = _setting("", _text, "organisation whose rows these are; empty: the first part of its name")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    time_zone: str = _setting("UTC", _zone, "the one zone of all times in the lake")
    language: str = _setting("auto", _language, "language of messages; auto: the terminal's")
    engine: EngineSettings = EngineSettings()
    ingest: IngestSettings = IngestSettings()
    limits: LimitSettings = LimitSettings()
    lake: LakeSettings = LakeSettings()
    access: AccessSettings = AccessSettings()
    ledger: LedgerSettings = LedgerSettings()
    serve: ServeSettings = ServeSettings()
    sources: Mapping[str, SourceSettings] = field(default_factory=lambda: MappingProxyType({}))

    def source_zone(self, name: str) -> str:
        """The zone of a source's times that carry none."""
        return self.sources.get(name, SourceSettings()).time_zone or self.time_zone

    def organisation(self, source: str) -> str:
        """The organisation that a source's rows are of."""
        return self.sources.get(source, SourceSettings()).organisation or source.partition("/")[0]


class Explained(NamedTuple):
    """One setting as it stands: `origin` is `default`, `medark.toml:4` or the variable's name."""

    key: str
    value: object
    origin: str
    meaning: str


SECTIONS = ("engine", "ingest", "limits", "lake", "access", "ledger", "serve")


class _Known(NamedTuple):
    default: object
    read: Callable[[object], object]
    meaning: str


def _known(kind: type, prefix: str = "") -> dict[str, _Known]:
    return {
        prefix + f.name: _Known(f.default, f.metadata["read"], f.metadata["meaning"])
        for f in fields(kind)
        if f.metadata
    }


_SECTION_KINDS: dict[str, type] = {f.name: type(f.default) for f in fields(Settings) if f.name in SECTIONS}
KNOWN: Mapping[str, _Known] = MappingProxyType(
    _known(Settings) | {k: v for name in SECTIONS for k, v in _known(_SECTION_KINDS[name], f"{name}.").items()}
)
KNOWN_OF_SOURCE = _known(SourceSettings)


def variable(key: str) -> str:
    """The environment variable that sets a key.

    >>> variable("engine.memory")
    'MEDARK_ENGINE_MEMORY'
    """
    return "MEDARK_" + key.replace(".", "_").upper()


def read(text: str, environ: Mapping[str, str] | None = None, *, file: str = FILE) -> Settings:
    """Settings from a file's text and variables; a variable wins. SettingsError for a key or value that is wrong."""
    rows = {row.key: row.value for row in explain(text, environ, file=file)}
    sections: dict[str, Any] = {
        name: kind(**{f.name: rows[f"{name}.{f.name}"] for f in fields(kind)}) for name, kind in _SECTION_KINDS.items()
    }
    sources = MappingProxyType(_sources(_parsed(text, file), text, file))
    top = {key: rows[key] for key in KNOWN if "." not in key}
    return Settings(**cast(dict[str, Any], top), **sections, sources=sources)


def explain(text: str, environ: Mapping[str, str] | None = None, *, file: str = FILE) -> list[Explained]:
    """Every setting but the sources, in order, with its value, where that came from, and its meaning."""
    parsed = _parsed(text, file)
    _sources(parsed, text, file)
    given = {key: (value, f"{file}:{_line(text, key)}") for key, value in _flat(parsed, text, file).items()}
    given |= _from_variables(environ or {})
    return [_explained(key, known, given.get(key)) for key, known in KNOWN.items()]


def _explained(key: str, known: _Known, given: tuple[object, str] | None) -> Explained:
    if given is None:
        return Explained(key, known.default, "default", known.meaning)
    return Explained(key, _value(key, known, *given), given[1], known.meaning)


def _value(key: str, known: _Known, value: object, origin: str) -> object:
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
        if name == "source":
            continue
        if name in SECTIONS and isinstance(value, dict):
            found |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            found[name] = value
    for key in found:
        if key not in KNOWN:
            raise _unknown(key, [*KNOWN, *SECTIONS, "source"], f"{file}:{_line(text, key)}")
    return found


def _from_variables(environ: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    by_variable = {variable(key): key for key in KNOWN}
    found: dict[str, tuple[object, str]] = {}
    for name, text in environ.items():
        if not name.startswith("MEDARK_") or name in OTHER_VARIABLES:
            continue
        if name not in by_variable:
            raise _unknown(name, list(by_variable), "environment")
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
        if not _SOURCE_NAME.fullmatch(name) or not isinstance(table, dict):
            raise SettingsError("a source is a table with a sound name", fix='write [source."north/lis"]', at=place)
        for key in table:
            if key not in KNOWN_OF_SOURCE:
                raise _unknown(key, list(KNOWN_OF_SOURCE), f"{file}:{_line(text, f'source.{name}.{key}')}")
        sources[name] = SourceSettings(
            **{
                key: cast(Any, _value(f"source.{name}.{key}", KNOWN_OF_SOURCE[key], value, place))
                for key, value in table.items()
            }
        )
    return sources


def _unknown(key: str, known: list[str], place: str) -> SettingsError:
    def likeness(candidate: str) -> float:
        inside = key in candidate
        return (
            max(SequenceMatcher(None, key, name).ratio() for name in (candidate, candidate.rpartition(".")[2])) + inside
        )

    near = max(known, key=likeness)
    return SettingsError(
        "no such setting", fix=near if likeness(near) > 0.5 else "medark config show", key=key, at=place
    )


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


# -- writing -----------------------------------------------------------------------------------------------------------


def template(**values: object) -> str:
    """A new workspace's file: every setting with its meaning; those given (`lake__buckets=16`) set, others comments."""
    chosen = {key.replace("__", "."): value for key, value in values.items()}
    for key, value in chosen.items():
        if key not in KNOWN:
            raise _unknown(key, list(KNOWN), "init")
        _value(key, KNOWN[key], value, "init")
    lines = ["# Settings of this medark workspace. `medark config show` says what holds and where it came from.", ""]
    section = ""
    for key, known in KNOWN.items():
        head, _, name = key.rpartition(".")
        if head != section:
            section = head
            lines += ["", f"[{head}]"]
        written = _written(name, chosen.get(key, shown(key, known.default)))
        lines += [f"# {known.meaning}", written if key in chosen else f"# {written}"]
    return "\n".join(lines) + "\n"


def with_source(text: str, name: str, source: SourceSettings, *, file: str = FILE) -> str:
    """The file's text with one more source. SourceError if the name is taken or can't be one."""
    if not _SOURCE_NAME.fullmatch(name):
        raise SourceError("a source can't have this name", fix="use organisation/system, for example north/lis")
    if name in read(text, file=file).sources:
        raise SourceError("there is a source of this name", fix=f"change it in {file}", source=name)
    lines = ["", f"[source.{_quoted(name)}]"]
    for key, known in KNOWN_OF_SOURCE.items():
        value = getattr(source, key)
        if value != known.default:
            lines.append(_written(key, list(value) if isinstance(value, tuple) else value))
    after = text.rstrip("\n") + "\n" + "\n".join(lines) + "\n"
    read(after, file=file)
    return after


def shown(key: str, value: object) -> object:
    """A value as one would write it: bytes as a size.

    >>> shown("engine.memory", 2_000_000_000), shown("engine.threads", 2)
    ('2GB', 2)
    """
    if KNOWN[key].read is not _size or not isinstance(value, int):
        return value
    unit = max((u for u in _UNITS if value % _UNITS[u] == 0), key=lambda u: _UNITS[u])
    return f"{value // _UNITS[unit]}{unit.replace('I', 'i')}" if unit else value


def _written(name: str, value: object) -> str:
    if isinstance(value, list):
        return f"{name} = [{', '.join(_written('', item).removeprefix('= ') for item in value)}]"
    return tomli_w.dumps({name or "x": value}).strip().removeprefix("" if name else "x ")


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'
