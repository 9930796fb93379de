"""Notes of the lake read into note_nlp: those that are new, changed, or read by older words; a text read alone"""

from medark.flows.notes.due import NotesState, notes_state
from medark.flows.notes.run import NotesAccount, read_notes
from medark.flows.notes.words import words_of

__all__ = ["NotesAccount", "NotesState", "notes_state", "read_notes", "words_of"]
