"""Numbers, names, addresses and clusters, each rule by cases worked out by hand; clusters also against a plain rule."""

from __future__ import annotations

import itertools
from datetime import date
from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.flows.identity.words import FIELD, LEVEL
from medark.standardise.identity.address import address_of
from medark.standardise.identity.clusters import DECIDED, LARGEST, Pair, clustered
from medark.standardise.identity.comparing import levels
from medark.standardise.identity.moving import moving
from medark.standardise.identity.name import name_of
from medark.standardise.identity.number import as_18, birth_of, sex_of
from medark.standardise.identity.record import best_day, best_sex, comparable, phone_of
from medark.standardise.identity.surviving import MOST, NUMBER, Said, surviving

# Source: GB 11643-1999, annex A: its own examples.
OF_STANDARD = ("11010519491231002X", "440524188001010014")


@pytest.mark.parametrize("number", OF_STANDARD)
def test_a_number_of_the_standard_is_possible_and_no_neighbour_is(number: str) -> None:
    assert as_18(number) == number == as_18(f" {number.lower()} ")
    wrong = [number[:-1] + last for last in "0123456789X" if last != number[-1]]
    assert not [one for one in wrong if as_18(one)]


@given(st.dates(date(1901, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_fifteen_digits_are_the_number_of_eighteen_they_were(born: date, sequence: int) -> None:
    """The check character by ISO 7064 MOD 11-2, its own way: over the whole number the sum leaves 1."""
    short = f"110105{born:%y%m%d}{sequence:03d}"
    long = as_18(short)
    assert long is not None
    assert (long[:6], long[6:14], long[14:17]) == ("110105", f"{born:%Y%m%d}", f"{sequence:03d}")
    digits = [10 if c == "X" else int(c) for c in long]
    assert sum(digit * pow(2, 17 - place, 11) for place, digit in enumerate(digits)) % 11 == 1
    assert birth_of(long) == born.isoformat()
    assert sex_of(long) == ("M" if sequence % 2 else "F")


@pytest.mark.parametrize(
    "number", ["", "1" * 18, "110105194913310022", "1101051949123100", "x" * 10**6, "1１0105491231002"]
)
def test_what_cannot_be_is_no_number(number: str) -> None:
    assert as_18(number) is None


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("张伟", "章维", True), ("张伟", "Zhang Wei", True), ("张伟", "WEI, zhang", True),
        ("欧阳小云", "Ouyang Xiaoyun", True),
        ("Bob Smith", "Smith Robert", True), ("José García", "Jose Garcia", True), ("张伟", "张维维", False),
        ("李雷", "韩梅梅", False),
    ],
)  # fmt: skip
def test_names_sound_alike_or_not(one: str, other: str, is_same: bool) -> None:
    left, right = name_of(one), name_of(other)
    assert left is not None
    assert right is not None
    assert (left.sound == right.sound) is is_same


@pytest.mark.parametrize("nothing", ["", "  ", "***", "123", "\x00", "，。"])
def test_what_is_no_name_says_nothing(nothing: str) -> None:
    assert name_of(nothing) is None


def test_a_name_of_a_million_characters_is_cut() -> None:
    name = name_of("张" * 1_000_000)
    assert name is not None
    assert len(name.text) <= 64


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙江省杭州市西湖区古荡街道晴川路391号3单元702室", "西湖区古荡街道晴川路391号3单元702室"),
        ("杭州市西湖区古荡街道晴川路３９１号３单元７０２室", "浙江省 杭州市 西湖区古荡街道 晴川路391号3单元702室"),
    ],
)
def test_an_address_is_the_same_without_what_is_often_left_out(one: str, other: str) -> None:
    assert address_of(one) == address_of(other)


def test_phones_days_and_sexes() -> None:
    assert phone_of("0086 (138) 1234-5678") == phone_of("13812345678") == "13812345678"
    assert [phone_of(text) for text in ("", "12345", "00000000", "无")] == [None] * 4
    assert best_day(["1990-02-30", "19900301"]) == "1990-03-01"
    assert best_day(["1990", "1990-03"]) == "1990"
    assert [best_sex([word]) for word in ("男", "F", "2", "unknown")] == ["M", "F", "F", None]
    assert best_sex(["男", "女"]) is None, "both are said, and no number tells"


def test_what_a_person_goes_by() -> None:
    number = OF_STANDARD[0]  # 1949-12-31, a woman
    three = [
        Said(number, "张伟", "1949-12-30", "F"),
        Said("", "张玮", "1949-12-30", "F"),
        Said("", "张伟", "1949", "M"),
    ]
    for some in itertools.permutations(three):
        person = surviving(some)
        assert (person.birth.value, person.birth.why) == ("1949-12-31", NUMBER), "1949 bears the number out"
        assert (person.sex.value, person.sex.why) == ("F", NUMBER)
        assert (person.name.value, person.name.why) == ("张伟", MOST)
    assert surviving(three[:2]).birth.value == "1949-12-30", "no record bears the number out: it may be another's"
    assert surviving([]).birth.value == ""


NUMBERS = st.integers(1, 7)
PAIRS = st.lists(
    st.builds(lambda a, b, w: Pair(min(a, b), max(a, b), w), NUMBERS, NUMBERS, st.sampled_from([1.0, 2.0, DECIDED]))
)
IDENTITY = st.dictionaries(NUMBERS, st.lists(st.sampled_from("xyz"), min_size=1, max_size=1))


@settings(max_examples=200)
@given(PAIRS, IDENTITY, st.lists(st.tuples(NUMBERS, NUMBERS), max_size=4), st.randoms())
def test_persons_hold_what_is_promised_of_them(pairs, identity, apart, chance) -> None:  # type: ignore[no-untyped-def]
    apart = [two for two in apart if two[0] != two[1]]
    found = clustered(pairs, identity, apart).person_of
    shuffled = chance.sample(pairs, len(pairs))
    assert clustered(shuffled, identity, apart[::-1]).person_of == found, "in whatever order they are told"
    groups = {person: {n for n, p in found.items() if p == person} for person in found.values()}
    assert all(person == min(some) and len(some) > 1 for person, some in groups.items())
    for some in groups.values():
        assert not [two for two in apart if set(two) <= some]
        if not any(p.weight == DECIDED and {p.left, p.right} <= some for p in pairs):
            assert len({n for one in some for n in identity.get(one, ())}) <= 1
    if not identity and not apart:
        assert all(found.get(p.left, p.left) == found.get(p.right, p.right) for p in pairs), (
            "nothing speaks against any"
        )


def test_a_value_that_many_share_makes_no_person_of_all() -> None:
    chain = [Pair(n, n + 1, 9.0) for n in range(1, 3 * LARGEST)]
    sizes = list(clustered(chain, {}).person_of.values())
    assert max(map(sizes.count, sizes)) <= LARGEST


def joined(labels: list[int]) -> dict[int, int]:
    """Own numbers 1, 2 … that have a label in common are one person's; who is alone is not in it."""
    groups = [[own for own, label in enumerate(labels, 1) if label == one] for one in set(labels)]
    return {own: min(some) for some in groups if len(some) > 1 for own in some}


LABELS = st.lists(st.integers(1, 4), min_size=6, max_size=6)


@given(LABELS, LABELS)
def test_every_row_ends_where_its_number_goes(labels: list[int], others: list[int]) -> None:
    """Rows as a plain list: own number → the number it lies under; all that is divided goes and is said again, then
    all that is renamed goes over.
    """
    before, after = joined(labels), joined(others)
    lies = {own: before.get(own, own) for own in range(1, 7)}
    moves = moving(before, after)
    again = {own for number, some in moves.divided.items() for own in some}
    assert again == {own for own, under in lies.items() if under in moves.divided}
    kept = {own: under for own, under in lies.items() if own not in again}
    ends = {own: moves.renamed.get(under, under) for own, under in kept.items()}
    ends |= {own: moves.renamed.get(after.get(own, own), after.get(own, own)) for own in again}
    assert ends == {own: after.get(own, own) for own in range(1, 7)}


def test_every_level_and_field_can_be_said() -> None:
    assert {one.words for some in levels().values() for one in some} == LEVEL
    assert levels().keys() == FIELD.keys()
    for some in levels().values():
        assert sum(one.m for one in some) == pytest.approx(1, abs=0.02)
        assert sum(one.u for one in some) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(
    ("attribute", "one", "other", "words"),
    [
        ("name", "Catherine Wevill", "Catheri ne Wevill", "a character or two differ"),  # Catherine goes by Katherine
        ("name", "Wei Wang", "Fan Wang", "same family name"),
        ("name", "Luke Smithson", "Mia Smithson", "same family name"),
        ("address", "Strehlow Place Wahroonga 3249", "Strehlow Poace Wahroouga 3294", "same town"),
        ("address", "富阳区鹿山街道望湖路133号5单元1101室", "富阳区鹿山街望湖路134号1101", "same town"),
        ("address", "7 Bradfield Street Mount Colah 4035", "12 High Street Leeds 1100", "other address"),
        ("address", "富阳区鹿山街道望湖路133号5单元1101室", "拱墅区拱宸桥街道清泉路219号4单元303室", "other address"),
    ],
)
def test_a_slip_of_the_hand_is_no_other_name_or_address(attribute: str, one: str, other: str, words: str) -> None:
    rows = comparable(
        SimpleNamespace(key_no=n, own_id=n, said={attribute: [said]}) for n, said in enumerate((one, other))
    )
    left, right = rows.drop_columns(["unique_id", "own_id", "fresh"]).to_pylist()
    both = {f"{name}_l": value for name, value in left.items()} | {f"{name}_r": value for name, value in right.items()}
    with duckdb.connect() as session:
        session.register("pair", pa.table({name: pa.array([value], pa.string()) for name, value in both.items()}))
        found = [
            level.words
            for level in levels()[attribute]
            if session.execute(f"SELECT coalesce({level.condition or 'true'}, false) FROM pair").fetchall() == [(True,)]
        ]
    assert found[0] == words
