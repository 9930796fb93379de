"""Sets as a person writes them"""

from __future__ import annotations

import pytest

from medark.define.concepts import CodeItem, ConceptItem, codes, concepts, without
from medark.errors import DefinitionError


def test_flags_hold_for_plain_ids_and_whole_items_keep_their_own() -> None:
    one = concepts("x", 2, ConceptItem(1, mapped=True), descendants=True, source="Smith 2020")
    assert one.items == (ConceptItem(1, mapped=True), ConceptItem(2, descendants=True))
    assert one.source == "Smith 2020"


def test_one_list_of_codes_for_several_vocabularies() -> None:
    one = codes("mi", ("ICD10CM", "ICD10CN"), "I21", CodeItem("ICD9CM", "410", prefix=True))
    assert one.codes == (CodeItem("ICD10CM", "I21"), CodeItem("ICD10CN", "I21"), CodeItem("ICD9CM", "410", prefix=True))


def test_without_takes_away_all_that_the_other_includes() -> None:
    some = without(concepts("x", 1, descendants=True, source="s"), codes("y", "ATC", "A10", prefix=True))
    assert some.name == "x" and some.source == "s"
    assert some.codes == (CodeItem("ATC", "A10", prefix=True, excluded=True),)
    some = without(some, concepts("z", 2))
    assert ConceptItem(2, excluded=True) in some.items


def test_an_exception_to_an_exception_is_refused() -> None:
    outer = without(concepts("y", 2), concepts("z", 3))
    with pytest.raises(DefinitionError, match='"y" has exceptions'):
        without(concepts("x", 1), outer)
    with pytest.raises(DefinitionError, match='"y" has exceptions'):
        without(concepts("x", 1), without(concepts("y", 2), codes("z", "ATC", "A10")))
