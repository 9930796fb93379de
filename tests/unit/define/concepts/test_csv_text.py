"""Sets from CSV, and the line that an error points at"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from medark.define.concepts import CodeItem, ConceptItem, from_csv
from medark.errors import DefinitionError


def test_concepts_and_codes_in_one_table() -> None:
    text = """concept_id,vocabulary,code,descendants,excluded,mapped,prefix
201826,,,yes,,1,
4024659,,,TRUE,y,,

,ICD10CM,E11,,,,t
,LOINC,2823-3,no,,,
"""
    one = from_csv(text, name="x", source="s")
    assert one.items == (
        ConceptItem(201826, descendants=True, mapped=True),
        ConceptItem(4024659, descendants=True, excluded=True),
    )
    assert one.codes == (CodeItem("ICD10CM", "E11", prefix=True), CodeItem("LOINC", "2823-3"))
    assert (one.name, one.source) == ("x", "s")


def test_as_atlas_exports_it() -> None:
    text = (
        "\ufeffConcept Id,Concept Code,Concept Name,Domain,Vocabulary,Standard Concept Caption,"
        "Excluded,Descendants,Mapped\r\n"
        '4112853,254837009,"Malignant tumor, breast",Condition,SNOMED,Standard,false,true,false\r\n'
    )
    assert from_csv(text, name="breast cancer").items == (ConceptItem(4112853, descendants=True),)


def test_tabs_and_the_names_of_omop_columns() -> None:
    assert from_csv("vocabulary_id\tconcept_code\nATC\tB01AF01\n", name="x").codes == (CodeItem("ATC", "B01AF01"),)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "these columns"),
        ("id,name\n1,x", 1, "these columns"),
        ("vocabulary\nATC", 1, "these columns"),
        ("concept_id,concept_id\n1,1", 1, "twice"),
        ("concept_id\n1\nx", 3, "'x' is no concept id"),
        ("concept_id\n1\n\n٣", 4, "no concept id"),
        ("concept_id\n99999999999", 2, "no concept id"),
        ("concept_id,descendants\n1,maybe", 2, "descendants is neither yes nor no: 'maybe'"),
        ("concept_id\n1,2", 2, "more cells"),
        ("vocabulary,code\nATC,", 2, "says nothing"),
        ("concept_id,descendants\n,yes", 2, "says nothing"),
    ],
)
def test_an_error_points_at_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(DefinitionError, match=what) as caught:
        from_csv(text, name="x")
    assert caught.value.where["line"] == line
    assert caught.value.fix


def test_a_real_list_of_codes(shared_reference: Path) -> None:
    """Charlson by Quan 2005: categories, to be read as prefixes."""
    with (shared_reference / "03_comorbidity" / "charlson_icd10.csv").open(encoding="utf-8", newline="") as file:
        listed = [row["icd10_prefix"] for row in csv.DictReader(file)]
    text = "\n".join(["vocabulary,code,prefix", *(f"ICD10,{code},yes" for code in listed)])
    assert [code.code for code in from_csv(text, name="charlson").codes] == sorted(set(listed))
    assert len(listed) == 289
