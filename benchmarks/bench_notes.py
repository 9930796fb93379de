"""Notes read, held against what is true: 914 Chinese records labelled by people, the made-up city, and time

Run: .venv/bin/python benchmarks/bench_notes.py [--people 300] [--keep FOLDER] [--only records|city|time] [--on test]

Records: the rules were looked at with seven of ten of them (by a hash of the text), the figures are of the others. As
those who labelled them left out what others mark (most symptoms, chemotherapy, endoscopy), they are told twice: as they
stand, and without words that the seven of ten say are not marked (found there thrice or more, marked in no tenth).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from measuring import measured
from medark.standardise.notes import Lexicon, Reading, read
from medark.standardise.notes.folding import folded
from notes_city import Text, texts, told_of_people
from notes_scores import Scores, rates

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_KINDS = {
    "解剖部位": "body", "疾病和诊断": "disease", "症状": "symptom", "药物": "drug", "实验室检验": "test",
    "手术": "operation", "影像检查": "imaging",
}  # fmt: skip
_ILL = ("disease", "symptom")


def main() -> None:
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("--people", type=int, default=300)
    about.add_argument("--seed", type=int, default=23, help="of the city; the rules were looked at with 1")
    about.add_argument("--keep", type=Path, help="leave the city here, and use what is there")
    about.add_argument("--only", choices=("records", "city", "time"))
    about.add_argument("--on", choices=("train", "test"), default="test", help="which part of the records")
    asked = about.parse_args()
    print(f"words and rules {Lexicon.shipped().digest}")
    if asked.only in (None, "records"):
        records(asked.on)
    if asked.only in (None, "city"):
        with tempfile.TemporaryDirectory() as scratch:
            city(asked.keep or Path(scratch), asked.people, asked.seed)
    if asked.only in (None, "time"):
        speed()


def records(part: str) -> None:
    """F1 of the default on records that it was not looked at with."""
    known, asked = _part("train"), _part(part)
    unmarked = _unmarked(known)
    plain, without = Scores(), Scores()
    for record in asked:
        true = {
            (int(m["offset"]), int(m["offset"]) + len(m["mention"]), _KINDS[m["label"]]) for m in record["mention_data"]
        }
        mentions = read(record["text"]).mentions
        plain.add(true, ((m.span.start, m.span.end, m.span.kind.value) for m in mentions))
        without.add(true, ((m.span.start, m.span.end, m.span.kind.value) for m in mentions if _word(m) not in unmarked))
    print(f"records: {len(asked)} of the {part} part; as they stand")
    print(*plain.lines(), "  without words that the train part does not mark:", *without.lines(), sep="\n")


def _part(part: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(DATA / "chinese_ehr_notes.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith("train.json"))
        every = [json.loads(line) for line in archive.read(name).decode().splitlines()]
    in_test = [hashlib.sha256(record["text"].encode()).digest()[0] % 10 < 3 for record in every]
    return [record for record, is_test in zip(every, in_test, strict=True) if is_test == (part == "test")]


def _unmarked(known: Sequence[dict[str, Any]]) -> frozenset[tuple[str, str]]:
    found, marked = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for record in known:
        true = {(int(m["offset"]), _KINDS[m["label"]]) for m in record["mention_data"]}
        for mention in read(record["text"]).mentions:
            found[_word(mention)] += 1
            marked[_word(mention)] += (mention.span.start, mention.span.kind.value) in true
    return frozenset(word for word, count in found.items() if count >= 3 and marked[word] * 10 <= count)


def _word(mention: Any) -> tuple[str, str]:
    return folded(mention.text), mention.span.kind.value


def city(folder: Path, people: int, seed: int) -> None:
    """The city's notes and reports: what is found of what is known, how it is meant, and what is found besides."""
    if not (folder / "truth").exists():
        command = [sys.executable, "-m", "medark", "synth", str(folder), "--people", str(people), "--seed", str(seed)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    counts, meant = Counter[str](), {name: Counter[str]() for name in ("negated", "possible")}
    known = 0
    for text in texts(folder / "truth"):
        known += 1
        _count(text, read(text.text), counts, meant)
    print(f"city of {people} people: {known:,} notes and reports, {counts['true']:,} words known")
    found, letters = counts["found"] / counts["true"], counts["letters"] / counts["true"]
    print(f"  found {found:.3f} of them, to the letter {letters:.3f}")
    told = rates(counts["right"], counts["inside"], counts["known_found"], counts["known"])
    print(f"  entities where all are known (diagnoses, complaints): {told}")
    for name, n in meant.items():
        print(f"  {name}: n {n['true']:,}  {rates(n['both'], n['found'], n['both'], n['true'])}")
    snippets, held = told_of_people(folder / "truth")
    print(f"  of {snippets:,} snippets {held:,} hold a name, number, phone or address of somebody")


def _count(text: Text, reading: Reading, counts: Counter[str], meant: dict[str, Counter[str]]) -> None:
    for one in text.said:
        kinds = (one.kind,) if one.kind == "drug" else _ILL
        met = [
            m for m in reading.mentions if m.span.start < one.end and one.start < m.span.end and m.span.kind in kinds
        ]
        counts["true"] += 1
        counts["found"] += bool(met)
        counts["letters"] += any((m.span.start, m.span.end) == (one.start, one.end) for m in met)
        is_so = {"negated": any(m.context.is_negated for m in met), "possible": any(m.context.is_possible for m in met)}
        for name, n in meant.items():
            n.update(true=one.meant == name, found=is_so[name], both=one.meant == name and is_so[name])
    for start, end in text.whole:
        inside = [m for m in reading.mentions if start <= m.span.start < end and m.span.kind in _ILL]
        known = [one for one in text.said if start <= one.start < end and one.kind != "drug"]
        pairs = [(m, one) for m in inside for one in known if m.span.start < one.end and one.start < m.span.end]
        counts["inside"] += len(inside)
        counts["right"] += len({id(m) for m, _ in pairs})
        counts["known"] += len(known)
        counts["known_found"] += len({one for _, one in pairs})


def speed() -> None:
    """Characters and notes a second of one core, beside the same words looked for and nothing more."""
    for name, given in (("Chinese", [record["text"] for record in _part("train")]), ("English", list(_transcribed()))):
        size = sum(len(text.encode()) for text in given)
        began = time.process_time()
        with measured(f"{name}: {len(given):,} notes, {size / 1e6:.1f} MB"):
            mentions = sum(len(read(text).mentions) for text in given)
        took, began = time.process_time() - began, time.process_time()
        for text in given:
            for _found in Lexicon.shipped().found(folded(text)):
                pass
        bare = time.process_time() - began
        print(
            f"  {len(given) / took:,.0f} notes/s, {size / took / 1e6:.2f} MB/s a core, {mentions:,} mentions; "
            f"{took / bare:.1f} times the words looked for alone ({size / bare / 1e6:.1f} MB/s)"
        )


def _transcribed(most: int = 1000) -> Iterator[str]:
    import csv

    csv.field_size_limit(1 << 24)
    with zipfile.ZipFile(DATA / "mtsamples.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv.gz"))
        content = gzip.decompress(archive.read(name)).decode(errors="replace")
    for number, row in enumerate(csv.DictReader(content.splitlines(keepends=True))):
        if number >= most:
            return
        yield row["transcription"]


if __name__ == "__main__":
    main()
