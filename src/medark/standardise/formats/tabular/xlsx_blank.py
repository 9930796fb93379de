"""Rows of a workbook emptied in place: cell values, and shared strings that only they used

The workbook is a zip of XML. Of each row: the cells' values go, their places and styles stay. A text cell points into
one list of shared strings; a string that no cell points to any longer is emptied in the list. Pictures of the data that
Excel keeps beside it (pivot caches, chart caches, a thumbnail) are taken out, as they may repeat any value.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping

from lxml import etree

from medark.errors import RefusedInput
from medark.standardise.formats.tabular.xlsx import SHEET_ROWS, checked, sheets

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRINGS = "xl/sharedStrings.xml"
# What may repeat cells of the sheets, by the names that the format fixes. Source: ECMA-376 part 1, chapter 12.
_COPIES = re.compile(r"(xl/pivotCache/pivotCacheRecords|docProps/thumbnail|xl/comments|xl/threadedComments)")


def blanked(content: bytes, row_nos: Collection[int]) -> bytes:
    """The workbook with the values of these rows gone. RefusedInput if it is broken."""
    archive = checked(content)
    wanted = _sheet_rows(content, archive, row_nos)
    parts = {name: _parsed(archive, name) for name in _sheet_parts(archive).values()}
    for name, numbers in wanted.items():
        _empty_rows(parts[name], numbers)
    changed = {name: etree.tostring(parts[name], xml_declaration=True, encoding="UTF-8") for name in wanted}
    if _STRINGS in archive.namelist():
        strings = _parsed(archive, _STRINGS)
        _empty_strings(strings, parts)
        changed[_STRINGS] = etree.tostring(strings, xml_declaration=True, encoding="UTF-8")
    return _rewritten(archive, changed)


def _sheet_rows(content: bytes, archive: zipfile.ZipFile, row_nos: Collection[int]) -> Mapping[str, set[int]]:
    """Part name -> the numbers (from 1) of rows to empty."""
    names = _sheet_parts(archive)
    found: dict[str, set[int]] = {}
    for sheet in sheets(content):
        top = sheet.rows_above + sheet.named + 1
        numbers = {n - sheet.first_row_no + top for n in row_nos if 0 <= n - sheet.first_row_no < SHEET_ROWS}
        if numbers:
            found[names[sheet.name]] = numbers
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Sheet name -> the part it is kept in."""
    links = {link.get("Id"): link.get("Target") for link in _parsed(archive, "xl/_rels/workbook.xml.rels")}
    book = _parsed(archive, "xl/workbook.xml")
    return {
        sheet.get("name"): posixpath.normpath(posixpath.join("xl", links[sheet.get(_LINK)])).lstrip("/")
        if not links[sheet.get(_LINK)].startswith("/")
        else links[sheet.get(_LINK)].lstrip("/")
        for sheet in book.iter(f"{_MAIN}sheet")
        if sheet.get(_LINK) in links and "worksheet" in links[sheet.get(_LINK)]
    }


def _empty_rows(sheet: etree._Element, numbers: set[int]) -> None:
    last = 0
    for row in sheet.iter(f"{_MAIN}row"):
        last = int(row.get("r") or last + 1)
        if last in numbers:
            for cell in row:
                cell.attrib.pop("t", None)
                for part in list(cell):
                    cell.remove(part)


def _empty_strings(strings: etree._Element, parts: Mapping[str, etree._Element]) -> None:
    used = {
        int(cell.findtext(f"{_MAIN}v") or 0)
        for sheet in parts.values()
        for cell in sheet.iter(f"{_MAIN}c")
        if cell.get("t") == "s"
    }
    for number, item in enumerate(strings.iterchildren(f"{_MAIN}si")):
        if number not in used:
            for part in list(item):
                item.remove(part)
            etree.SubElement(item, f"{_MAIN}t")


def _rewritten(archive: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
    """The zip anew: its times and order kept, nothing left of what a part was before."""
    out = io.BytesIO()
    try:
        _write(archive, changed, out)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise RefusedInput("a part of the workbook is broken") from None
    return out.getvalue()


def _write(archive: zipfile.ZipFile, changed: Mapping[str, bytes], out: io.BytesIO) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in archive.infolist():
            if member.filename in changed:
                target.writestr(_plain(member), changed[member.filename])
            elif _COPIES.match(member.filename):
                target.writestr(_plain(member), _hollow(archive, member))
            else:
                target.writestr(_plain(member), archive.read(member))


def _hollow(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A part that may repeat cells, with its root alone: links to it still lead somewhere."""
    if not member.filename.endswith(".xml"):
        return b""
    root = _parsed(archive, member.filename)
    for child in list(root):
        root.remove(child)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _plain(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """The member's name and time without its extra fields, which hold sizes of what it was."""
    plain = zipfile.ZipInfo(member.filename, member.date_time)
    plain.compress_type = zipfile.ZIP_DEFLATED
    plain.external_attr = member.external_attr
    return plain


def _parsed(archive: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        return etree.fromstring(archive.read(name), parser)
    except (
        KeyError,
        etree.XMLSyntaxError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
    ):
        raise RefusedInput("a part of the workbook is missing or broken") from None
