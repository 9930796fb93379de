"""Lists, headed lines and tables of Markdown, as lines of text"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_LIST = ("- ", "1. ")


def bullets(lines: Iterable[str]) -> list[str]:
    """One bullet a line."""
    return [f"- {line}" for line in lines]


def bullet(lines: Sequence[str]) -> list[str]:
    """One bullet: its first line, and what belongs to it below."""
    return [f"- {lines[0]}", *_indented(lines[1:], 2)]


def numbered(items: Sequence[Sequence[str]]) -> list[str]:
    """A numbered list of items like those of `bullet`."""
    return [
        line for number, (first, *more) in enumerate(items, 1) for line in (f"{number}. {first}", *_indented(more, 3))
    ]


def headed(head: str, lines: Sequence[str], joined: str) -> list[str]:
    """A bullet: words in bold, and what they head beside or below them. `joined` says how: "{head}: {text}"."""
    beside = lines[0] if lines[0] and not lines[0].startswith(_LIST) else ""
    first = joined.format(head=f"**{head}**", text=beside).rstrip()
    return [f"- {first}", *_indented(lines[1:] if beside else lines, 2)]


def table(head: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of three columns, the second of numbers, between empty lines. `head`: "Item | Points | Where"."""
    cells = (" | ".join(map(_cell, row)) for row in rows)
    return ["", f"| {head} |", "|---|---:|---|", *(f"| {row} |" for row in cells), ""]


def _indented(lines: Iterable[str], by: int) -> list[str]:
    return [" " * by + line if line else "" for line in lines]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
