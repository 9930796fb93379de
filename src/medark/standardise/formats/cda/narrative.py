"""The narrative of sections as plain text, and the passages that entries refer to"""

from __future__ import annotations

from lxml import etree  # type: ignore[import-untyped]

from medark.standardise.formats.cda.parse import Element

# Elements of the narrative block that begin a line; cells of a table are set apart by a bar.
_LINES = frozenset({"paragraph", "list", "item", "table", "tr", "caption", "br", "footnote"})
_CELLS = frozenset({"td", "th"})


def plain_text(block: Element) -> str:
    """What a reader sees: a line for each paragraph, item and table row, cells separated by ` | `."""
    parts: list[str] = []
    for event, element in etree.iterwalk(block, events=("start", "end")):
        if element.tag in _LINES:
            parts.append("\n")
        elif element.tag in _CELLS and event == "end":
            parts.append("\v")
        words = element.text if event == "start" else element.tail if element is not block else None
        if words:
            parts.append(words.replace("\n", " ").replace("\v", " "))  # only elements break lines
    lines = (line.split("\v") for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, (_joined(cells) for cells in lines)))


def _joined(cells: list[str]) -> str:
    """The cells of a row; empty ones at its end are left out."""
    return " | ".join(" ".join(cell.split()) for cell in cells).rstrip(" |")


class Passages:
    """What `<reference value="#id"/>` points at, within one document."""

    def __init__(self, root: Element) -> None:
        self._blocks: dict[str, Element] = {}
        for element in root.iter():
            if (name := element.get("ID")) is not None:
                self._blocks.setdefault(name, element)

    def text(self, holder: Element | None) -> str | None:
        """The words of a `text` or `originalText`: its own, or the passage it refers to."""
        if holder is None:
            return None
        reference = holder.find("reference")
        name = reference.get("value", "") if reference is not None else ""
        block = self._blocks.get(name[1:]) if name.startswith("#") else None
        words = plain_text(block) if block is not None else ""
        return words or " ".join("".join(holder.itertext()).split()) or None
