"""How far a tumour has gone: grade, and pT and pN that agree with its size, its depth and the lymph nodes

Of solid organs pT follows the size by the bounds in facts/pathology.csv, of hollow ones the deepest layer reached.
Source of bounds and layers: TNM Classification of Malignant Tumours, 8th edition (UICC 2017), without subgroups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import Floats, Ints, pick
from medark.synthetic.facts import rows
from medark.synthetic.reports.wording import whole

_DEPTHS = {
    "zh": ("，浸润至黏膜下层", "，浸润至固有肌层", "，浸润至浆膜下层", "，穿透浆膜"),
    "en": (
        ", invading the submucosa",
        ", invading the muscularis propria",
        ", invading the subserosa",
        ", through the serosa",
    ),
}
_BY_DEPTH = (0.15, 0.2, 0.45, 0.2)  # ours: most carcinomas of the gut that are operated on are pT3
_SPREAD = (0.12, 0.3, 0.5, 0.65)  # share with metastases in nodes by pT; ours
_NODES = {
    "zh": ("淋巴结未见癌转移（", "淋巴结见癌转移（", "），"),
    "en": ("No nodal metastasis (", "Nodal metastases (", "), "),
}


@dataclass(frozen=True, slots=True)
class Stages:
    """A row a specimen: pT and pN in one word ("" where there is no stage), and sentences by language."""

    text: pa.Array
    depth: Mapping[str, pa.Array]
    nodes: Mapping[str, pa.Array]


def grades(chance: np.random.Generator, fact: Ints, language: str) -> pa.Array:
    """A grade of those that the diagnosis can have, "" where it has none."""
    words = [
        [each.split("/")[-1 if language == "en" else 0] for each in row["grades"].split("|")]
        for row in rows("pathology")
    ]
    many = np.array([len(each) for each in words])
    first = np.cumsum(many) - many
    flat = pa.array([word for each in words for word in each], pa.string())
    return flat.take(pa.array(first[fact] + (chance.random(len(fact)) * many[fact]).astype(np.int64)))


def stages(chance: np.random.Generator, fact: Ints, size: Floats) -> Stages:
    """pT from size or depth, pN from nodes, the more the further pT."""
    by_depth = 1 + pick(chance, _BY_DEPTH, len(fact))
    rules = np.array([row["stage"] for row in rows("pathology")])[fact]
    reached = np.where(rules == "depth", by_depth, np.where(rules == "organ", 2 + by_depth // 4, _by_size(fact, size)))
    examined = chance.integers(8, 24, len(fact))
    spread = chance.random(len(fact)) < np.array((0.0, *_SPREAD))[reached]
    positive = np.where(spread, 1 + (examined * 0.5 * chance.random(len(fact)) ** 2).astype(np.int64), 0)
    nodal = np.select([positive == 0, positive <= 3, positive <= 6], [0, 1, 2], 3)
    known = pa.array(rules != "")
    text = pc.binary_join_element_wise("pT", whole(reached), "N", whole(nodal), "")
    count = pc.binary_join_element_wise(whole(positive), whole(examined), "/")
    return Stages(
        pc.if_else(known, text, ""),
        {
            language: pc.if_else(pa.array(rules == "depth"), pa.array(words).take(pa.array(by_depth - 1)), "")
            for language, words in _DEPTHS.items()
        },
        {language: _said(language, known, positive > 0, count) for language in _NODES},
    )


def _said(language: str, known: pa.Array, spread: np.ndarray, count: pa.Array) -> pa.Array:
    none, some, end = _NODES[language]
    return pc.if_else(known, pc.binary_join_element_wise(pc.if_else(pa.array(spread), some, none), count, end, ""), "")


def _by_size(fact: Ints, size: Floats) -> Ints:
    """1 to 4: how many of the bounds (mm) the size is past."""
    bounds = np.full((len(rows("pathology")), 3), np.inf)
    for number, row in enumerate(rows("pathology")):
        if row["stage"].startswith("size:"):
            bounds[number] = [float(bound) for bound in row["stage"].removeprefix("size:").split(",")]
    return np.asarray(1 + (np.nan_to_num(size)[:, None] > bounds[fact]).sum(axis=1), dtype=np.int64)
