"""Sets resolved by the vocabulary of a real workspace: what is shipped, then what was loaded"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from medark.bootstrap import init_workspace
from medark.define import Dataset, codes, concepts, conditions, everyone
from medark.errors import DefinitionError
from medark.flows.definitions.concepts import resolve_sets, sets_of
from medark.flows.workspace import Workspace

VOCABULARY = ("concept", "concept_ancestor", "concept_relationship", "vocabulary", "domain", "relationship")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with init_workspace(tmp_path_factory.mktemp("shipped") / "ws") as opened:
        yield opened


@pytest.fixture(scope="module")
def loaded(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Callable[[str], Path]
) -> Iterator[tuple[Workspace, Path]]:
    """The vocabulary of Eunomia's GiBleed, a small part of Athena's."""
    folder = shared_data("eunomia") / "eunomia" / "GiBleed"
    with init_workspace(tmp_path_factory.mktemp("loaded") / "ws") as opened:
        opened.vocabulary.load([folder / f"{table}.parquet" for table in VOCABULARY])
        yield opened, folder


def test_with_what_is_shipped_codes_are_known_and_what_they_map_to_is_not(shipped: Workspace) -> None:
    infarction = codes("myocardial infarction", "ICD10CM", "I21", prefix=True)
    potassium = codes("potassium", "LOINC", "2823-3")
    with shipped.engine.session() as session:
        found = resolve_sets(shipped, session, [infarction, potassium])
    assert found[potassium].ids() == found[potassium].ids(source=True) == {3023103}
    assert len(found[infarction].ids(source=True)) == 18  # I21 and all below it, as the tabular list has them
    assert not found[infarction].ids()


def test_a_set_that_only_a_loaded_vocabulary_knows(shipped: Workspace) -> None:
    with (
        shipped.engine.session() as session,
        pytest.raises(DefinitionError, match='"diabetes" resolves to nothing: the vocabulary does not know'),
    ):
        resolve_sets(shipped, session, [concepts("diabetes", 201826, descendants=True)])


def test_where_it_is_allowed_a_set_may_come_to_nothing(shipped: Workspace) -> None:
    diabetes = concepts("diabetes", 201826, descendants=True)
    with shipped.engine.session() as session:
        found = resolve_sets(shipped, session, [diabetes, concepts("male", 8507)], allow_empty=True)
    assert found[diabetes].ids() == found[diabetes].ids(source=True) == frozenset()
    assert found[diabetes].unknown == diabetes.items


def test_a_definition_says_so_where_a_set_has_nothing_of_the_kind_asked_for(shipped: Workspace) -> None:
    infarction = codes("myocardial infarction", "ICD10CM", "I21", prefix=True)
    asked = Dataset(everyone("2024-01-01"), {"ill": conditions.of(infarction).exists()})
    by_source = Dataset(everyone("2024-01-01"), {"ill": conditions.of(infarction, source=True).exists()})
    with shipped.engine.session() as session:
        with pytest.raises(DefinitionError, match='"myocardial infarction" has no standard concept here'):
            sets_of(shipped, session, asked)
        assert sets_of(shipped, session, asked, empty_sets=True)[infarction].ids() == frozenset()
        assert len(sets_of(shipped, session, by_source)[infarction].ids(source=True)) == 18


def test_descendants_and_maps_of_a_loaded_vocabulary(loaded: tuple[Workspace, Path]) -> None:
    workspace, folder = loaded
    tops = (1125315, 4283893)  # acetaminophen, sinusitis
    sets = [concepts(str(top), top, descendants=True) for top in tops]
    coded = codes("gastrointestinal haemorrhage", "ICD10CM", "K92.2")
    with workspace.engine.session() as session:
        found = resolve_sets(workspace, session, [*sets, coded])
    ancestors = pq.read_table(folder / "concept_ancestor.parquet")
    for one, top in zip(sets, tops, strict=True):
        below = ancestors.filter(pc.equal(ancestors["ANCESTOR_CONCEPT_ID"], top))["DESCENDANT_CONCEPT_ID"].to_pylist()
        assert found[one].ids() == {top, *below}
        assert len(below) > 3 and not found[one].unknown
    assert found[coded].ids() == {192671}
    assert found[coded].ids(source=True) == {35208414}


def test_a_session_that_has_a_whole_vocabulary_is_asked_itself(shipped: Workspace) -> None:
    with shipped.engine.session() as session:
        pair = {"ancestor_concept_id": [8507], "descendant_concept_id": [42]}
        session.bind_arrow("concept_ancestor", pa.table(pair))
        male = concepts("male", 8507, descendants=True)
        assert resolve_sets(shipped, session, [male])[male].ids() == {8507}
        shipped.vocabulary.bind(session, ["concept", "concept_relationship"])
        assert resolve_sets(shipped, session, [male])[male].ids() == {8507, 42}
