"""What was decided of a name counts where it is asked again: another code, another source, the same unit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from medark.flows import terms
from medark.flows.ingest import ingest
from medark.flows.terms.choice import chosen, none_of_them
from medark.flows.terms.decide import opened_again
from medark.flows.terms.learnt import DECIDED, Learnt
from medark.flows.terms.review import likeliest, reviewed
from medark.flows.workspace import Workspace
from medark.model.term import SourceTerm, TermState
from medark.standardise.terms import Named
from medark.standardise.terms.names import words_of
from unit.flows.terms.test_terms import POTASSIUM, SODIUM, concepts, message, of
from unit.flows.terms.test_terms import workspace as workspace  # the fixture


def deliver(workspace: Workspace, folder: Path, source: str, *results: tuple[str, str, str, str]) -> None:
    folder.mkdir()
    for number, result in enumerate(results, 100):
        (folder / f"{number}.hl7").write_bytes(message(number, *result))
    ingest(workspace, folder, source)


def test_the_same_name_of_another_source_goes_right_by_itself(workspace: Workspace, tmp_path: Path) -> None:
    told = of(workspace, "ZK")
    said = replace(told.term, state=TermState.MAPPED, concept_id=SODIUM)  # whatever the names say
    terms.decide(workspace, "olga", [said])
    deliver(workspace, tmp_path / "south", "south/lis", ("K9", "血钾", "4.0", "mmol/L"))
    found = of(workspace, "K9")
    assert found.candidates[0].concept.concept_id == SODIUM
    assert found.candidates[0].probability >= 0.8 and found.candidates[0].evidence[DECIDED] == 1.0
    (waiting,) = reviewed(workspace, "olga", "south/lis").waiting
    assert waiting.likeness == "decided"
    terms.decide(workspace, "olga", likeliest([waiting]))
    assert concepts(workspace)["K9"] == {SODIUM}


def test_another_unit_is_another_question(workspace: Workspace, tmp_path: Path) -> None:
    terms.decide(workspace, "olga", [chosen(of(workspace, "ZK"), 0)])
    deliver(workspace, tmp_path / "south", "south/lis", ("K9", "血钾", "16", "mg/dL"), ("K8", "血钾", "4", ""))
    assert DECIDED not in of(workspace, "K9").candidates[0].evidence
    assert of(workspace, "K8").candidates[0].evidence[DECIDED] == 1.0, "who says no unit, says no other"


def test_that_a_name_means_nothing_is_learnt_as_well(workspace: Workspace, tmp_path: Path) -> None:
    before = of(workspace, "ZK").candidates[0].probability
    terms.decide(workspace, "olga", [none_of_them(of(workspace, "ZK"))])
    deliver(workspace, tmp_path / "south", "south/lis", ("K9", "血钾", "4.0", "mmol/L"))
    assert of(workspace, "K9").candidates[0].probability < before / 4


def test_an_answer_that_is_taken_back_is_forgotten(workspace: Workspace, tmp_path: Path) -> None:
    told = of(workspace, "ZK")
    terms.decide(workspace, "olga", [chosen(told, 1)])
    terms.decide(workspace, "olga", [opened_again(told.term)])
    deliver(workspace, tmp_path / "south", "south/lis", ("K9", "血钾", "4.0", "mmol/L"))
    assert of(workspace, "K9").candidates[0].concept.concept_id == POTASSIUM


def test_another_specimen_is_another_question() -> None:
    mapped = SourceTerm("a", "measurement", "L", "1", "钾", state=TermState.MAPPED, concept_id=POTASSIUM)
    name = ("measurement", frozenset(words_of("钾")))
    told = Learnt({name: [replace(mapped, specimen="血清")]}, {POTASSIUM: Named(POTASSIUM, "LOINC", "", ("K",))})
    asked = [told.weighed(replace(mapped, code="2", specimen=said), [], 5) for said in ("血清", "尿", "")]
    assert [len(found) for found in asked] == [1, 0, 1]
