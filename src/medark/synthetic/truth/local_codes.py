"""What each local code means: of the hospitals' own lists, and of the codes that the city's other systems write"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from medark.synthetic.facts import by_key, keys, names, rows
from medark.synthetic.settings import HOSPITALS

CONVENTIONAL: Final = frozenset({"south"})  # laboratories that write conventional units
# Kind of list -> the fact table of its keys, the vocabulary of its concepts and the column that has their codes.
_CONCEPTS: Final = {
    "disease": ("diseases", "ICD10CM", "icd10_cm"),
    "drug": ("drugs", "RxNorm", "rxnorm"),
    "test": ("tests", "LOINC", "loinc"),
    "panel": ("panels", "LOINC", "loinc"),
    "observation": ("observations", "LOINC", "loinc"),
    "procedure": ("procedures", "ICD9Proc", "code"),
    "study": ("studies", "", "key"),
    "fee_class": ("fee_classes", "", "code"),
    "fee_item": ("fee_items", "", "code"),
    "department": ("departments", "", "key"),
    "complaint": ("ems_complaints", "", "key"),
    "device": ("device_kinds", "", "key"),
    "target": ("test_targets", "", "key"),
}
# What other systems write of a kind: organisation (first word of their source), kind, column of the code; "" for the
# place of the key among all keys in order.
_ELSEWHERE: Final = (
    ("clinics", "disease", "icd10_cn"),
    ("insurer", "disease", "icd10_cn"),
    ("cdc", "disease", "icd10_cn"),
    ("pharmacies", "drug", ""),
    ("ems", "complaint", "key"),
    ("home", "device", "schema"),
    ("testing", "target", "name_zh"),
    ("north", "panel", "key"),
    ("south", "panel", "key"),
)
_COLUMNS: Final = ("organisation", "kind", "code", "name", "key", "vocabulary", "concept_code")
_Code = tuple[str, ...]


def local_codes() -> pa.Table:
    """A row a local code: organisation, kind, code and name as it writes them, key of the fact table, concept.

    The key of a word (kind `word`: sexes, ways of discharge …) is `<subject>/<key>`.
    """
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in (*_listed(), *_words(), *_elsewhere())]
    return pa.Table.from_pylist(found, pa.schema([(name, pa.string()) for name in _COLUMNS]))


def item_number(drug: str) -> str:
    """What pharmacies call a drug."""
    return f"YP{sorted(keys('drugs')).index(drug) + 1}"


def _listed() -> Iterator[_Code]:
    for organisation in HOSPITALS:
        for kind in _CONCEPTS:
            name = f"local_{organisation}_{kind}"
            for row in rows(name) if name in names() else ():
                yield (
                    organisation,
                    kind,
                    row["code"],
                    row["name"],
                    row["key"],
                    *_concept(organisation, kind, row["key"]),
                )


def _words() -> Iterator[_Code]:
    for organisation in HOSPITALS:
        for row in rows(f"local_{organisation}_word"):
            yield organisation, "word", row["code"], row["name"], f"{row['subject']}/{row['key']}", "", ""


def _elsewhere() -> Iterator[_Code]:
    for organisation, kind, column in _ELSEWHERE:
        for row in rows(_CONCEPTS[kind][0]):
            code = row[column] if column else item_number(row["key"])
            yield (
                organisation,
                kind,
                code,
                row.get("name_zh", ""),
                row["key"],
                *_concept(organisation, kind, row["key"]),
            )


def _concept(organisation: str, kind: str, key: str) -> tuple[str, str]:
    """Vocabulary and code. What has none (a drug made of herbs, an item of a bill that is a drug) has empty ones."""
    facts, vocabulary, column = _CONCEPTS[kind]
    fact = by_key(facts).get(key, {})
    if kind == "test" and organisation in CONVENTIONAL:
        column = "loinc_conventional"
    if kind == "drug" and not fact["rxnorm"]:
        vocabulary, column = "ATC", "atc"  # of classes and of drugs that the United States have not
    code = fact.get(column, "")
    return (vocabulary, code) if code else ("", "")
