"""Kinds of values: each takes what TOML or a variable gives; ValueError says what is wanted"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from difflib import get_close_matches
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

LANGUAGES = ("auto", "en", "zh")

UNITS = {"": 1, "B": 1}
UNITS |= {f"{letter}B": 1000**power for power, letter in enumerate("KMGT", 1)}
UNITS |= {f"{letter}IB": 1024**power for power, letter in enumerate("KMGT", 1)}
_POSTGRESQL = re.compile(r"postgresql(\+psycopg)?://([^@/:]*@)?[^@]+")
_T = TypeVar("_T")


def count(least: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise ValueError(f"a whole number, at least {least}")
        return value

    return read


def size(value: object) -> int:
    """Bytes, from `2GB`, `512 MiB` or a whole number.

    >>> size("2GB"), size("512 MiB"), size(4096)
    (2000000000, 536870912, 4096)
    """
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    found = re.fullmatch(r"(\d{1,15})\s*([KMGT]?I?B?)", value.strip().upper()) if isinstance(value, str) else None
    if found is None or found[2] not in UNITS or not int(found[1]):
        raise ValueError('a size such as "2GB" or "512MiB"')
    return int(found[1]) * UNITS[found[2]]


def zone(value: object) -> str:
    try:
        if isinstance(value, str) and value:
            return ZoneInfo(value).key
    except (KeyError, OSError, ValueError):  # not found, a folder, a path that is no key
        pass
    near = get_close_matches(str(value), sorted(available_timezones()), 1, 0.5)
    raise ValueError(f'a time zone such as "{near[0] if near else "Asia/Shanghai"}"')


def language(value: object) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"one of {', '.join(LANGUAGES)}")
    return str(value)


def yes_or_no(value: object) -> bool:
    if not isinstance(value, bool) and value not in ("true", "false"):
        raise ValueError("true or false")
    return value in (True, "true")


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("text in quotes")
    return value


def database(value: object) -> str:
    """Empty, or PostgreSQL's URL. A password in it would be shown wherever settings are.

    >>> database("postgresql://medark@db.hospital.example/medark")
    'postgresql://medark@db.hospital.example/medark'
    """
    told = value if isinstance(value, str) else "?"
    if told and (not _POSTGRESQL.fullmatch(told) or "password=" in told.lower()):
        raise ValueError('"postgresql+psycopg://USER@HOST/DATABASE", and the password in MEDARK_LEDGER_PASSWORD')
    return told


def optional_zone(value: object) -> str:
    return "" if value == "" else zone(value)


def texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('a list of texts such as ["HOSP"]')
    return tuple(value)


def setting(default: _T, read: Callable[[object], _T], meaning: str) -> _T:
    return field(default=default, metadata={"read": read, "meaning": meaning})
