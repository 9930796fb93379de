"""What a reader who knows only the words finds in a report is what the table says: finding, negation, side, size."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest

from medark.synthetic.facts import keys, rows
from medark.synthetic.reports.comparison import earlier

SIZE = re.compile(r"(\d+(?:\.\d+)?)\s?(mm|cm)")
# What sounds like a negation in Chinese and is none: said of something that is there.
SOUNDS = re.compile(
    "不清|不规则|不均|不能压闭|不变形|不光滑|不除外|不全|无壁|无回声|无肺纹理|边界清|密度正常范围|体积正常|比例失调|不同程度"
)
NEGATED = {
    "zh": re.compile("未见|不[大粗厚宽扩小]|无|正常|锐利|居中|光滑|光整|等宽|清晰"),
    "en": re.compile(r"^(No|Normal|.*without)\b"),
}
DOUBTED = {
    "zh": re.compile("可能|不除外|待排"),
    "en": re.compile(r"[Pp]ossibl[ey]|cannot be excluded|Questionable|Borderline|an alternative"),
}
SECTION = {
    "zh": re.compile("影像所见：\n(.*)\n诊断意见：", re.S),
    "en": re.compile("Findings:\n(.*)\nImpression:", re.S),
}
FOLLOW_UP = {"zh": re.compile("^(与|对比)"), "en": re.compile("^(Compared|Unchanged|no relevant)")}
STOP = {"zh": "。", "en": ". "}
# A word that a report of this finding cannot do without (Chinese).
WORD = {
    "consolidation": "渗出|实变|斑片",
    "effusion": "积液|液体|液性",
    "pneumothorax": "气胸|积气|透亮区",
    "nodule": "结节",
    "mass": "肿块|占位|团块",
    "infarct": "梗死|低密度|高信号|受限|异常影|模糊影",
    "haemorrhage": "出血|血肿|高密度影|低信号",
    "filling_defect": "充盈缺损|栓",
    "gallstone": "结石|强回声|高密度",
    "thrombus": "血栓|低回声|血流",
    "appendix": "阑尾|管状低回声",
    "fracture": "骨折|中断|骨皮质",
    "liver_mass": "占位|团块|肿块",
    "kidney_stone": "结石|强回声|高密度",
    "cardiomegaly": "心影",
}


def read(report: str, language: str):
    """Sentences of the section on findings as (state, sizes in mm, sentence)."""
    section = SECTION[language].search(report)[1]
    for sentence in filter(None, (part.strip(" \n.") for part in section.split(STOP[language]))):
        if FOLLOW_UP[language].search(sentence):
            continue
        present = None if DOUBTED[language].search(sentence) else not NEGATED[language].search(SOUNDS.sub("", sentence))
        sizes = [float(number) * (10 if unit == "cm" else 1) for number, unit in SIZE.findall(sentence)]
        yield present, sizes, sentence


@pytest.fixture(params=["zh", "en"])
def reports(request, worlds):
    return request.param, worlds[request.param]["imaging"].to_pylist()


def test_every_finding_of_a_report_is_in_the_table_with_the_same_negation_and_size(reports):
    language, studies = reports
    for study in studies:
        found = list(read(study["report"], language))
        assert len(found) == len(study["findings"]), study["report"]
        for (present, sizes, sentence), finding in zip(found, study["findings"], strict=True):
            assert present == finding["present"], (sentence, finding)
            assert (max(sizes) if sizes else None) == finding["size_mm"], (sentence, finding)


def test_the_words_of_a_finding_are_those_of_its_kind_and_side(chinese):
    sides = {"left": "左|乙状|降结", "right": "右|升结", "both": "双", None: ""}
    for study in chinese["imaging"].to_pylist():
        for (present, _, sentence), finding in zip(read(study["report"], "zh"), study["findings"], strict=True):
            assert re.search(WORD.get(finding["finding"], ""), sentence), (sentence, finding)
            if present is not False:
                assert re.search(sides[finding["side"]], sentence), (sentence, finding)


def test_all_three_states_occur(chinese):
    states = Counter(f["present"] for study in chinese["imaging"]["findings"].to_pylist() for f in study)
    assert states[False] > states[True] > states[None] > 0


def test_times_are_in_order_and_within_the_encounter(world):
    encounters = {row["encounter"]: row for row in world["encounter"].to_pylist()}
    for study in world["imaging"].to_pylist():
        of = encounters[study["encounter"]]
        assert of["start"] <= study["ordered"] <= study["performed"] <= study["reported"]
        assert of["end"] is None or study["reported"] <= of["end"]
        assert of["person"] == study["person"]


def test_findings_hang_together_with_the_disease(chinese):
    reason = {row["encounter"]: row["reason"] for row in chinese["encounter"].to_pylist()}
    seen = Counter()
    for study in chinese["imaging"].to_pylist():
        for finding in study["findings"]:
            if finding["finding"] == "consolidation":
                seen[reason[study["encounter"]] == "pneumonia", finding["present"] is not False] += 1
    assert seen[True, True] > 2 * seen[True, False]
    assert seen[False, False] > 10 * seen[False, True]


def test_no_woman_has_a_prostate_and_no_man_a_uterus(chinese):
    sex = {row["person"]: row["sex"] for row in chinese["person"].to_pylist()}
    only = {"prostate_enlargement": "M", "myoma": "F", "breast_mass": "F", "breast_nodule": "F"}
    for study in chinese["imaging"].to_pylist():
        assert all(only.get(f["finding"], sex[study["person"]]) == sex[study["person"]] for f in study["findings"])


def test_a_lasting_nodule_does_not_shrink_or_move(chinese):
    seen: dict[int, list] = {}
    for study in chinese["imaging"].to_pylist():
        for finding in study["findings"]:
            if finding["finding"] == "thyroid_nodule" and finding["present"]:
                seen.setdefault(study["person"], []).append((study["performed"], finding["side"], finding["size_mm"]))
    for found in seen.values():
        sizes = [size for *_, size in sorted(found)]
        assert sizes == sorted(sizes)
        assert len({side for _, side, _ in found}) == 1


def test_the_study_before_is_the_same_persons():
    assert earlier(np.array([7, 8, 7, 7])).tolist() == [-1, -1, 0, 2]
    assert earlier(np.array([], dtype=np.int64)).tolist() == []


def test_the_facts_agree_with_each_other():
    studies, diseases, groups = set(keys("studies")), set(keys("diseases")), {row["group"] for row in rows("anatomy")}
    for row in rows("findings"):
        assert row["study"] in studies
        assert {cause.split(":")[0] for cause in row["causes"].split()} <= diseases
        assert not row["places"] or row["places"] in groups
        sized, placed = bool(row["low_mm"]), bool(row["places"])
        for text in (f"{row[f'{state}_{language}']}" for state in ("present", "possible") for language in ("zh", "en")):
            assert all(
                ("{size}" in variant) == sized and ("{place}" in variant) == placed for variant in text.split("|")
            )
    for row in rows("study_reasons"):
        assert row["study"] in studies
        assert not row["disease"] or row["disease"] in diseases


def test_reports_compare_with_a_study_that_was_there(chinese):
    before: dict[tuple[int, str, str], set[str]] = {}
    compared = 0
    for study in chinese["imaging"].to_pylist():
        key = (study["person"], study["modality"], study["body_part"])
        said = re.search("(?:与|对比)(\\d{4}年\\d{2}月\\d{2}日)", study["report"])
        if said:
            compared += 1
            assert said[1] in before[key]
        before.setdefault(key, set()).add(f"{study['performed']:%Y年%m月%d日}")
    assert compared
