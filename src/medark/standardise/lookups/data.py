"""What lookups know of themselves: words and their concepts, names of code systems, ways to write a unit"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

import pyarrow as pa

VALUE_CONCEPT = pa.schema([("set_name", pa.string()), ("value", pa.string()), ("concept_id", pa.int32())])
VALUE_CODE = pa.schema(
    [("set_name", pa.string()), ("value", pa.string()), ("vocabulary_id", pa.string()), ("concept_code", pa.string())]
)
ICD10_OTHERWISE = pa.schema([("code", pa.string())])
CODE_SYSTEM = pa.schema([("system", pa.string()), ("vocabulary_id", pa.string()), ("likelihood", pa.int32())])
UNIT_DECISION = pa.schema([
    ("code", pa.string()), ("said", pa.string()), ("low", pa.float64()), ("high", pa.float64()),
    ("concept_id", pa.int32()),
])  # fmt: skip
UNIT_READING = pa.schema(
    [("unit", pa.string()), ("word", pa.string()), ("ucum_code", pa.string()), ("turn", pa.int32())]
)
# Every unit that a wave of staging rows has, once.
UNITS_SAID = """
select unit from staged_event where unit is not null
union select dose_unit as unit from staged_event where dose_unit is not null
union select unit from staged_specimen where unit is not null
union select unit from staged_count where unit is not null
"""
UNIT_SYNONYM = pa.schema([("unit", pa.string()), ("ucum_code", pa.string()), ("likelihood", pa.int32())])


@cache
def data() -> Mapping[str, pa.Table]:
    """The relations to bind before the steps run, by name."""
    return MappingProxyType({
        "value_concept": value_concept(),
        "value_code": value_code(),
        "code_system": code_system(),
        "icd10_otherwise": icd10_otherwise(),
        "unit_synonym": unit_synonym(),
        "unit_decision": UNIT_DECISION.empty_table(),  # nobody decided anything; a workspace puts its own in its place
    })  # fmt: skip


def value_concept() -> pa.Table:
    """set_name, value, concept_id: one row for each word of each set; the file's name is the set's."""
    rows = [(name, row["value"], int(row["concept_id"])) for name, row in _of_sets("values")]
    return _table(rows, VALUE_CONCEPT)


@cache
def words_of(name: str) -> Mapping[str, str]:
    """The words of one set, in lower case, and what each means."""
    return MappingProxyType({row["value"]: row["meaning"] for row in _rows(_folder("values").joinpath(f"{name}.csv"))})


def value_code() -> pa.Table:
    """set_name, value, vocabulary_id, concept_code: words whose concept is whatever the loaded vocabulary says."""
    rows = [(name, row["value"], row["vocabulary_id"], row["concept_code"]) for name, row in _of_sets("codes")]
    return _table(rows, VALUE_CODE)


def code_system() -> pa.Table:
    """system (lower case, without "urn:oid:" and a last slash), vocabulary_id, likelihood (0 is the likeliest)."""
    return _ranked("code_system.csv", "system", "vocabulary_id", CODE_SYSTEM)


def icd10_otherwise() -> pa.Table:
    """code: those that ICD-10-CM uses for something else than WHO's ICD-10 does; see tools/icd10_facts.py."""
    return _table([(row["code"],) for row in _rows(_folder("icd10_otherwise.csv"))], ICD10_OTHERWISE)


def unit_synonym() -> pa.Table:
    """unit (lower case, without spaces), ucum_code, likelihood (0 is tried first)."""
    return _ranked("unit_synonym.csv", "unit", "ucum_code", UNIT_SYNONYM)


def _ranked(name: str, key: str, value: str, schema: pa.Schema) -> pa.Table:
    """Rows whose rank is their order among the rows of the same key."""
    seen: dict[str, int] = {}
    rows = []
    for row in _rows(_folder(name)):
        rank = seen[row[key]] = seen.get(row[key], -1) + 1
        rows.append((row[key], row[value], rank))
    return _table(rows, schema)


def _of_sets(folder: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of every file of a folder, each with the name of its set."""
    for file in sorted(_folder(folder).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".csv"):
            yield from ((file.name.removesuffix(".csv"), row) for row in _rows(file))


def _folder(name: str) -> Traversable:
    return files("medark.standardise.lookups").joinpath(name)


def _rows(file: Traversable) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def _table(rows: Sequence[tuple[str | int, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True)
    return pa.table(
        [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)], schema=schema
    )
