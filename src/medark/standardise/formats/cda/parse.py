"""Bytes to an element tree: no document types, no entities, no network, bounded size, names without namespaces"""

from __future__ import annotations

import re
from typing import TypeAlias

from lxml import etree  # type: ignore[import-untyped]
from lxml.etree import _Element  # type: ignore[import-untyped]

Element: TypeAlias = _Element

V3 = "{urn:hl7-org:v3}"
SDTC = "{urn:hl7-org:sdtc}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_XINCLUDE = "{http://www.w3.org/2001/XInclude}"

DOCUMENT_BYTES = 32 << 20  # PDFs travel inside documents; beyond this it is not a document
# What a parsed element or attribute costs in memory is about 200 bytes, so the number of them is bounded, too.
_TAGS, _ATTRIBUTES = 500_000, 1_000_000
_PROLOG = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_UNBOUND = etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE


class Refused(Exception):  # noqa: N818  a verdict about the document
    """The document is not used: a fixed phrase says why."""


def parsed(content: bytes) -> Element:
    """The root of a CDA document or fragment, its HL7 v3 names without their namespace.

    Prefixes that nobody declared (`xsi`, `sdtc`: usual in fragments) are understood; any other fault of the XML
    raises Refused, and so do document types, XInclude and documents past the limits.
    """
    _screen(content)
    root, faults = _tree(content)
    if root is None or any(fault != _UNBOUND for fault in faults):
        raise Refused("not well-formed XML, or past the parser's limits")
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("document type declaration refused")
    for element in root.iter(etree.Element):
        _rename(element)
    return root


def _screen(content: bytes) -> None:
    """Refuse, by looking at the bytes alone, what a parser should not even be shown."""
    if len(content) > DOCUMENT_BYTES:
        raise Refused("document too large")
    if content.count(b"<") > _TAGS or content.count(b"=") > _ATTRIBUTES:
        raise Refused("too many elements")
    flat = content.replace(b"\0", b"")  # UTF-16 and UTF-32: the prolog is ASCII
    for bom in _BOMS:
        flat = flat.removeprefix(bom)
    # The parser expands entities in attributes whatever it is told, so no document type gets there at all.
    rest = flat[_PROLOG.match(flat).end() :][:2]  # type: ignore[union-attr]  # it matches nothing at least
    if rest == b"<!":
        raise Refused("document type declaration refused")
    if not re.match(rb"<[^\W\d]|<[\x80-\xff]", rest):
        raise Refused("not XML")


def _tree(content: bytes) -> tuple[Element | None, list[int]]:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=True,  # only so that undeclared prefixes are read: every other fault is refused by the caller
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None, []
    return root, [fault.type for fault in parser.error_log]


def _rename(element: Element) -> None:
    tag = element.tag
    if tag.startswith(V3):
        element.tag = tag[len(V3) :]
    elif tag.startswith("sdtc:"):
        element.tag = SDTC + tag[5:]
    elif tag.startswith(_XINCLUDE):
        raise Refused("XInclude refused")
    if (kind := element.attrib.get("xsi:type")) is not None:
        element.set(XSI_TYPE, kind)


def data_type(element: Element) -> str:
    """The `xsi:type` of a value, without a prefix: PQ, CD, IVL_TS …; "" when not said."""
    return str(element.get(XSI_TYPE, "")).rpartition(":")[2]
