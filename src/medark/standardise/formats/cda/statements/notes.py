"""Texts of a document: the narrative of each section, note activities, and a body that is no XML"""

from __future__ import annotations

import base64
import binascii

from medark.standardise.formats.cda.document import Document, Here, own_key, performer, recorded, visit_of
from medark.standardise.formats.cda.narrative import plain_text
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.times import first_span
from medark.standardise.formats.cda.unit import Unit
from medark.standardise.formats.cda.values import concept
from medark.standardise.formats.staged import Note

_NOTE_CHARACTERS = 1_000_000


def add_section_notes(root: Element, document: Document, unit: Unit) -> None:
    """A note for each section that has words of its own, with the section's title and code."""
    for number, section in enumerate(root.iter("section")):
        block = section.find("text")
        text = plain_text(block) if block is not None else ""
        if text:
            _add(section, document, unit, f"{document.key}|section {number}", text)


def _add(holder: Element, document: Document, unit: Unit, key: str, text: str) -> None:
    idea, main = (found := concept(holder.find("code"), document.passages)), found.main
    unit.add(
        Note,
        event_key=key,
        person_key=document.person_key,
        visit_key=document.visit and document.visit.key,
        provider_key=document.provider_key,
        note_time=document.time,
        title=" ".join("".join(title.itertext()).split()) if (title := holder.find("title")) is not None else None,
        class_code=main and main.code,
        class_system=main and main.system,
        class_text=idea.text,
        text=text[:_NOTE_CHARACTERS],
        language=document.language,
        type=document.note_type,
    )


def add_note_activity(statement: Element, here: Here) -> None:
    """A note written as an entry: its text stands in it or in the section's narrative."""
    document, holder = here.document, statement.find("text")
    text = _note_text(holder, document) if holder is not None else None
    if not text:
        here.unit.issue("not_understood", "note whose text is not here or is no text", f"{here.place}/text")
        return
    code = statement.find("code")
    kind = code.find("translation") if code is not None and code.find("translation") is not None else code
    idea = concept(kind, document.passages)
    main, start = idea.main, first_span(statement.findall("effectiveTime"))[0] or recorded(statement) or document.time
    here.unit.add(
        Note,
        event_key=own_key(statement, here, main, start),
        person_key=document.person_key,
        visit_key=visit_of(here, start),
        provider_key=performer(statement, here),
        note_time=start,
        class_code=main and main.code,
        class_system=main and main.system,
        class_text=idea.text,
        text=text[:_NOTE_CHARACTERS],
        language=document.language,
        type="ehr_note",
    )


def _note_text(holder: Element, document: Document) -> str | None:
    return document.passages.text(holder) if holder.find("reference") is not None else _body_text(holder)


def add_body(body: Element, root: Element, document: Document, unit: Unit, place: str) -> None:
    """A body that is one text; a PDF or a picture stays where it is, unread."""
    holder = body.find("text")
    text = _body_text(holder) if holder is not None else None
    if text:
        _add(root, document, unit, f"{document.key}|body", text)
    else:
        unit.issue("not_understood", "the document's body is not text", f"{place}/text")


def _body_text(holder: Element) -> str | None:
    """Inline text of a media type that is text, decoded if it travels in base64; None for everything else."""
    if holder.get("mediaType", "text/plain") != "text/plain" or holder.get("compression"):
        return None
    words = "".join(holder.itertext())
    if holder.get("representation") != "B64":
        return words.strip() or None if holder.find("reference") is None else None
    try:
        return base64.b64decode("".join(words.split()), validate=True).decode("utf-8").strip() or None
    except (binascii.Error, ValueError):
        return None
