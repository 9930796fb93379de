"""What sets come to: each kind of item on a small vocabulary, then drawn ones against plain Python"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.define.concepts import CodeItem, ConceptItem, ConceptSet, codes, concepts, without
from medark.define.concepts.ids import ConceptIds
from medark.define.concepts.resolve import WANTED_CODE, WANTED_CONCEPT, has_kind, resolve_query
from medark.define.concepts.set import plain
from medark.errors import DefinitionError
from medark.model.omop import tables
from medark.sql.lineage import reads
from medark.store.engine import Session
from medark.store.spark import Spark
from unit.define.concepts.vocabularies import Concept, Small, ask, session

HEART = Small(
    concepts=(
        Concept(10, "SNOMED", "22298006"),  # myocardial infarction
        Concept(11, "SNOMED", "401303003"),  # acute ST segment elevation MI, below 10
        Concept(12, "SNOMED", "1755008"),  # old MI, below 10
        Concept(20, "ICD10CM", "I21", ""),
        Concept(21, "ICD10CM", "I21.3", ""),
        Concept(22, "ICD10CM", "I25.2", ""),
        Concept(23, "ICD10CM", "I2", ""),
        Concept(24, "ICD10", "I21.3", ""),
        Concept(30, "ATC", "B01AF", "C"),
        Concept(31, "ATC", "B01AF01", "C"),
        Concept(32, "RxNorm", "1114195"),  # rivaroxaban
        Concept(33, "RxNorm", "1114198"),  # rivaroxaban 10 MG
        Concept(40, "LOINC", "10839-9"),
        Concept(41, "LOINC", "99999-9", "S", valid=False),
    ),
    ancestors=frozenset({
        (10, 10), (10, 11), (10, 12), (11, 11), (12, 12), (30, 30), (30, 31), (30, 32), (30, 33), (31, 31), (31, 32),
        (31, 33), (32, 32), (32, 33), (33, 33),
    }),
    maps=frozenset({(10, 10), (11, 11), (12, 12), (20, 10), (21, 11), (22, 12), (24, 11), (40, 40)}),
    old_maps=frozenset({(21, 12), (41, 40)}),
)  # fmt: skip
HEARTS = {10, 11, 12, 20, 21, 22, 24}


REACHED = [
    (concepts("itself", 10), {10}, {10}),
    (concepts("below", 10, descendants=True), {10, 11, 12}, {10, 11, 12}),
    (concepts("mapped", 11, mapped=True), {11, 21, 24}, {11, 21, 24}),
    (concepts("both", 12, descendants=True, mapped=True), {12, 22}, {12, 22}),
    (concepts("both", 10, descendants=True, mapped=True), HEARTS, HEARTS),
    (without(concepts("less", 10, descendants=True), concepts("x", 12)), {10, 11}, {10, 11}),
    (without(concepts("less", 10, 12), concepts("x", 10, descendants=True, mapped=True)), set(), set()),
    (concepts("class", 30, descendants=True), {30, 31, 32, 33}, {30, 31, 32, 33}),
    (codes("one code", "ICD10CM", "I21"), {10}, {20}),
    (codes("prefix", "ICD10CM", "I21", prefix=True), {10, 11}, {20, 21}),
    (codes("without the dot", "icd10cm", "i213"), {11}, {21}),
    (codes("more dots", "ICD10CM", "I.25.2", prefix=True), {12}, {22}),
    (codes("a code that is a prefix of others", "ICD10CM", "I2"), set(), {23}),
    (codes("several vocabularies", ("ICD10", "ICD10CM"), "I21.3"), {11}, {21, 24}),
    (codes("class code", "ATC", "B01AF01"), {31, 32, 33}, {31}),
    (codes("class prefix", "ATC", "B01", prefix=True), {30, 31, 32, 33}, {30, 31}),
    (codes("standard code", "LOINC", "10839-9"), {40}, {40}),
    (codes("withdrawn code, withdrawn map", "LOINC", "99999-9"), set(), {41}),
    (without(codes("x", "ICD10CM", "I2", prefix=True), codes("y", "ICD10CM", "I25.2")), {10, 11}, {20, 21, 23}),
    (without(concepts("x", 12, 10), codes("y", "ICD10CM", "I25", prefix=True)), {10}, {10, 12}),
    (concepts("loaded without its vocabulary", 777), {777}, {777}),
    (concepts("no match", 0), {0}, {0}),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with session(tmp_path_factory.mktemp("resolve")) as one:
        yield one


@pytest.mark.parametrize(("asked", "standard", "source"), REACHED)
def test_what_an_item_reaches(opened: Session, asked: ConceptSet, standard: set[int], source: set[int]) -> None:
    if not standard | source:
        with pytest.raises(DefinitionError, match=f'"{asked.name}" resolves to nothing.*also excludes'):
            ask(opened, HEART, [asked])
        return
    found = ask(opened, HEART, [asked])[asked]
    assert (found.standard, found.source) == (standard, source)


def test_spark_gives_the_same(spark: Spark) -> None:
    cases = [case for case in REACHED if case[1] | case[2]]
    unknown = ConceptSet("unknown", (ConceptItem(777), ConceptItem(778, descendants=True)), (CodeItem("ICPC", "K75"),))
    with spark.session() as opened:
        found = ask(opened, HEART, [*(asked for asked, *_ in cases), unknown])
    assert [(one.standard, one.source) for one in found.values()][:-1] == [
        (standard, source) for _, standard, source in cases
    ]
    assert found[unknown].unknown == (*unknown.items, *unknown.codes)


def test_what_the_vocabulary_does_not_know_is_told(opened: Session) -> None:
    wanted = ConceptSet(
        "x",
        (ConceptItem(10), ConceptItem(777), ConceptItem(778, descendants=True), ConceptItem(779, True, excluded=True)),
        (CodeItem("ICD10CM", "I21"), CodeItem("ICD10CM", "Q", prefix=True), CodeItem("ICPC", "K75")),
    )
    found = ask(opened, HEART, [wanted])[wanted]
    assert found.standard == {10, 777}
    assert found.unknown == (*wanted.items[1:], *wanted.codes[1:])


def test_sets_do_not_touch_one_another(opened: Session) -> None:
    first, second = concepts("all", 10, descendants=True), without(concepts("some", 10, 11), concepts("y", 10))
    found = ask(opened, HEART, [first, second, first])
    assert {one: ids.standard for one, ids in found.items()} == {first: {10, 11, 12}, second: {11}}


def test_no_sets_are_no_error(opened: Session) -> None:
    assert ask(opened, HEART, []) == {}


def test_a_set_that_comes_to_nothing_says_what_was_looked_up_and_what_to_do(opened: Session) -> None:
    with pytest.raises(DefinitionError) as caught:
        ask(opened, HEART, [concepts("fine", 10), concepts("diabetes", 1, 2, 3, 4, descendants=True)])
    assert caught.value.what == (
        'the concept set "diabetes" resolves to nothing: '
        "the vocabulary does not know concept 1, concept 2, concept 3, …"
    )
    assert "medark vocabulary load" in caught.value.fix
    with pytest.raises(DefinitionError, match="does not know ICD10CM E11…"):
        ask(opened, HEART, [codes("diabetes", "ICD10CM", "E11", prefix=True)])


def test_only_the_other_kind_is_an_error_where_one_kind_is_asked_for(opened: Session) -> None:
    unmapped = codes("unmapped", "ICD10CM", "I2")
    found = ask(opened, HEART, [unmapped])[unmapped]
    assert found.ids(source=True) == {23}
    has_kind(unmapped, found, source=True)
    with pytest.raises(DefinitionError, match="has no standard concept here"):
        has_kind(unmapped, found, source=False)
    with pytest.raises(DefinitionError, match="has no source concept here"):
        has_kind(unmapped, ConceptIds(frozenset({1})), source=True)


def test_it_reads_nothing_but_the_vocabulary() -> None:
    schema = {spec.name: spec.column_names for spec in (*tables().values(), WANTED_CONCEPT, WANTED_CODE)}
    read = reads(resolve_query(), schema)
    assert set(read) == {"concept", "concept_ancestor", "concept_relationship", "wanted_concept", "wanted_code"}
    assert "concept_name" not in read["concept"]


# Drawn vocabularies: few ids and short codes, so that they meet often.
ids = st.integers(1, 8)
spelled = st.text("AB.b", min_size=1, max_size=3)
vocabularies = st.builds(
    Small,
    st.lists(
        st.builds(
            Concept, ids, st.sampled_from(["V", "v", "W"]), spelled, st.sampled_from("SC") | st.just(""), st.booleans()
        ),
        unique_by=lambda concept: concept.concept_id,
    ).map(tuple),
    st.frozensets(st.tuples(ids, ids), max_size=8),
    st.frozensets(st.tuples(ids, ids), max_size=8),
    st.frozensets(st.tuples(ids, ids), max_size=2),
)
flag = st.booleans()
items = st.builds(ConceptItem, ids, flag, flag, flag)
code_items = st.builds(CodeItem, st.sampled_from(["V", "W", "X"]), spelled.filter(plain), flag, flag)
drawn_sets = st.builds(
    lambda i, c: (tuple(i), tuple(c)), st.lists(items, max_size=4), st.lists(code_items, max_size=4)
).filter(lambda s: any(not item.excluded for item in (*s[0], *s[1])))


def reach(vocabulary: Small, item: ConceptItem | CodeItem) -> tuple[set[int], set[int]]:
    """What one item reaches, of columns of standard concepts and of source concepts: by loops, for comparison."""
    if isinstance(item, ConceptItem):
        known = any(c.concept_id == item.concept_id for c in vocabulary.concepts)
        found = {item.concept_id} if known or item.excluded or not item.descendants else set()
        if item.descendants:
            found |= {low for high, low in vocabulary.ancestors if high == item.concept_id}
        if item.mapped:
            found |= {one for one, other in vocabulary.maps if other in found}
        return found, set(found)
    standard, source = set(), set()
    for concept in vocabulary.concepts:
        code, wanted = plain(concept.code), plain(item.code)
        same = code.startswith(wanted) if item.prefix else code == wanted
        if same and concept.vocabulary.upper() == item.vocabulary:
            source.add(concept.concept_id)
            standard |= {concept.concept_id} if concept.role == "S" and concept.valid else set()
            standard |= {other for one, other in vocabulary.maps if one == concept.concept_id}
            if concept.role == "C":
                standard |= {low for high, low in vocabulary.ancestors if high == concept.concept_id}
    return standard, source


def by_hand(vocabulary: Small, one: ConceptSet) -> tuple[set[int], set[int]]:
    """Included less excluded."""
    members: tuple[set[int], set[int]] = (set(), set())
    for excluded in (False, True):
        for item in (*one.items, *one.codes):
            if item.excluded is excluded:
                for kind, found in zip(members, reach(vocabulary, item), strict=True):
                    kind.difference_update(found) if excluded else kind.update(found)
    return members


@settings(max_examples=150, deadline=None)
@given(vocabularies, st.lists(drawn_sets, min_size=1, max_size=3))
def test_drawn_sets_come_to_what_loops_come_to(opened: Session, vocabulary: Small, drawn: list) -> None:
    sets = [ConceptSet(f"set {number}", *items_of) for number, items_of in enumerate(drawn)]
    wanted = [by_hand(vocabulary, one) for one in sets]
    if any(not standard | source for standard, source in wanted):
        with pytest.raises(DefinitionError, match="resolves to nothing"):
            ask(opened, vocabulary, sets)
    else:
        assert [(one.standard, one.source) for one in ask(opened, vocabulary, sets).values()] == wanted
