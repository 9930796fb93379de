"""Protected conditions as the file of facts says them; small counts; masks; what two grants open together"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.errors import UsageError
from medark.govern.authorise import NO_GRANT, NOT_FOR_APP, TOO_SENSITIVE, authorise
from medark.govern.levels import sensitivities, sensitivity
from medark.govern.masks import MASKS, fitting
from medark.govern.protected import conditions, hidden_codes, is_child
from medark.govern.small_counts import is_small, shown
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.omop import lake_columns, tables
from medark.model.table import Type


def test_the_conditions_are_those_of_the_reference(shared_reference: Path) -> None:
    told = (shared_reference / "12_privacy" / "sensitive_conditions.csv").read_text(encoding="utf-8").splitlines()
    of_reference = {
        row["id"]: (row["icd10"], int(row["level"].split("-")[-1]), row["source"])
        for row in csv.DictReader(told)
        if not row["icd10"].startswith("age")
    }
    assert {one.id: (one.icd10, one.level, one.source) for one in conditions()} == of_reference


def test_a_higher_level_hides_less_and_the_highest_nothing() -> None:
    hidden = [hidden_codes(level) for level in range(1, 6)]
    assert hidden[0] == hidden[2] > hidden[3] > hidden[4] == frozenset()
    assert {"B20", "B24", "F10", "F64", "O987", "Z615"} <= hidden[3]
    assert {"A15", "F71", "B16", "B181"} <= hidden[2] - hidden[3]
    assert not {"B25", "I10", "E11", "O98", "Z61", "F02"[:2]} & hidden[2]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)), st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)))
def test_a_child_is_who_has_not_had_their_fourteenth_birthday(born: dt.date, today: dt.date) -> None:
    had = (today.year - born.year, today.month, today.day) >= (14, born.month, born.day)
    assert is_child(born.year, born.month, born.day, today) is not had
    assert is_child(born.year, None, None, today) or had or not is_child(born.year, born.month, born.day, today)


def test_every_column_of_every_table_has_a_class_a_level_and_a_reason() -> None:
    judged = sensitivities()
    assert set(judged) == {(table, column.name) for table in tables() for column in lake_columns(table)}
    assert all(
        one.kind in {f"C{n}" for n in range(1, 7)} and one.level in range(1, 6) and one.reason
        for one in judged.values()
    )
    assert min(sensitivity(t, "person_id").level for t in tables() if ("person_id") in tables()[t].column_names) == 3
    assert sensitivity("registry.stage", "患者姓名").level == 4 > sensitivity("registry.stage", "stage").level


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 30))
def test_what_is_shown_tells_no_small_count_and_none_can_be_worked_out(whole: int, part: int, least: int) -> None:
    part = min(part, whole)
    (row,) = shown([{"of": whole, "n": part}], least, ["of", "n"], {"n": "of"})
    assert not is_small(row["of"], least) and not is_small(row["n"], least)
    if row["of"] is not None and row["n"] is not None:
        assert not is_small(row["of"] - row["n"], least)
        assert (row["of"], row["n"]) == (whole, part)
    assert least or (row["of"], row["n"]) == (whole, part)


@pytest.mark.parametrize("name", MASKS)
def test_a_mask_is_put_on_columns_that_it_fits(name: str) -> None:
    for kind in Type:
        if kind in MASKS[name].types:
            assert fitting(name, kind) is MASKS[name]
        else:
            with pytest.raises(UsageError):
                fitting(name, kind)


# -- authorise ---------------------------------------------------------------------------------------------------------

READER = Reader("ann", Purpose.CARE, frozenset({"ward"}))
columns_of: Callable[[str], tuple[str, ...]] = lambda table: tuple(c.name for c in lake_columns(table))  # noqa: E731


def grant(number: int, **told: object) -> Grant:
    usual: dict[str, object] = {
        "holder_kind": Holder.USER,
        "holder": "ann",
        "tables": {"person": None},
        "rows": Rows.CARE,
    }
    return Grant(number=number, purpose=Purpose.CARE, level=3, starts_ms=0, **(usual | told))  # type: ignore[arg-type]


def test_of_two_that_open_it_the_one_that_shows_more_people_is_read_through() -> None:
    grants = [grant(1), grant(2, rows=Rows.ALL, tables={"person": frozenset({"person_id"})})]
    wide = authorise(READER, {"person": frozenset({"person_id"})}, grants, columns_of, sensitivity, 1)
    narrow = authorise(READER, {"person": frozenset({"year_of_birth"})}, grants, columns_of, sensitivity, 1)
    assert (wide.grants, narrow.grants) == ((2,), (1,))


def test_a_table_of_which_nothing_is_opened_is_not_counted_either() -> None:
    shut = [grant(1, tables={"note": frozenset({"note_text"})})]
    found = authorise(READER, {"note": frozenset()}, shut, columns_of, sensitivity, 1)
    assert not found.allowed and found.reason == TOO_SENSITIVE
    assert authorise(READER, {"death": None}, shut, columns_of, sensitivity, 1).reason == NO_GRANT


def test_an_application_and_its_reader_open_together_what_both_do() -> None:
    of_app = grant(
        2, holder_kind=Holder.APP, holder="board", rows=Rows.ORGANISATION, masks={"person.year_of_birth": "decade"}
    )
    asked = Reader("ann", Purpose.CARE, app="board")
    found = authorise(asked, {"person": None}, [grant(1), of_app], columns_of, sensitivity, 1)
    assert found.views["person"].rows == {Rows.CARE, Rows.ORGANISATION}
    assert found.views["person"].columns["year_of_birth"] == "decade"
    apart = grant(2, holder_kind=Holder.APP, holder="board", tables={"person": frozenset({"location_id"})})
    mine = grant(1, tables={"person": frozenset({"person_id"})})
    assert authorise(asked, {"person": None}, [mine, apart], columns_of, sensitivity, 1).reason == NOT_FOR_APP
