"""Where the units of a document are: as elements, and as the bytes between tags"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from medark.standardise.formats.cda.parse import Element

# All markup of a well-formed document without a document type. No byte of a character in GB 18030, Big5 or Shift JIS
# can be mistaken for an angle bracket, so the text may be looked at as Latin-1.
_MARKUP = re.compile(
    r"""<!--.*?--> | <!\[CDATA\[.*?\]\]> | <\?.*?\?>
    | <(?P<end>/?) (?P<name>[^\s/>]+) (?:"[^"]*"|'[^']*'|[^"'>])*? (?P<empty>/?)>""",
    re.DOTALL | re.VERBOSE,
)


def units_of(root: Element) -> list[tuple[Element, str]]:
    """The entries of sections, and a body that is no XML, in document order, each with a path that points at it."""
    found: list[tuple[Element, str]] = []
    section_no: dict[Element, int] = {section: n for n, section in enumerate(root.iter("section"), start=1)}
    for element in root.iter("entry", "nonXMLBody"):
        parent = element.getparent()
        if element.tag == "nonXMLBody":
            found.append((element, "component/nonXMLBody"))
        elif parent in section_no:
            number = 1 + sum(1 for _ in element.itersiblings("entry", preceding=True))
            found.append((element, f"section[{section_no[parent]}]/entry[{number}]"))
    return found


def emptied(content: bytes, row_nos: Collection[int]) -> bytes:
    """The document with those units (from 1) made empty elements; every other byte as it was."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = content.decode(encoding, "surrogatepass" if encoding == "utf-16" else "strict")
    kept, at = [], 0
    for row_no, (name, start, end) in enumerate(_unit_spans(text), start=1):
        if row_no in row_nos:
            kept += [text[at:start], f"<{name}/>"]
            at = end
    whole = "".join([*kept, text[at:]])
    if encoding == "latin-1":
        return whole.encode("latin-1")
    order = "utf-16-le" if content[:2] == b"\xff\xfe" else "utf-16-be"
    return content[:2] + whole.encode(order, "surrogatepass")


def _unit_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Qualified name, start and end of each unit, in document order."""
    open_tags: list[tuple[str, str, int, int | None]] = []  # local name, name, start, its number among units
    spans: list[tuple[str, int, int] | None] = []
    for tag in _MARKUP.finditer(text):
        name = tag["name"]
        if name is None:
            continue
        if tag["end"]:
            _, opened, start, number = open_tags.pop()
            if number is not None:
                spans[number] = (opened, start, tag.end())
            continue
        local = name.rpartition(":")[2]
        parent = open_tags[-1][0] if open_tags else ""
        number = len(spans) if local == "nonXMLBody" or (local == "entry" and parent == "section") else None
        if number is not None:
            spans.append((name, tag.start(), tag.end()))
        if not tag["empty"]:
            open_tags.append((local, name, tag.start(), number))
    return (span for span in spans if span is not None)
