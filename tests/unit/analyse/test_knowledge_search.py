"""Search in two languages: names before texts, synonyms, spelling, beginnings of words, and nothing for nonsense."""

from __future__ import annotations

import time

import pytest

from medark.analyse.knowledge import Document, Library, folded, words
from medark.text import Spelling, distance

FIBRILLATION = Document(
    "af", ("心房颤动", "atrial fibrillation"), "抗凝 anticoagulation with warfarin 华法林", "disease"
)
POTASSIUM = Document("k", ("高钾血症", "hyperkalaemia"), "钙剂 calcium, insulin", "disease")
WARFARIN = Document("warfarin", ("华法林", "warfarin"), "INR, atrial fibrillation", "drug")
SALT = Document("salt", ("食盐", "salt"), "blood pressure 血压", "advice")
LIBRARY = Library(
    (FIBRILLATION, POTASSIUM, WARFARIN, SALT),
    (("心房颤动", "房颤", "AF", "atrial fibrillation"), ("hyperkalaemia", "hyperkalemia", "高血钾", "高钾血症")),
)


def found(asked: str, *kinds: str) -> list[str]:
    return [hit.document.id for hit in LIBRARY.search(asked, kinds=kinds)]


def test_words_fold_width_case_and_accents_and_pair_characters() -> None:
    assert folded("ＡＢc É") == "abc e"
    assert list(words("高血压 BP")) == ["高血", "血压", "高", "血", "压", "bp"]


@pytest.mark.parametrize("asked", ["房颤", "心房颤动", "AF", "af", "Atrial Fibrillation", "ＡＦ"])
def test_every_way_of_writing_it_finds_it_first(asked: str) -> None:
    assert found(asked)[0] == "af"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("warfrain", "warfarin"),  # two letters swapped
        ("hyperkalemai", "k"),  # two of eight and more
        ("atrail fibrilation", "af"),
        ("心房颤抖", "af"),  # one of four characters
        ("hyperk", "k"),  # begun
        ("高血钾", "k"),
    ],
)
def test_spelling_and_beginnings(asked: str, first: str) -> None:
    assert found(asked)[0] == first


def test_names_go_before_texts_and_all_words_before_one() -> None:
    assert found("华法林") == ["warfarin", "af"]
    assert found("房颤 华法林")[0] == "af"


def test_nothing_is_found_for_nonsense_or_nothing() -> None:
    assert found("zzzzqq") == found("") == found("!!") == found("骨髓") == []


def test_kinds() -> None:
    assert found("warfarin", "drug") == ["warfarin"]


def test_short_words_are_never_corrected() -> None:
    assert Spelling(["inr", "warfarin"]).near("imr") == ()
    assert Spelling(["warfarin"]).near("warfari") == ("warfarin",)
    assert Spelling(["warfarin"]).near("walfalin") == ("warfarin",)
    assert Spelling(["warfarin"]).near("walfalim") == ()


def test_a_distance_counts_swaps_once() -> None:
    assert [distance("abc", other) for other in ("abc", "acb", "ab", "abcd", "xbc", "xyz")] == [0, 1, 1, 1, 1, 3]


def test_two_thousand_texts_answer_in_milliseconds() -> None:
    texts = [Document(str(n), (f"诊断{n}", f"diagnosis{n}"), "血压 glucose 抗凝 treatment " * 5) for n in range(2000)]
    library = Library((*texts, FIBRILLATION), (("房颤", "心房颤动"),))
    begun = time.process_time()
    for _ in range(20):
        assert library.search("房颤 抗凝", 5)[0].document.id == "af"
    assert (time.process_time() - begun) / 20 < 0.1
