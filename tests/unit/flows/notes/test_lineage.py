"""Where note_nlp comes from, as lineage tells it"""

from __future__ import annotations

from medark.flows.lineage.landed import derived_edges
from medark.model.lineage import How


def _origins(column: str) -> dict[str, How]:
    return {
        f"{edge.source.of}.{edge.source.name}": edge.how
        for edge in derived_edges()
        if (edge.target.of, edge.target.name) == ("note_nlp", column)
    }


def test_what_is_found_comes_of_the_text() -> None:
    assert _origins("lexical_variant")["note.note_text"] is How.VALUE
    assert _origins("note_nlp_concept_id")["note.note_text"] is How.VALUE
    assert _origins("note_id")["note.note_id"] is How.VALUE


def test_no_other_column_of_notes_decides_what_is_found() -> None:
    assert {name for name, how in _origins("term_exists").items() if how is How.VALUE} == {"note.note_text"}
