"""The words of imaging reports: what is seen, sentence by sentence, and what it comes to"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.facts.read import Row
from medark.synthetic.reports.findings import ABSENT, POSSIBLE, PRESENT, Seen, places
from medark.synthetic.reports.said import Piece, Said, filled, join, plain, scattered
from medark.synthetic.reports.wording import chosen, decimal, from_table, whole

_STATES = ((PRESENT, "present"), (ABSENT, "absent"), (POSSIBLE, "possible"))
_STOP = {"zh": "。", "en": ". "}
_HEAD = {
    "zh": "{hospital}影像诊断报告\n姓名：{name}　性别：{sex}　年龄：{age}　病案号：{patient_no}\n"
    "检查项目：{study}　检查日期：{date}\n检查方法：{technique}\n影像所见：\n",
    "en": "{hospital}: imaging report\nName: {name}  Sex: {sex}  Age: {age}  No.: {patient_no}\n"
    "Study: {study}  Date: {date}\nTechnique: {technique}\nFindings:\n",
}
_MIDDLE = {"zh": "\n诊断意见：\n", "en": "\nImpression:\n"}
_DOUBT = {
    "zh": "上述可疑改变，请结合临床，必要时复查",
    "en": "Questionable change as described; clinical correlation is advised",
}
_FOOT = {"zh": "报告医师：{doctor}　报告日期：{reported}", "en": "Reported by {doctor}, {reported}"}
_CROSS = 0.3  # share of sizes in two dimensions, and of those in cm; ours


def report(
    chance: np.random.Generator,
    language: str,
    words: Mapping[str, Said],
    found: Sequence[Seen],
    before: Said,
    normal: str,
) -> Said:
    """Reports of studies of one kind, a row a study."""
    count = len(before)
    everywhere = np.arange(count)
    columns = [_slots(chance, language, each) for each in found]
    sentences = [_sentence(chance, language, *both) for both in zip(found, columns, strict=True)]
    return join(
        [
            filled(_HEAD[language], words, everywhere), before, *sentences, _MIDDLE[language],
            _impression(chance, language, found, columns, normal), filled(_FOOT[language], words, everywhere),
        ]
    )  # fmt: skip


def impression_of(reports: pa.ChunkedArray | pa.Array, language: str) -> pa.Array:
    """What reports come to, each in one line."""
    start, end = _MIDDLE[language], "报告医师" if language == "zh" else "Reported by"
    found = pc.struct_field(pc.extract_regex(reports, f"{start}(?P<said>(?s:.*))\n{end}"), "said")
    lines = pc.replace_substring_regex(found, r"(?m)^\d+\. ", "")
    lines = pc.replace_substring_regex(lines, "[。.]$|[。.]\n", "；" if language == "zh" else "; ")
    return pc.fill_null(pc.utf8_rtrim(lines, "；; "), "")


def _slots(chance: np.random.Generator, language: str, of: Seen) -> Mapping[str, Said]:
    words = [row[f"name_{language}"] for row in places(of.fact)]
    return {"place": from_table(words, of.place), "size": _sizes(chance, of.size)}


def _sizes(chance: np.random.Generator, size: np.ndarray) -> Said:
    """Sizes as they are dictated: 8mm, 1.2cm, 12mm×9mm; the larger one first."""
    if np.isnan(size).all():
        return Said(pa.repeat("", len(size)))
    known = np.nan_to_num(size)
    way = chance.random(len(size))
    narrow = np.maximum(1, np.rint(known * chance.uniform(0.6, 0.95, len(size))))
    mm = pc.binary_join_element_wise(whole(known), "mm", "")
    cross = pc.binary_join_element_wise(mm, pc.binary_join_element_wise(whole(narrow), "mm", ""), "×")
    cm = pc.binary_join_element_wise(decimal(known / 10, 1), "cm", "")
    two = pc.if_else(pa.array(way < _CROSS), cross, mm)
    return plain(pc.if_else(pa.array((way > 1 - _CROSS) & (known >= 10)), cm, two))


def _sentence(chance: np.random.Generator, language: str, of: Seen, columns: Mapping[str, Said]) -> Said:
    found = []
    for state, name in _STATES:
        some = np.flatnonzero(of.state == state)
        found += chosen(chance, _templates(of.fact, name, language), columns, some)
    return scattered(len(of.state), found)


def _impression(
    chance: np.random.Generator,
    language: str,
    found: Sequence[Seen],
    columns: Sequence[Mapping[str, Said]],
    normal: str,
) -> Said:
    """Numbered lines of what is there; where nothing is, that it is normal."""
    count = len(found[0].state)
    said = np.zeros(count, dtype=np.int64)
    lines: list[Piece] = []
    for each, slots in zip(found, columns, strict=True):
        some = np.flatnonzero(each.state == PRESENT)
        said[some] += 1
        texts = chosen(chance, _templates(each.fact, "impression", language), slots, some)
        numbers = pa.array(_NUMBERS)
        if texts:
            numbered = [(rows, join([plain(numbers.take(pa.array(said[rows]))), text, "\n"])) for rows, text in texts]
            lines.append(scattered(count, numbered))
    doubtful = np.any([each.state == POSSIBLE for each in found], axis=0)
    for line, some in ((normal, (said == 0) & ~doubtful), (_DOUBT[language], (said == 0) & doubtful)):
        at = np.flatnonzero(some)
        lines.append(scattered(count, [(at, Said(pa.repeat(f"{line}{_STOP[language].strip()}\n", len(at))))]))
    return join(lines)


def _templates(fact: Row, part: str, language: str) -> list[str]:
    return [
        f"{text}{_STOP[language].rstrip() if part == 'impression' else _STOP[language]}"
        for text in fact[f"{part}_{language}"].split("|")
    ]


_NUMBERS = [f"{number}. " for number in range(60)]
