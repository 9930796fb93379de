"""Plain text notes: one note a file, its patient named in a header block"""

from medark.standardise.formats.notes.reader import NoteReader

READER = NoteReader()

__all__ = ["READER", "NoteReader"]
