"""Settings written: a new workspace's file, and one more source in it"""

from __future__ import annotations

import re

import tomli_w

from medark.errors import SourceError
from medark.settings.known import KNOWN, KNOWN_OF_SOURCE, unknown
from medark.settings.reading import FILE, SOURCE_NAME, read, value_of
from medark.settings.sections import SourceSettings
from medark.settings.values import UNITS, size


def template(**values: object) -> str:
    """A new workspace's file: every setting with its meaning; those given (`lake__buckets=16`) set, others comments."""
    chosen = {key.replace("__", "."): value for key, value in values.items()}
    for key, value in chosen.items():
        if key not in KNOWN:
            raise unknown(key, list(KNOWN), "init")
        value_of(key, KNOWN[key], value, "init")
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
    if not SOURCE_NAME.fullmatch(name):
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
    if KNOWN[key].read is not size or not isinstance(value, int):
        return value
    unit = max((u for u in UNITS if value % UNITS[u] == 0), key=lambda u: UNITS[u])
    return f"{value // UNITS[unit]}{unit.replace('I', 'i')}" if unit else value


def _written(name: str, value: object) -> str:
    if isinstance(value, list | tuple):
        return f"{name} = [{', '.join(_written('', item).removeprefix('= ') for item in value)}]"
    return tomli_w.dumps({name or "x": value}).strip().removeprefix("" if name else "x ")


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'
