"""What a term means: by hand-made concepts, and by the labels of a hospital whose LOINC codes are known."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from medark.standardise.terms import Matcher, Named, Term
from medark.standardise.terms.laboratory import Laboratory, parts, systems
from medark.standardise.terms.names import words_of
from medark.standardise.terms.units import ucum

GLUCOSE_BLOOD = Named(1, "LOINC", "2345-7", ("Glucose [Mass/volume] in Serum or Plasma", "血糖", "GLU"))
GLUCOSE_URINE = Named(2, "LOINC", "2350-7", ("Glucose [Mass/volume] in Urine",))
GLUCOSE_MOLAR = Named(3, "LOINC", "14749-6", ("Glucose [Moles/volume] in Serum or Plasma",))
WHITE_CELLS = Named(4, "LOINC", "6690-2", ("Leukocytes [#/volume] in Blood by Automated count",))
WHITE_CELLS_URINE = Named(
    5, "LOINC", "5821-4", ("Leukocytes [#/area] in Urine sediment by Microscopy high power field",)
)
NEUTROPHILS = Named(6, "LOINC", "751-8", ("Neutrophils [#/volume] in Blood by Automated count",))
NEUTROPHILS_SHARE = Named(7, "LOINC", "770-8", ("Neutrophils/100 leukocytes in Blood by Automated count",))
POTASSIUM = Named(8, "LOINC", "2823-3", ("Potassium [Moles/volume] in Serum or Plasma", "血钾"))
MATCHER = Matcher((
    GLUCOSE_BLOOD, GLUCOSE_URINE, GLUCOSE_MOLAR, WHITE_CELLS, WHITE_CELLS_URINE, NEUTROPHILS, NEUTROPHILS_SHARE,
    POTASSIUM,
))  # fmt: skip


@pytest.mark.parametrize(("term", "meant"), [
    (Term("GLU", ("Glucose",), ("mg/dL",), "Serum"), GLUCOSE_BLOOD),
    (Term("GLU", ("葡萄糖",), ("mmol/L",), "血清"), GLUCOSE_MOLAR),
    (Term("UGLU", ("尿糖",), ("mg/dL",)), GLUCOSE_URINE),
    (Term("UGLU", ("Glucose, Urine",)), GLUCOSE_URINE),
    (Term("1", ("WBC",), ("10*9/L",), "Blood"), WHITE_CELLS),
    (Term("1", ("白细胞计数",), ("10*9/L",)), WHITE_CELLS),
    (Term("1", ("中性粒细胞百分比",), ("%",)), NEUTROPHILS_SHARE),
    (Term("1", ("NEUT#", "neutrophils"), ("10*9/L",)), NEUTROPHILS),
    (Term("K", ("血清钾测定(K+)",), ("mmol/L",)), POTASSIUM),
    (Term("K", ("potasium",), ("mmol/L",)), POTASSIUM),
])  # fmt: skip
def test_the_likeliest_concept_is_the_one_that_is_meant(term: Term, meant: Named) -> None:
    found = MATCHER.candidates(term)
    assert found[0].concept == meant
    assert 0 < sum(one.probability for one in found) <= 1
    assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)


IGG = Named(9, "LOINC", "2465-3", ("IgG [Mass/volume] in Serum or Plasma",))
IMMUNOGLOBULINS = Named(10, "LOINC", "34550-4", ("Immunoglobulin panel [Mass/volume] - Serum",))
PLASMA_CELLS = Named(11, "LOINC", "13047-6", ("Plasma cells/100 leukocytes in Blood",))
PLASMA_CELLS_PLEURAL = Named(12, "LOINC", "40522-5", ("Plasma cells/100 leukocytes in Pleural fluid by Manual count",))
CALCIUM_URINE = Named(13, "LOINC", "17862-4", ("Calcium [Mass/volume] in Urine",))
CALCIUM_DAY = Named(14, "LOINC", "6874-2", ("Calcium [Mass/time] in 24 hour Urine",))
LABORATORY = Matcher((IGG, IMMUNOGLOBULINS, PLASMA_CELLS, PLASMA_CELLS_PLEURAL, CALCIUM_URINE, CALCIUM_DAY))


@pytest.mark.parametrize(("term", "meant"), [
    (Term("1", ("Immunoglobulin G",), ("mg/dL",), "Blood"), IGG),
    (Term("1", ("免疫球蛋白G",), ("g/L",)), IGG),
    (Term("1", ("Plasma Cell",), ("%",), "Blood"), PLASMA_CELLS),  # of which plasma is no specimen
    (Term("1", ("浆细胞",), ("%",), "胸水"), PLASMA_CELLS_PLEURAL),
    (Term("1", ("24h Calcium",), ("mg/(24.h)",), "Urine"), CALCIUM_DAY),
    (Term("1", ("Calcium",), ("mg/dL",), "Urine"), CALCIUM_URINE),
])  # fmt: skip
def test_words_of_the_laboratory_are_read_as_they_are_meant(term: Term, meant: Named) -> None:
    assert LABORATORY.candidates(term)[0].concept == meant


def test_what_is_not_there_is_not_likely() -> None:
    for name in ("Ferritin", "铁蛋白", "Rh factor", "", "???"):
        assert all(one.probability < 0.3 for one in MATCHER.candidates(Term("x", (name,))))


def test_a_unit_of_another_property_makes_a_concept_unlikely() -> None:
    mass = {one.concept: one.probability for one in MATCHER.candidates(Term("G", ("Glucose",), ("mg/dL",), "Serum"))}
    molar = {one.concept: one.probability for one in MATCHER.candidates(Term("G", ("Glucose",), ("mmol/L",), "Serum"))}
    assert mass[GLUCOSE_BLOOD] > 10 * mass[GLUCOSE_MOLAR]
    assert molar[GLUCOSE_MOLAR] > 10 * molar[GLUCOSE_BLOOD]


def test_evidence_says_what_speaks_for_it() -> None:
    (first, *_) = MATCHER.candidates(Term("1", ("WBC",), ("10*9/L",), "Urine"))
    assert first.concept == WHITE_CELLS_URINE
    assert (first.evidence["specimen"], first.evidence["unit"], first.evidence["meant"]) == (0.8, -1.0, 1.0)


def test_the_parts_of_names() -> None:
    assert parts("Cholesterol in HDL [Mass/volume] in Serum or Plasma") == Laboratory(
        "Cholesterol in HDL", "Mass/volume", "Serum or Plasma"
    )
    assert parts("Eosinophils/100 leukocytes in Pleural fluid").property == "Number Fraction"
    assert parts("Base excess in Blood by calculation") == Laboratory("Base excess", "", "Blood", "calculation")
    assert parts("Anion gap") == Laboratory("Anion gap")
    assert list(systems("Cerebrospinal Fluid (CSF)")) == ["Cerebral spinal fluid"]
    assert systems("尿素氮") == {} and next(iter(systems("尿"))) == "Urine"
    assert words_of("γ-谷氨酰转移酶") == ("gamma", "glutamyl", "transferase")
    assert [ucum(unit) for unit in ("×10⁹/L", "G/L", "mg/dl")] == ["10*9/L", ucum("G/L"), "mg/dL"]


def test_no_word_of_the_tables_is_there_twice() -> None:
    for name, key in (
        ("word.csv", "word"),
        ("specimen.csv", "word"),
        ("method.csv", "method"),
        ("property.csv", "unit"),
    ):
        text = files("medark.standardise.terms").joinpath(name).read_text(encoding="utf-8")
        words = [row[key] for row in csv.DictReader(text.splitlines())]
        assert len(words) == len(set(words)), name


def test_labels_of_a_hospital(shared_data: Callable[[str], Path], shared_reference: Path) -> None:
    """D_LABITEMS beside its own LOINC column, among the LOINC names that are open; items that were not learnt from."""
    (labels,) = shared_data("mimic3_demo").rglob("D_LABITEMS.csv")
    items = [row for row in csv.DictReader(io.StringIO(labels.read_text(encoding="utf-8"))) if row["loinc_code"]]
    open_names = (shared_reference / "14_terminology" / "omop_concepts_open.csv").read_text(encoding="utf-8")
    concepts = {
        row["concept_code"]: Named(int(row["concept_id"]), "LOINC", row["concept_code"], (row["concept_name"],))
        for row in csv.DictReader(io.StringIO(open_names))
        if (row["vocabulary_id"], row["domain_id"], row["standard_concept"]) == ("LOINC", "Measurement", "S")
    }
    matcher = Matcher(concepts.values())
    asked = [(Term(r["itemid"], (r["label"],), (), r["fluid"]), r["loinc_code"]) for r in items[1::2]]
    asked = [(term, code) for term, code in asked if code in concepts]
    found = [(code, matcher.candidates(term)) for term, code in asked]
    first = sum(bool(told) and told[0].concept.code == code for code, told in found) / len(found)
    five = sum(code in {one.concept.code for one in told} for code, told in found) / len(found)
    sure = [told[0].concept.code == code for code, told in found if told and told[0].probability >= 0.7]
    assert len(found) > 200 and first > 0.74 and five > 0.88
    assert len(sure) > len(found) / 4 and sum(sure) / len(sure) > 0.9
