"""What of a draft is read without asking: nothing stays that asks for a column which is not read."""

from __future__ import annotations

from medark.standardise.propose.draft import sure
from medark.standardise.propose.draft.parts import Draft, Line, TargetDraft


def _line(field: str, column: str, chance: float) -> Line:
    return Line(field, column, (column,), chance)


def test_a_row_that_is_made_where_an_unsure_column_is_filled_goes_with_it() -> None:
    person = TargetDraft(
        "person", (_line("person_key", "no", 1.0), _line("birth_time", "born", 1.0), _line("gender", "sex", 1.0))
    )
    lines = (_line("person_key", "no", 1.0), _line("death_time", "died", 0.5))
    death = TargetDraft("death", lines, where="died is not null")
    part = sure(Draft("people", "patient", 1.0, ("no", "born", "sex", "died"), (person, death)), 0.9)
    assert part is not None and part.targets == (person,) and part.unsure == ("died",)


def test_an_examination_without_a_name_is_its_report() -> None:
    note = TargetDraft(
        "note", (_line("person_key", "no", 1.0), _line("text", "report", 1.0), _line("note_time", "at", 1.0))
    )
    exam = TargetDraft(
        "event", (_line("person_key", "no", 1.0), _line("code_text", "what", 0.5), _line("start_time", "at", 1.0))
    )
    columns = ("no", "what", "at", "report")
    report = sure(Draft("reports", "exam", 1.0, columns, (note,)), 0.9)
    assert report is not None and report.targets == (note,)
    assert sure(Draft("exams", "exam", 1.0, columns, (note, exam)), 0.9) is None, "its name is not sure: it waits"
