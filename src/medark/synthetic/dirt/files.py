"""What befalls whole files: cut off in the last record, a line in another encoding, sent twice"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from medark.synthetic.chance import stream
from medark.synthetic.dirt.levels import share
from medark.synthetic.facts import by_key
from medark.synthetic.settings import CitySettings, Part

KINDS: Final = ("truncated", "mixed_encoding", "sent_twice")
_LEFT_OF_LAST = 0.6  # of the bytes of the last record


@dataclass(frozen=True, slots=True)
class Mishap:
    """What happens to a file of `lines` records: `row_no` is the record that it hurts."""

    kind: str
    row_no: int


def mishap(settings: CitySettings, part: Part, system: str, file: str, lines: int) -> Mishap | None:
    """The one thing that goes wrong with a file, if any. In the first part each kind
    befalls one system's first file.
    """
    chance = stream(settings.seed, f"dirt/{system}/{file}", part.number)
    for kind in KINDS:
        wanted = share(kind, settings.dirt)
        if chance.random() < wanted:
            return Mishap(kind, lines - 1 if kind == "truncated" else int(chance.integers(0, lines)))
    return None


def must_happen(settings: CitySettings, part: Part, system: str) -> str:
    """The kind that befalls this system in a city's first part, so that every kind is seen in a small city; or ''."""
    if part.number > 1:
        return ""
    return next((k for k in KINDS if by_key("dirt")[k]["system"] == system and share(k, settings.dirt)), "")


def cut_off(last: bytes) -> bytes:
    """What is left of a file's last record.

    >>> cut_off(b"0123456789")
    b'012345'
    """
    return last[: max(1, int(len(last) * _LEFT_OF_LAST))]


def in_another_encoding(line: str, encoding: str) -> bytes:
    """The line in UTF-8 where the file is not, and in GB18030 where it is."""
    return line.encode("gb18030" if encoding == "utf-8" else "utf-8")
