"""Names of another language find what they mean, by a model that comes with its weights"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from medark.bootstrap import init_workspace
from medark.flows.terms import sense as senses
from medark.flows.workspace import Workspace
from medark.model.progress import Silent
from medark.standardise.terms import Matcher, Named, Sense, Term, Weighing

NAMES = (
    "Hypertension", "Type 2 diabetes mellitus", "Acute myocardial infarction", "Pneumonia", "Anemia",
    "Fracture of femur", "Chronic obstructive lung disease", "Malignant tumor of stomach",
)  # fmt: skip
CONCEPTS = tuple(Named(number, "SNOMED", str(number), (name,)) for number, name in enumerate(NAMES, 1))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws") as opened:
        yield opened


@pytest.mark.parametrize(("name", "meant"), [
    ("高血压", "Hypertension"), ("2型糖尿病", "Type 2 diabetes mellitus"),
    ("急性心肌梗死", "Acute myocardial infarction"),
    ("肺炎", "Pneumonia"), ("Lungenentzündung", "Pneumonia"), ("股骨骨折", "Fracture of femur"),
])  # fmt: skip
def test_a_name_in_another_language_finds_what_it_means(workspace: Workspace, name: str, meant: str) -> None:
    means = senses.sense(workspace, "condition", CONCEPTS, None)
    (first, *_) = Matcher(CONCEPTS, Weighing.shipped("other"), means).candidates(Term("x", (name,)))
    assert first.concept.name == meant
    by_words = Matcher(CONCEPTS).candidates(Term("x", (name,)))
    assert all(one.probability < first.probability for one in by_words)


def test_what_means_nothing_here_is_not_likely(workspace: Workspace) -> None:
    means = senses.sense(workspace, "condition", CONCEPTS, None)
    for name in ("床位费", "会诊申请单", "x7-99"):
        found = Matcher(CONCEPTS, Weighing.shipped("other"), means).candidates(Term("x", (name,)))
        assert all(one.probability < 0.1 for one in found)


def test_directions_are_of_length_one_and_alike_for_one_idea() -> None:
    of = senses.model()
    assert of is not None
    rows = of(["血钾", "Potassium in blood", "床位费"])
    assert rows.shape[0] == 3 and np.allclose((rows**2).sum(axis=1), 1, atol=1e-3)
    told = Sense(of, rows[1:]).likeness(["血钾"])
    assert told[0] > told[1]


def test_what_was_worked_out_is_kept_and_a_page_does_not_wait_for_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(senses, "_FEW", 3)
    folder = workspace.places.kept / "terms"
    assert senses.sense(workspace, "condition", CONCEPTS, None) is None
    assert not folder.exists()
    made = senses.sense(workspace, "condition", CONCEPTS, Silent())
    (kept,) = folder.iterdir()
    read = senses.sense(workspace, "condition", CONCEPTS, None)
    assert made is not None and read is not None and np.array_equal(made.concepts, read.concepts)
    senses.sense(workspace, "condition", CONCEPTS[:5], Silent())
    (other,) = folder.iterdir()
    assert other != kept, "a vocabulary that is no more leaves nothing behind"


def test_without_the_model_words_alone_count(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senses, "model", lambda: None)
    assert senses.sense(workspace, "condition", CONCEPTS, Silent()) is None
