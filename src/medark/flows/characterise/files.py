"""Results as files, as viewers of Achilles take them: achilles_results, achilles_results_dist, achilles_analysis"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from medark.check.achilles import STRATA, analyses
from medark.errors import NotFoundError, RefusedInput, StorageError
from medark.flows.characterise.characterise import Characterised
from medark.flows.characterise.counted import COUNTS, DISTRIBUTIONS

RESULTS, RESULTS_DIST, ANALYSIS = "achilles_results", "achilles_results_dist", "achilles_analysis"
FORMS: Final = ("csv", "parquet")


def write(found: Characterised, folder: Path, form: str = "csv") -> None:
    """Three files in a folder, made if it is not there; for its owner's eyes. StorageError."""
    tables = {RESULTS: found.counts, RESULTS_DIST: found.distributions, ANALYSIS: listed()}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, table in tables.items():
            path = folder / f"{name}.{form}"
            with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                if form == "csv":
                    pa_csv.write_csv(table, file)
                else:
                    pq.write_table(table, file, compression="zstd")
    except OSError as error:
        fix = "choose another place, or make room"
        raise StorageError("the results can't be written", fix=fix, errno=error.errno or 0) from None


def listed() -> pa.Table:
    """The analyses as achilles_analysis has them: number, name, what the strata are, is_default, category."""
    rows = [
        {
            "analysis_id": one.analysis_id, "analysis_name": one.name,
            **{f"{name}_name": told for name, told in zip(STRATA, (*one.strata, *[None] * 5), strict=False)},
            "is_default": int(one.is_default), "category": one.table,
        }
        for one in analyses()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def read(folder: Path) -> Characterised:
    """Results of ours or of Achilles', by the names of their files, in either form. NotFoundError; RefusedInput."""
    return Characterised(0, 0, _read(folder, RESULTS, COUNTS), _read(folder, RESULTS_DIST, DISTRIBUTIONS))


def _read(folder: Path, name: str, schema: pa.Schema) -> pa.Table:
    there = [path for path in folder.glob("*") if path.stem.lower() == name and path.suffix.lower()[1:] in FORMS]
    if not there:
        raise NotFoundError("there are no such results", fix="name a folder that has it as .csv or .parquet", file=name)
    try:
        given = _table(there[0], schema)
        lowered = given.rename_columns([column.lower() for column in given.column_names])
        return lowered.select(schema.names).cast(schema)
    except (pa.ArrowException, KeyError, OSError, ValueError):
        raise RefusedInput(
            "these are no results of Achilles", fix="its columns are those of its table", file=name
        ) from None


def _table(path: Path, schema: pa.Schema) -> pa.Table:
    if path.suffix.lower() == ".parquet":
        return pq.read_table(path)
    kinds = {form(one.name): one.type for one in schema for form in (str.lower, str.upper)}
    empty = ["", "NA", "NULL"]
    given = pa_csv.read_csv(
        path, convert_options=pa_csv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=empty)
    )
    for place, one in enumerate(given.schema):
        if pa.types.is_string(one.type):  # quoted or not, nothing is nothing
            told = pc.if_else(pc.equal(given[one.name], ""), None, given[one.name])
            given = given.set_column(place, one.name, told)
    return given
