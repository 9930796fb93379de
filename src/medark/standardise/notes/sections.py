"""The sections of a note: where each heading stands and which part of a record it opens"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from medark.standardise.notes.folding import folded
from medark.standardise.notes.nouns import Kind, Section, Span
from medark.standardise.notes.tables import rows, several

HEADER = "header"  # who, when and by whom: names and numbers, nothing is read there
# An item between the marks that part items, without its number and without words of doubt.
_ITEM = re.compile(
    r"(?:^|(?<=[;；,，。:\n\s　]))(?:\(?\d{1,2}[.、)]\s*)?(?:考虑|疑似?)?"
    r"([\u3400-\u9fff][\u3400-\u9fffa-z0-9-]{1,19}?)(?:可能性?大?|待[查排诊]|原因待查|\?)?(?=[;；,，。\n\s　(]|$)"
)
UNNAMED = ""  # text before any heading


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A kind of section: its code in LOINC, "" where it has none, and what it is called."""

    key: str
    loinc: str
    name_en: str
    name_zh: str


@cache
def section_kinds() -> Mapping[str, SectionKind]:
    """All of them by key, in the order of a record."""
    return {
        row["key"]: SectionKind(row["key"], row["loinc"], row["name_en"], row["name_zh"])
        for row in rows("sections.csv")
    }


def sections(text: str, written: str) -> tuple[Section, ...]:
    """The sections of a note, given folded and as it was written; together they cover it.

    A heading stands at the start of a line or sentence, before a colon; or in capitals or between brackets on a line
    of its own.
    """
    found: list[tuple[str, int, int]] = []
    for match in _pattern().finditer(text):
        heading = match["colon"] or match["line"] or match["bracket"]
        if match["line"] and not _stands_alone(written[match.start("line") : match.end("line")]):
            continue
        at = match.start("colon" if match["colon"] else "line" if match["line"] else "bracket")
        found.append((_keys()[" ".join(heading.split())], at, match.end()))
    if not found or found[0][1] > 0:
        found.insert(0, (UNNAMED, 0, 0))
    ends = [start for _, start, _ in found[1:]] + [len(text)]
    return tuple(Section(key, start, body, end) for (key, start, body), end in zip(found, ends, strict=True))


def diagnoses(text: str, section: Section) -> Iterator[Span]:
    """The items of a list of diagnoses, in Chinese: each is a disease, also where no word of it is known."""
    if section.key == "diagnosis":
        for found in _ITEM.finditer(text, section.body, section.end):
            yield Span(found.start(1), found.end(1), Kind.DISEASE, found_by="pattern")


def _stands_alone(written: str) -> bool:
    return not written.isascii() or written.isupper()


@cache
def _keys() -> Mapping[str, str]:
    keys: dict[str, str] = {}
    for row in rows("sections.csv"):
        for heading in (*several(row["zh"]), *several(row["en"])):
            keys.setdefault(folded(heading), row["key"])
    return keys


@cache
def _pattern() -> re.Pattern[str]:
    longest = sorted(_keys(), key=len, reverse=True)
    words = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest)
    begins = (
        r"(?:^|(?<=[\n。;,　])|(?<=\.\s)|(?<=\.\s\s)|(?<=,\s)|(?<=\s\s)|(?<=\n\s))[ \t]*"
        r"(?:[一二三四五六七八九十\d]{1,2}[、.]\s*)?"
    )
    return re.compile(
        rf"{begins}(?:(?P<colon>{words})\s?(?:\([^)\n]{{0,20}}\))?:"
        rf"|[【\[](?P<bracket>{words})[】\]]:?"
        rf"|(?P<line>{words})(?=[ \t]*(?:\n|$)))"
    )
