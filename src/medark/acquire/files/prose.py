"""Is this a clinical note? Plain text that nothing explains better, and that is not a program's or a project's own"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_NOTE_NAMES = ("", ".txt", ".text", ".note", ".asc")
_PAPERS = re.compile(  # what comes with data and is not data, by the name that everyone gives it
    r"(licen[cs]e|copying|notice|readme|changelog|changes|history|contributing|authors|install|manifest|copyright|"
    r"(sha|md5)[0-9]*(sums?)?|checksums?|requirements|version|makefile|dockerfile)\b",
    re.IGNORECASE,
)
_CHECKSUM = re.compile(r"[0-9a-fA-F]{32,128} [ *]?\S")
_MARKDOWN = re.compile(r"#{1,6} \S|```|\[[^\]]+\]\([^)]+\)")
_MARKDOWN_TABLE = re.compile(r"^\|(?: ?:?-{3,}:? ?\|)+$")
_LICENCE = re.compile(
    r"permission is hereby granted|licensed under the|apache license|gnu general public|creative commons|"
    r"redistribution and use in source|open database licen[cs]e|terms and conditions",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"^\s*(import \w|from \w+ import|def \w+\(|class \w+|#include|function \w+\(|SELECT\b.*\bFROM\b)", re.MULTILINE
)
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def explained(text: str, name: str) -> str:
    """What this text is if it is something other than data: "checksums", "markdown", "licence" … or ""."""
    path = PurePosixPath(name.rpartition("!/")[2])
    lines = [line for line in text[:8192].splitlines() if line.strip()]
    if lines and all(_CHECKSUM.match(line) for line in lines[:-1] or lines):
        return "checksums"
    if _PAPERS.match(path.name):
        return "licence" if path.name.lower().startswith(("licen", "copy")) else "papers"
    if path.suffix.lower() in (".md", ".markdown", ".rst") or _is_markdown(lines):
        return "markdown"
    return "licence" if len(_LICENCE.findall(text[:8192])) > 1 else ""


def _is_markdown(lines: list[str]) -> bool:
    return any(map(_MARKDOWN_TABLE.match, lines)) or sum(bool(_MARKDOWN.match(line)) for line in lines) > 2


def is_note(text: str, name: str) -> bool:
    """Words in lines, in any language; no program text."""
    path = PurePosixPath(name.rpartition("!/")[2])
    if path.suffix.lower() not in _NOTE_NAMES or path.name.startswith(".") or _CODE.search(text):
        return False
    letters = sum(len(word) for word in _WORD.findall(text)) + 2 * len(_HAN.findall(text))
    visible = sum(not c.isspace() for c in text)
    words = len(_WORD.findall(text)) + len(_HAN.findall(text))
    return words >= 3 and letters > 0.5 * visible
