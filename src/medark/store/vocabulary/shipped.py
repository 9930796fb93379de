"""The vocabulary that comes with the platform: core concepts, LOINC of common tests, UCUM, ICD-10-CM (see NOTICE)"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pyarrow as pa
from pyarrow import csv

from medark.model.arrow import ARROW
from medark.model.omop import tables
from medark.model.units import unit_concepts

_FILES = MappingProxyType({
    "concept": ("concept.csv", "concept_icd10cm.csv.gz"),
    "concept_synonym": ("concept_synonym.csv",),
    "vocabulary": ("vocabulary.csv",),
})  # fmt: skip


def shipped(table: str) -> pa.Table:
    """The shipped rows of `concept`, `concept_synonym` or `vocabulary`, in the columns of OMOP."""
    types = {column.name: ARROW[column.type] for column in tables()[table].columns}
    convert = csv.ConvertOptions(
        column_types=types,
        include_columns=list(types),
        include_missing_columns=True,
        null_values=[""],
        strings_can_be_null=True,
    )
    parts = [csv.read_csv(io.BytesIO(_content(name)), convert_options=convert) for name in _FILES[table]]
    units = [pa.Table.from_pylist(_units(), parts[0].schema)] if table == "concept" else []
    return pa.concat_tables([*parts, *units])


@cache
def shipped_digest() -> str:
    """SHA-256 over all that is shipped."""
    whole = hashlib.sha256()
    for names in _FILES.values():
        for name in names:
            whole.update(hashlib.sha256(_content(name)).digest())
    whole.update(repr(_units()).encode())
    return whole.hexdigest()


def notice() -> str:
    """What must be said wherever the shipped vocabulary goes."""
    return files(__package__).joinpath("shipped", "NOTICE").read_text(encoding="utf-8")


def _units() -> list[dict[str, int | str | dt.date]]:
    """The concepts of units: kept where definitions can see them too."""
    same = {
        "domain_id": "Unit", "vocabulary_id": "UCUM", "concept_class_id": "Unit", "standard_concept": "S",
        "valid_start_date": dt.date(1970, 1, 1), "valid_end_date": dt.date(2099, 12, 31),
    }  # fmt: skip
    return [
        {"concept_id": u.concept_id, "concept_name": u.name, "concept_code": u.code, **same} for u in unit_concepts()
    ]


def _content(name: str) -> bytes:
    content = files(__package__).joinpath("shipped", name).read_bytes()
    return gzip.decompress(content) if name.endswith(".gz") else content
