"""Every code system that occurs in the real folders is known, or it is said why no vocabulary holds it"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from medark.acquire.files import Found, Limits, walk
from medark.model.record import RawRecord
from medark.model.source import Source
from medark.standardise.formats import has_reader, reader_of
from medark.standardise.lookups import data

FOLDERS = ("ccda_examples", "dicom", "hl7v2_messages", "mimic4_fhir_demo")
# Of these lookups ask for the concept; visits' classes, units and routes are looked up as words.
CODED = {
    "event": ("code_system", "alt_system", "alt2_system", "value_system"),
    "death": ("cause_system",), "specimen": ("code_system", "site_system"), "note": ("class_system",),
    "provider": ("specialty_system",), "coverage": ("payer_system", "plan_system"),
}  # fmt: skip
WITHOUT = Path(__file__).parent / "cases" / "systems_without_vocabulary.csv"


def systems_in(folder: Path, scratch: Path) -> Counter[str]:
    """How often each code system is named in what the readers stage of a folder."""
    named: Counter[str] = Counter()
    for number, found in enumerate(walk(folder, Limits(), scratch), 1):
        if not isinstance(found, Found) or not has_reader(found.recognised.format):
            continue
        record = RawRecord(number, "0" * 64, "s", found.name, found.size, found.recognised.format, 1)
        reader = reader_of(record.format)
        with found.path.open("rb") as content:
            for chunk in reader.chunks(record, content):
                for name, table in reader.stage(chunk, Source("s")).tables().items():
                    for column in CODED.get(name, ()):
                        named.update(value for value in table[column].to_pylist() if value)
    return named


def test_every_system_is_known_or_is_said_to_have_no_vocabulary(
    shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    known = {row["system"] for row in data()["code_system"].to_pylist()}
    with WITHOUT.open(encoding="utf-8", newline="") as file:
        without = {row["system"]: row["why"] for row in csv.DictReader(file)}
    unknown: Counter[str] = Counter()
    total = 0
    for folder in FOLDERS:
        for system, times in systems_in(shared_data(folder), tmp_path).items():
            total += times
            name = re.sub(r"(\|.*|/)$", "", re.sub("^urn:oid:", "", system.strip().lower()))
            if name not in known:
                unknown[name] += times
    assert set(unknown) == set(without)
    assert all(without.values()) and total > 5000
    assert sum(unknown.values()) < total / 25
