"""Searching the map: by name, column or meaning, in Chinese and English"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from medark.catalog.became import Field, fields_of_format
from medark.catalog.find import Entry, found
from medark.catalog.meanings import Meaning, of_column, of_table
from medark.catalog.sources import SourceAccount
from medark.flows.data_map import AppReads, Seen
from medark.flows.timeline.names import names
from medark.messages import N_
from medark.model.omop import lake_columns, tables
from medark.serve.console.data_map.told import (
    app_address,
    dataset_address,
    in_language,
    is_of_concepts,
    source_address,
    table_address,
)
from medark.serve.console.screens import Visit

_MOST: Final = 60
TABLE, COLUMN, SOURCE, FIELD, DATASET, APP, VALUE = (
    N_("table"), N_("column"), N_("source"), N_("field"), N_("dataset"), N_("application"), N_("frequent value"),
)  # fmt: skip


def results(
    here: Seen, sources: Sequence[SourceAccount], apps: Sequence[AppReads], asked: str, visit: Visit
) -> list[dict[str, Any]]:
    """What is found, the best first. Of what is in the tables, the frequent concepts that the reader may see."""
    entries = [*_lake(), *_sources(sources), *_apps(apps, visit), *_concepts(here, visit)]
    return [
        {
            "kind": one.kind, "name": one.name, "address": one.address, "where": one.where,
            "meaning": one.meaning.told(visit.language),
        }
        for one in found(entries, asked, _MOST)
    ]  # fmt: skip


def _lake() -> Iterator[Entry]:
    for table in tables():
        yield Entry(TABLE, table, table_address(table), of_table(table))
    for table in tables():
        for column in lake_columns(table):
            address = table_address(table, column.name)
            yield Entry(COLUMN, column.name, address, of_column(table, column.name), table)


def _concepts(here: Seen, visit: Visit) -> Iterator[Entry]:
    told = [
        (table, one.name, int(top.value))
        for table, kept in here.tables.items()
        for one in kept.profile.columns
        if is_of_concepts(table, one.name)
        for top in one.top
    ]
    called = names(visit.workspace).of({concept_id for _, _, concept_id in told} - {0})
    for table, column, concept_id in told:
        if concept_id:
            name = called[concept_id]
            yield Entry(VALUE, name.in_(visit.language), table_address(table, column), Meaning(name.en, name.zh),
                        f"{table}.{column}")  # fmt: skip


def _sources(sources: Sequence[SourceAccount]) -> Iterator[Entry]:
    for one in sources:
        address = source_address(one.name)
        titles = " ".join(f"{table.title} {table.about}" for table in one.tables)
        formats = " ".join(sorted({account.format for account in one.formats}))
        yield Entry(SOURCE, one.name, address, Meaning(one.owner, one.owner), words=f"{titles} {formats}")
        for field in fields(one):
            yield Entry(FIELD, field.name, address, field.meaning, f"{one.name} · {field.table}")


def fields(source: SourceAccount) -> list[Field]:
    """Every field of a source that is known: its tables', and those of its messages and documents."""
    formats = sorted({one.format for one in source.formats})
    of_tables = [field for table in source.tables for field in table.fields]
    return of_tables + [field for format_ in formats for field in fields_of_format(format_)]


def _apps(apps: Sequence[AppReads], visit: Visit) -> Iterator[Entry]:
    for app in apps:
        title = Meaning(in_language(app.title, "en"), in_language(app.title, "zh"))
        address = app_address(app, visit)
        if address:
            yield Entry(APP, app.name, address, title, words=" ".join(app.reads))
        for one in app.datasets:
            words = " ".join(f"{column.name} {column.meaning}" for column in one.columns)
            meaning = Meaning(in_language(one.title, "en"), in_language(one.title, "zh"))
            yield Entry(DATASET, one.name, dataset_address(one.app, one.name), meaning, app.name, words)
