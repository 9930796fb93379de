"""Ids of our own: never given twice, never changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medark.store.vocabulary.local import FIRST_LOCAL, local_concept_ids

CODES = st.sets(st.tuples(st.sampled_from(["A", "B"]), st.text(max_size=4)), max_size=30)


@given(CODES, CODES)
def test_ids_stay_when_codes_are_added(first: set[tuple[str, str]], more: set[tuple[str, str]]) -> None:
    before = local_concept_ids(first)
    after = local_concept_ids(first | more, before)
    assert after | before == after
    assert len(set(after.values())) == len(after)
    assert all(FIRST_LOCAL <= number < 2**31 for number in after.values())


def test_two_codes_with_one_hash_get_two_ids() -> None:
    (number,) = local_concept_ids([("A", "x")]).values()
    assert local_concept_ids([("A", "x")], {("B", "taken"): number})["A", "x"] != number
