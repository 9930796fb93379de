"""The finder beside plain Python: scores of BM25, words that are near, and an index that grew beside one made new."""

from __future__ import annotations

import math
import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.catalog.finder import Asked, Finder, Text, counted, indexed
from medark.catalog.finder.near import distances, letters_of, near
from medark.text import distance, folded, initials, words

LETTERS = "abcde"
A_WORD = st.text(LETTERS, min_size=1, max_size=9)


def finder(texts: list[Text], synonyms: tuple[tuple[str, ...], ...] = ()) -> Finder:
    size = len(texts)
    return Finder(indexed(texts), np.zeros(size, np.uint8), np.ones(size, np.float32), synonyms)


def order(found: Finder, asked: str) -> list[int]:
    return [hit.place for hit in found.ask(Asked(asked)).hits]


@given(
    st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=30),
    st.text(LETTERS, min_size=1, max_size=9),
)
@settings(max_examples=60, deadline=None)
def test_distances_are_those_of_one_word_after_the_other(known: list[str], asked: str) -> None:
    array = np.array([word.encode() for word in known])
    sizes = np.char.str_len(array).astype(np.int16)
    for limit in (1, 2):
        found = np.minimum(distances(asked, array, sizes, limit), limit + 1)
        assert found.tolist() == [min(distance(asked, word), limit + 1) for word in known]


def test_near_words_are_all_that_are_equally_near_and_no_other() -> None:
    chance = random.Random(1)
    known = sorted({"".join(chance.choices(LETTERS, k=chance.randint(4, 9))) for _ in range(800)})
    array = np.array([word.encode() for word in known])
    letters = np.array([letters_of(word) for word in known], np.uint64)
    for _ in range(60):
        asked = "".join(chance.choices(LETTERS, k=chance.randint(4, 10)))
        limit = 2 if len(asked) >= 8 else 1
        far = {word: distance(asked, word) for word in known if abs(len(word) - len(asked)) <= limit}
        least = min(far.values(), default=9)
        expected = sorted(word for word, apart in far.items() if apart == least) if least <= limit else []
        found = near(asked, array, np.char.str_len(array).astype(np.int16), letters)
        assert sorted(known[place] for place in found) == expected


def test_a_score_is_bm25_as_it_is_written_in_the_books() -> None:
    texts = [Text((), "kidney stone stone"), Text((), "kidney"), Text((), "heart of a man")]
    lengths = [3, 1, 4]
    mean = sum(lengths) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))  # two texts have a kidney
    expected = [idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * length / mean)) for length in lengths[:2]]
    found = {hit.place: hit.score for hit in finder(texts).ask(Asked("kidney")).hits}
    assert found == pytest.approx({0: expected[0], 1: expected[1]}, rel=2e-3)  # kept in 16 bits


def test_names_before_texts_and_whole_names_before_all() -> None:
    texts = [Text(("blood pressure",)), Text(("note",), "about blood"), Text(("blood",)), Text(("bloody",))]
    assert order(finder(texts), "blood") == [2, 0, 3, 1]


def test_a_misspelt_word_a_plural_and_a_beginning_find_it() -> None:
    texts = [Text(("warfarin",)), Text(("diagnosis",)), Text(("haemoglobin",))]
    found = finder(texts)
    assert order(found, "warfrain") == order(found, "warf") == order(found, "warfarins") == [0]
    assert order(found, "diagnoses") == [1]


def test_one_wrong_character_is_forgiven_where_it_is_said_alike() -> None:
    names = ("血糖", "血压", "血钾", "血红蛋白", "出院日期", "出生日期", "葡萄糖")
    found = finder([Text((name,)) for name in names], (("心肌梗死", "MI"), ("高血压", "hypertension")))
    read = {"血塘": "血糖", "血红但白": "血红蛋白", "出远日期": "出院日期", "心肌埂死": "心肌梗死", "高血牙": "高血压"}
    assert {asked: found.ask(Asked(asked)).read_as for asked in read} == read
    assert order(found, "血塘")[0] == 0 and order(found, "出远日期")[0] == 4
    assert not any(found.ask(Asked(asked)).read_as for asked in ("血糖", "血红", "红蛋白", "未知词语", "钾"))


def test_a_misspelt_word_is_read_as_the_one_whose_meaning_is_known() -> None:
    texts = [Text(("blood super",)), Text(("葡萄糖",)), Text(("glucose",))]
    found = finder(texts, (("blood sugar", "glucose", "葡萄糖"),))
    assert found.ask(Asked("blood suger")).read_as == "blood sugar"
    assert {*order(found, "glucoes")} == {1, 2}
    assert not any(found.ask(Asked(asked)).read_as for asked in ("glucose", "gluc", "super", "x1"))


def test_synonyms_mean_the_same_and_what_is_written_comes_first() -> None:
    texts = [Text(("血糖",)), Text(("glucose",)), Text(("flutter",))]
    found = finder(texts, (("blood sugar", "glucose", "血糖"), ("influenza", "flu", "流感")))
    assert sorted(order(found, "blood sugar")) == [0, 1] and order(found, "glucose")[0] == 1
    assert order(found, "流感") == [], "a synonym is no beginning of another word"


def test_pinyin_initials_find_chinese_names() -> None:
    found = finder([Text(("血红蛋白",)), Text(("血钾",)), Text(("thick",))])
    assert order(found, "xhdb") == [0] and order(found, "xhd") == [0] and order(found, "xj") == []


def test_initials_are_those_of_pinyin() -> None:
    expected = {"钾": "j", "钠": "n", "血糖": "xt", "肌酐": "", "白细胞": "bxb", "阿": "a", "做": "z", "座": "z"}
    assert {text: initials(text) for text in expected} == expected


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_an_index_that_grew_is_the_one_that_is_made_new(data: st.DataObject) -> None:
    words_of = st.lists(st.sampled_from(["肾", "血糖", "kidney", "heart", "stone", "a1c", "unit_id"]), max_size=5)
    texts = [Text((" ".join(name),), " ".join(text)) for name, text in data.draw(
        st.lists(st.tuples(words_of, words_of), min_size=1, max_size=12))]  # fmt: skip
    cut = data.draw(st.integers(0, len(texts)))
    kept = np.array([place for place in range(cut) if data.draw(st.booleans())], np.int64)
    grown = indexed(texts[cut:], indexed(texts[:cut] or [Text(())]), kept)
    new = indexed([texts[place] for place in kept] + texts[cut:])
    for name, array in new.items():
        assert sorted(zip(grown[name].tolist(), strict=True)) == sorted(zip(array.tolist(), strict=True)), name
    assert (grown["words"] == new["words"]).all() and (grown["starts"] == new["starts"]).all()


def test_ten_thousand_texts_answer_within_the_goal() -> None:
    chance = random.Random(3)
    parts = ["ba", "ce", "di", "fo", "gu", "ha", "ki", "lo", "mu", "na", "osis", "itis", "emia", "ase"]
    known = ["".join(chance.choices(parts, k=chance.randint(2, 4))) for _ in range(6000)]
    texts = [
        Text((" ".join(chance.choices(known, k=4)), "血" + chr(0x5000 + n % 3000)), "of a test") for n in range(10_000)
    ]
    found, times = finder(texts), []
    for number in range(120):
        name = chance.choice(texts).names[0]
        asked = (name, name.split()[0][:4], name.split()[1][::-1], "test")[number % 4]
        start = time.process_time()
        found.ask(Asked(asked))
        times.append(1000 * (time.process_time() - start))
    assert sorted(times)[int(0.95 * len(times))] < 50


def test_words_are_counted_more_in_names() -> None:
    assert counted(Text(("Blood unit",), "unit", ("unit of blood",))) == {"blood": 8, "unit": 9, "of": 3}
    assert list(words(folded("ＨＢ"))) == ["hb"]
