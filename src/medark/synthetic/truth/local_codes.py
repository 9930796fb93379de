"""What each local code means, and in which unit each laboratory writes"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from medark.synthetic.facts import by_key, names, rows
from medark.synthetic.settings import HOSPITALS

# Kind of list -> the fact table of its keys, the vocabulary of its concepts and the column that has their codes.
_CONCEPTS: Final = {
    "disease": ("diseases", "ICD10CM", "icd10_cm"),
    "drug": ("drugs", "RxNorm", "rxnorm"),
    "test": ("tests", "LOINC", "loinc"),
    "observation": ("observations", "LOINC", "loinc"),
    "procedure": ("procedures", "ICD9Proc", "code"),
    "fee_class": ("fee_classes", "", "code"),
    "fee_item": ("fee_items", "", "code"),
    "department": ("departments", "", "key"),
    "study": ("studies", "", "key"),
}
CONVENTIONAL: Final = frozenset({"south"})  # laboratories that write conventional units
_COLUMNS: Final = ("organisation", "kind", "code", "name", "key", "vocabulary", "concept_code")


def local_codes() -> pa.Table:
    """A row a local code: organisation, kind, code and name as it writes them, key of the fact table, concept."""
    return pa.Table.from_pylist(list(_codes()), pa.schema([(name, pa.string()) for name in _COLUMNS]))


def _codes() -> Iterator[dict[str, str]]:
    for organisation in HOSPITALS:
        for kind, (facts, vocabulary, column) in _CONCEPTS.items():
            if f"local_{organisation}_{kind}" not in names():
                continue
            if kind == "test" and organisation in CONVENTIONAL:
                column = "loinc_conventional"
            for row in rows(f"local_{organisation}_{kind}"):
                fact = by_key(facts).get(row["key"], {})  # an item that is a drug or a panel has no entry of its own
                values = (organisation, kind, row["code"], row["name"], row["key"], vocabulary, fact.get(column, ""))
                yield dict(zip(_COLUMNS, values, strict=True))


def written_units() -> pa.Table:
    """A row a laboratory and test: the unit it writes, and what one of it is in the test's SI unit."""
    found = [
        {
            "organisation": organisation,
            "test": row["key"],
            "unit": row["unit_conventional" if organisation in CONVENTIONAL else "unit"],
            "to_si": float(row["factor"] or 1) if organisation in CONVENTIONAL else 1.0,
        }
        for organisation in HOSPITALS
        for row in rows("tests")
    ]
    schema = pa.schema(
        [("organisation", pa.string()), ("test", pa.string()), ("unit", pa.string()), ("to_si", pa.float64())]
    )
    return pa.Table.from_pylist(found, schema)
