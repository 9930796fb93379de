"""The text of an attachment, where it has one: plain, markdown, HTML; base64 as FHIR sends it."""

from __future__ import annotations

import base64
import binascii

from lxml import etree, html

from medark.standardise.formats.fhir.elements import Attachment, Resource
from medark.standardise.formats.fhir.issue import Issue, not_understood, quarantined
from medark.standardise.formats.fhir.unit import Unit

_PLAIN = ("text/plain", "text/markdown")
_BLOCKS = ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "table", "section", "title")
_MARKED_UP = ("text/html", "application/xhtml+xml")


class Binary(Resource, tag="Binary", tag_field="resourceType"):
    content_type: str | None = None
    data: str | None = None


def text_of(attachment: Attachment, place: str, at: Unit) -> str | Issue:
    """The words of an attachment, or the issue that says why there are none to read."""
    data, declared = attachment.data, attachment.content_type
    if data is None:
        kind, identity = at.refs[attachment.url] if attachment.url else (None, "")
        found = at.neighbours.find(Binary, identity) if kind == "Binary" or identity else None
        if found is None or found.data is None:
            return not_understood("text is not in this record", place)
        data, declared = found.data, found.content_type or declared
    media, charset = _media(declared)
    if media not in _PLAIN + _MARKED_UP:
        return not_understood("attachment is not text", place)
    try:
        words = base64.b64decode(data, validate=False).decode(charset)
    except (binascii.Error, ValueError, LookupError):
        return quarantined("attachment can't be decoded", place)
    return _without_markup(words) if media in _MARKED_UP else words


def _media(content_type: str | None) -> tuple[str, str]:
    """Media type and charset.

    >>> _media("text/plain; charset=GB18030"), _media(None)
    (('text/plain', 'gb18030'), ('', 'utf-8'))
    """
    media, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    charset = next((p[8:].strip('"') for p in parameters if p.startswith("charset=")), "utf-8")
    return media, charset


def _without_markup(page: str) -> str:
    try:
        tree = html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.ParserError, ValueError):
        return ""
    for unseen in tree.xpath("//script|//style"):
        unseen.drop_tree()
    for block in tree.iter(*_BLOCKS):
        block.tail = "\n" + (block.tail or "")
    lines = (" ".join(line.split()) for line in tree.xpath("string()").splitlines())
    return "\n".join(line for line in lines if line)
