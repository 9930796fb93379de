"""Pathology reports: grade, stage and malignancy are those of the text; pT agrees with the size."""

from __future__ import annotations

import re

import numpy as np

from medark.synthetic.chance import stream
from medark.synthetic.facts import by_key, keys, rows
from medark.synthetic.reports.tumours import grades, stages

EVERY = np.repeat(np.arange(len(keys("pathology"))), 40)


def test_reports_say_what_the_table_says(world):
    specimens = world["pathology"].to_pylist()
    assert specimens
    for specimen in specimens:
        for said in (specimen["grade"], specimen["stage"]):
            assert said is None or said in specimen["report"]
        fact = by_key("pathology")[specimen["diagnosis"]]
        assert fact["name_zh"] in specimen["report"] or fact["name_en"] in specimen["report"]
        assert specimen["malignant"] == (fact["malignant"] == "1")
        assert specimen["collected"] < specimen["reported"]


def test_pt_of_a_lung_follows_its_size():
    fact = np.full(3, keys("pathology").index("lung_adenocarcinoma"))
    found = stages(stream(1, "test"), fact, np.array([30.0, 31.0, 80.0])).text.to_pylist()
    assert [text[:3] for text in found] == ["pT1", "pT2", "pT4"]


def test_depth_and_nodes_agree_with_the_stage():
    found = stages(stream(1, "test"), EVERY, np.full(len(EVERY), 25.0))
    layers = ["黏膜下层", "固有肌层", "浆膜下层", "穿透浆膜"]
    for text, depth, nodes in zip(
        found.text.to_pylist(), found.depth["zh"].to_pylist(), found.nodes["zh"].to_pylist(), strict=True
    ):
        if depth:
            assert layers[int(text[2]) - 1] in depth
        if text:
            positive, examined = map(int, re.search(r"(\d+)/(\d+)", nodes).groups())
            assert positive <= examined
            assert (positive == 0) == text.endswith("N0") == ("未见" in nodes)


def test_only_what_has_a_grade_is_graded():
    found = grades(stream(1, "test"), EVERY, "zh").to_pylist()
    assert all(bool(grade) == bool(rows("pathology")[fact]["grades"]) for fact, grade in zip(EVERY, found, strict=True))
