"""Several codings of one idea: best first, nothing invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.standardise.formats.fhir.codes import CVX, ICD10CM, LOINC, NDC, RXNORM, SNOMED, codes
from medark.standardise.formats.fhir.elements import Coding, Concept


@pytest.mark.parametrize(
    ("kind", "given_systems", "first"),
    [
        ("condition", ["urn:x", ICD10CM, SNOMED], SNOMED),
        ("condition", ["urn:x", ICD10CM], ICD10CM),
        ("drug", [SNOMED, NDC, RXNORM], RXNORM),
        ("drug", [NDC, CVX], CVX),
        ("measurement", [SNOMED, "urn:x", LOINC], LOINC),
        ("observation", [LOINC, SNOMED], SNOMED),
        ("measurement", [None, "urn:x"], "urn:x"),
    ],
)
def test_the_standard_vocabulary_of_the_kind_comes_first(
    kind: str, given_systems: list[str | None], first: str
) -> None:
    assert codes(Concept([Coding(system, "c") for system in given_systems]), kind)[1] == first


def test_what_the_user_picked_decides_among_equals_only() -> None:
    picked = Coding("urn:local", "L", user_selected=True)
    assert codes(Concept([Coding(SNOMED, "1"), Coding(SNOMED, "2", user_selected=True)]), "condition")[0] == "2"
    assert codes(Concept([picked, Coding(SNOMED, "1")]), "condition")[0] == "1"


@given(
    st.lists(st.builds(Coding, st.sampled_from([SNOMED, LOINC, "urn:x", None]), st.text(min_size=1)), max_size=6),
    st.sampled_from(["condition", "drug", "measurement", "observation", "procedure", "device", "specimen"]),
)
def test_every_code_given_is_one_that_was_sent_and_none_twice(codings: list[Coding], kind: str) -> None:
    said = codes(Concept(codings), kind)
    pairs = [pair for pair in ((said[1], said[0]), (said[4], said[3]), (said[6], said[5])) if pair[1] is not None]
    sent = [(coding.system, coding.code) for coding in codings]
    assert len(pairs) == min(3, len(sent))
    for pair in pairs:
        sent.remove(pair)
