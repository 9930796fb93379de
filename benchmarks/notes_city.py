"""What the made-up city's notes and reports say, known from what they were written from and never from the reader

Three things are known: which diagnoses a stay has, which drugs it was given, and which phrases its sentences are made
of. Words of the phrases were labelled by hand (WORDS, FINDINGS); whether a phrase denies them or holds them possible
is told by the phrase itself or by the column of the findings that it stands in.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import duckdb

from medark.standardise.notes import read
from medark.standardise.notes.rows import mention_rows

_SPLIT = re.compile(r"[、及和，]|等")
_DENIED = re.compile(r"(?:无明显|未闻及明显|未见明显|无|未见|未闻及|未及|否认|不伴)([^，。；]+)")
# Words of complaints and of what is denied, labelled by hand; diseases in the last line.
WORDS = (
    "发热 咳嗽 咳痰 咳黄痰 干咳 乏力 咽痛 全身酸痛 高热 头痛 喘息 鼻塞 流涕 低热 盗汗 痰中带血 胸痛 气促 呼吸困难 "
    "双下肢水肿 心悸 胸闷 头晕 言语不清 口角歪斜 肢体麻木 呕吐 口干 多尿 寒战 腹痛 腹泻 黑便 呕血 腹胀 尿频 尿急 "
    "尿痛 排尿困难 消瘦 便血 皮疹 瘙痒 失眠 记忆力减退 视物模糊 反酸 烧心 怕冷 耳痛 听力下降 咯血 杂音 晕厥 恶心 "
    "抽搐 黄疸 肉眼血尿 包块 声嘶 吞咽困难 血尿 压痛 反跳痛 水肿 啰音 黄染 阴道流血 下肢麻木 "
    "高血压 糖尿病 冠心病 肝炎 结核 慢性肾衰竭"
)
# What the findings of pictures are called in reports, labelled by hand.
FINDINGS: Mapping[str, tuple[str, ...]] = {
    "effusion": ("胸腔积液", "积液"), "pneumothorax": ("气胸",), "emphysema": ("肺气肿",), "rib_fracture": ("骨折",),
    "fracture": ("骨折",), "fatty_liver": ("脂肪肝",), "gallstone": ("结石",), "kidney_stone": ("结石",),
    "liver_cyst": ("囊肿",), "renal_cyst": ("囊肿",), "cirrhosis": ("肝硬化",), "ascites": ("腹水", "积液"),
    "hydronephrosis": ("积水",), "myoma": ("肌瘤",), "haemorrhage": ("出血",), "atrophy": ("脑萎缩", "萎缩"),
    "infarct": ("梗死",), "subdural": ("血肿",), "thrombus": ("血栓",), "pericardial_effusion": ("心包积液", "积液"),
    "bronchiectasis": ("支气管扩张",), "soft_tissue_swelling": ("肿胀",),
}  # fmt: skip


class Said(NamedTuple):
    """A word of a text that is known to be meant so: "present", "negated" or "possible"."""

    start: int
    end: int
    kind: str  # "disease or symptom", "disease", "drug"
    meant: str


class Text(NamedTuple):
    """A text with what is known of it. `whole`: stretches in which every disease and symptom is known."""

    text: str
    said: tuple[Said, ...]
    whole: tuple[tuple[int, int], ...]


def texts(truth: Path) -> Iterator[Text]:
    """Notes, then reports of pictures, of a city's truth."""
    with duckdb.connect() as session:
        diagnoses, drugs = (
            _of_stays(session, truth, "diagnosis", "disease"),
            _of_stays(session, truth, "prescription", "drug"),
        )
        notes = f"SELECT encounter, text FROM '{truth}/note/*.parquet' WHERE language = 'zh'"
        for encounter, text in session.execute(notes).fetchall():
            yield _note(text, diagnoses[encounter], drugs[encounter])
        for (text,) in session.execute(f"SELECT report FROM '{truth}/imaging/*.parquet' WHERE report <> ''").fetchall():
            yield Text(text, tuple(_unlike(_of_findings(text))), ())


def told_of_people(truth: Path) -> tuple[int, int]:
    """Snippets of the notes' mentions, and how many hold a word that is protected: a name, number, phone or address."""
    snippets = held = 0
    with duckdb.connect() as session:
        notes = f"SELECT text, spans FROM '{truth}/note/*.parquet' WHERE language = 'zh'"
        for text, spans in session.execute(notes).fetchall():
            words = [text[one["start"] : one["end"]] for one in spans if one["kind"] not in ("date", "hospital")]
            for row in mention_rows(read(text), text):
                snippets += 1
                held += any(word and word in row.snippet for word in words)
    return snippets, held


def _of_stays(session: duckdb.DuckDBPyConnection, truth: Path, table: str, column: str) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    names = {row["key"]: row["name_zh"] for row in _facts(f"{column}s")}
    for encounter, key in session.execute(f"SELECT encounter, {column} FROM '{truth}/{table}/*.parquet'").fetchall():
        found[encounter].add(names.get(str(key), ""))
    return found


def _note(text: str, diagnoses: set[str], drugs: set[str]) -> Text:
    said = [*_phrases(text)]
    lines = [found.span(1) for found in re.finditer(r"(?:初步诊断|入院诊断|出院诊断|术前诊断)：([^　\n]*)", text)]
    for start, end in lines:
        said += _named(text, start, end, diagnoses, "disease")
    said += _named(text, 0, len(text), drugs, "drug")
    complaints = [found.span(1) for found in re.finditer(r"主诉：([^。\n]*)", text)]
    known = [span for span in complaints if _is_covered(text, span, said)]
    return Text(text, tuple(_unlike(said)), (*lines, *known))


def _named(text: str, start: int, end: int, names: set[str], kind: str) -> Iterator[Said]:
    for name in filter(None, names):
        for found in re.finditer(re.escape(name), text[start:end]):
            yield Said(start + found.start(), start + found.end(), kind, "present")


def _phrases(text: str) -> Iterator[Said]:
    """Words of sentences that the note is made of, where the sentence stands in it."""
    for phrase, words in _sentences().items():
        for found in re.finditer(rf"(?<![无未]){re.escape(phrase)}", text):
            for start, end, meant in words:
                yield Said(found.start() + start, found.start() + end, "disease or symptom", meant)


@cache
def _sentences() -> dict[str, tuple[tuple[int, int, str], ...]]:
    """Each phrase of complaints, courses and examinations that has labelled words, with the places of these."""
    phrases = [
        text
        for row in _facts("illness_phrases")
        for name in ("complaint_zh", "course_zh", "exam_zh")
        for text in row[name].split("|")
    ]
    phrases += [row["text"] for row in _facts("note_phrases") if row["language"] == "zh" and "{" not in row["text"]]
    return {phrase: words for phrase in phrases if (words := tuple(_labelled(phrase)))}


def _labelled(phrase: str) -> Iterator[tuple[int, int, str]]:
    denied = [found.span(1) for found in _DENIED.finditer(phrase)]
    at = 0
    for piece in _SPLIT.split(phrase):
        start = phrase.index(piece, at)
        at = start + len(piece)
        for word in sorted(_words(), key=len, reverse=True):
            if piece.endswith((word, f"{word}病史")):
                place = piece.rindex(word) + start
                is_denied = any(low <= place < high for low, high in denied)
                yield place, place + len(word), "negated" if is_denied else "present"
                break


def _of_findings(text: str) -> Iterator[Said]:
    for row in _facts("findings"):
        for column, meant in (("absent_zh", "negated"), ("possible_zh", "possible")):
            for phrase in row[column].split("|"):
                word = next((word for word in FINDINGS.get(row["finding"], ()) if word in phrase), None)
                if word is None:
                    continue
                for found in re.finditer(re.sub(r"\\\{\w+\\\}", "[^，。；\n]{1,20}?", re.escape(phrase)), text):
                    start = text.rindex(word, found.start(), found.end())
                    yield Said(start, start + len(word), "disease or symptom", meant)


def _unlike(said: list[Said] | Iterator[Said]) -> Iterator[Said]:
    """Each place once: what is longer; of one place what a longer phrase says, which is the denial."""
    last = -1
    for one in sorted(set(said), key=lambda each: (each.start, -each.end, each.meant)):
        if one.start >= last:
            yield one
            last = one.end


def _is_covered(text: str, span: tuple[int, int], said: list[Said]) -> bool:
    """Is every part of a complaint a labelled word?"""
    pieces = re.split(r"[、，伴]", re.sub(r"\d+\S{1,2}$", "", text[span[0] : span[1]]))
    words = {text[one.start : one.end] for one in said if span[0] <= one.start < span[1]}
    return all(piece in words for piece in pieces if piece)


@cache
def _words() -> frozenset[str]:
    return frozenset(WORDS.split())


@cache
def _facts(name: str) -> list[dict[str, str]]:
    content = files("medark.synthetic.facts").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(content.splitlines()))
