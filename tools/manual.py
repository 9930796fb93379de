"""The manual of the definition language, drawn from the cases that test it"""

from __future__ import annotations

import re
from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "tests" / "spec" / "pages"
_BLOCK = re.compile(r"^```(table|population|answer|stays|refused)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#", re.MULTILINE)


def manual() -> str:
    """All pages, one after another: every table, expression and answer in them has been run on every engine."""
    texts = [page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md"))]
    return "\n".join(_HEADING.sub("##", _BLOCK.sub(_drawn, text)) for text in texts)


def _drawn(block: re.Match[str]) -> str:
    kind, argument, body = block[1], block[2].strip(), block[3].strip()
    match kind:
        case "table":
            header, *lines = ([cell.strip() for cell in line.split("|")] for line in body.splitlines())
            return f"`{argument}`\n\n" + _table(header, lines)
        case "population":
            return f"For each of `{body}`:"
        case "answer" | "stays":
            pairs = [line.partition(":") for line in body.splitlines()]
            heading = ["entry", "answer"] if kind == "answer" else ["person", "from .. to"]
            return _table(heading, [[entry.strip(), f"`{value.strip()}`"] for entry, _, value in pairs])
    return f"Refused: the error says `{body}`."


def _table(header: list[str], lines: list[list[str]]) -> str:
    rows = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
