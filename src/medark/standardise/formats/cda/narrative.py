"""The narrative of sections as plain text, and the passages that entries refer to"""

from __future__ import annotations

from medark.standardise.formats.cda.parse import Element

# Elements of the narrative block that begin a line; cells of a table are set apart by a bar.
_LINES = frozenset({"paragraph", "list", "item", "table", "tr", "caption", "br", "content-block", "footnote"})
_CELLS = frozenset({"td", "th"})


def plain_text(block: Element) -> str:
    """What a reader sees: a line for each paragraph, item and table row, cells separated by ` | `."""
    parts: list[str] = []
    first_cell = True
    for element in block.iter():
        if element.tag in _LINES:
            parts.append("\n")
            first_cell = True
        elif element.tag in _CELLS:
            parts.append("" if first_cell else "\v")
            first_cell = False
        if element.text:
            parts.append(" ".join(element.text.split()) and _spaced(element.text))
        if element is not block and element.tail:
            parts.append(_spaced(element.tail))
    lines = ("".join(parts)).split("\n")
    whole = (" | ".join(" ".join(cell.split()) for cell in line.split("\v")) for line in lines)
    return "\n".join(line for line in whole if line.strip(" |"))


def _spaced(text: str) -> str:
    """Text with its own line breaks made spaces: only elements break lines."""
    return " ".join(text.split("\n")).replace("\v", " ")


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
