"""Vocabulary files are known by their columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from medark.errors import SourceError
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.store.vocabulary.files import vocabulary_files, vocabulary_table


@pytest.mark.parametrize("table", VOCABULARY_TABLES)
def test_each_table_is_itself_in_any_case_and_order(table: str) -> None:
    columns = [column.name.upper() for column in reversed(tables()[table].columns)]
    assert vocabulary_table(columns) == table
    assert vocabulary_table([*columns, "SOMETHING_ELSE"]) == table


def test_no_other_omop_table_is_taken_for_one() -> None:
    others = {
        name: vocabulary_table(list(tables()[name].column_names)) for name in tables() if name not in VOCABULARY_TABLES
    }
    assert set(others.values()) == {None}


def test_files_of_all_kinds(tmp_path: Path) -> None:
    (tmp_path / "DOMAIN.csv").write_text("domain_id\tdomain_name\tdomain_concept_id\nDrug\tDrug\t13\n")
    (tmp_path / "seed.csv").write_text('"DOMAIN_ID","DOMAIN_NAME","DOMAIN_CONCEPT_ID"\n')
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "picture.png").write_bytes(bytes(range(256)))
    found, others = vocabulary_files([tmp_path])
    assert [(file.path.name, file.table) for file in found] == [("DOMAIN.csv", "domain"), ("seed.csv", "domain")]
    assert [file.form and (file.form.delimiter, file.form.quote) for file in found] == [("\t", ""), (",", '"')]
    assert others == ["empty.csv", "picture.png"]


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        vocabulary_files([tmp_path / "nothing"])
