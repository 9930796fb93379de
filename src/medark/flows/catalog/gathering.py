"""Everything that a workspace has, as assets: from the fields of its sources to the pages of its applications"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from medark.catalog.assets import Asset, Kind
from medark.catalog.became import Field, fields_of_format
from medark.catalog.glossary import term_assets
from medark.catalog.meanings import Meaning
from medark.catalog.of_model import lake_assets
from medark.catalog.sources import RawTable, SourceAccount
from medark.check.checks import Check
from medark.check.dqd import instances
from medark.flows.arrivals import arrivals
from medark.flows.catalog.of_apps import app_assets
from medark.flows.catalog.of_codes import code_assets
from medark.flows.catalog.of_concepts import concept_assets
from medark.flows.catalog.owners import owner_of
from medark.flows.data_map.sources import all_sources, kept_sources
from medark.flows.gate.decide import levels
from medark.flows.gate.parts import book_of
from medark.flows.judged import judged_checks
from medark.flows.workspace import Workspace
from medark.messages import translations
from medark.model.omop import tables

_NOBODY: Final[Mapping[int, int]] = MappingProxyType({})


def gathered(workspace: Workspace, concepts: set[int], people: Mapping[int, int] = _NOBODY) -> Iterator[Asset]:
    """All of them; of concepts those that are given. `people`: of how many each code is that means one, by number."""
    judged = levels(tuple(book_of(workspace).overrides()))

    def level_of(table: str, column: str) -> int:
        return judged(table, column).level

    sources = all_sources(workspace, kept_sources(workspace))
    arrived = {one.source: one.started_ms for one in arrivals(workspace)}
    fed = _fed(sources, arrived)
    for asset in lake_assets(level_of, lambda table: owner_of(workspace, table)):
        yield replace(asset, fresh_ms=fed.get(asset.key)) if asset.kind is Kind.TABLE else asset
    for source in sources:
        yield from _of_source(source, arrived.get(source.name))
    yield from app_assets(workspace)
    yield from concept_assets(workspace, concepts, people)
    yield from code_assets(workspace)
    yield from map(_check, instances())
    yield from (_check(one.check) for one in judged_checks(workspace))
    yield from term_assets()


def _fed(sources: Sequence[SourceAccount], arrived: Mapping[str, int]) -> Mapping[str, int]:
    """When what is made into each table of the lake came in last, in ms since 1970."""
    found: dict[str, int] = {}
    for source in sources:
        own = (one for table in source.tables for one in table.fields)
        told = (one for format_ in {one.format for one in source.formats} for one in fields_of_format(format_))
        for table in {column.partition(".")[0] for one in (*own, *told) for column in one.becomes}:
            found[table] = max(found.get(table, 0), arrived.get(source.name, 0))
    return {table: at for table, at in found.items() if at}


def _of_source(source: SourceAccount, arrived_ms: int | None) -> Iterator[Asset]:
    here = f"{Kind.SOURCE}:{source.name}"
    formats = sorted({one.format for one in source.formats})
    titles = " ".join(f"{table.title} {table.about}" for table in source.tables)
    yield Asset(
        Kind.SOURCE, source.name, source.name, owner=source.owner, fresh_ms=arrived_ms,
        words=f"{' '.join(formats)} {titles} {source.owner}",
    )  # fmt: skip
    for format_ in formats:
        yield from (_field(source, one, here) for one in fields_of_format(format_))
    for table in source.tables:
        key = f"{source.name}/{table.title}"
        yield _raw_table(source, table, key, here)
        yield from (_field(source, one, f"{Kind.RAW_TABLE}:{key}") for one in table.fields)


def _raw_table(source: SourceAccount, table: RawTable, key: str, here: str) -> Asset:
    about = Meaning(table.about, table.about)
    became = tuple(dict.fromkeys(place for one in table.fields for place in one.becomes))
    return Asset(Kind.RAW_TABLE, key, table.title, about=about, where=here, owner=source.owner, reads=became)


def _field(source: SourceAccount, one: Field, where: str) -> Asset:
    return Asset(
        Kind.FIELD, f"{source.name}/{one.table}.{one.name}", one.name, about=one.meaning, where=where,
        owner=source.owner, words=f"{one.table} {one.why}", reads=one.becomes,
    )  # fmt: skip


def _check(one: Check) -> Asset:
    chinese = translations("zh")
    column = f"{one.table}.{one.column}" if one.column else one.table
    of_raw = f"{Kind.SOURCE}:{one.source}" if one.source else ""  # what came, before it was of any table
    whole = f"{Kind.COLUMN if one.column else Kind.TABLE}:{column}" if one.table in tables() else of_raw
    of = " ".join(filter(None, (column, one.source, *map(str, one.concept_ids if one.source else ()))))
    finds = Meaning(f"{of}: {one.kind.finds}", f"{of}：{chinese.gettext(one.kind.finds)}")
    about = Meaning(one.kind.category, chinese.gettext(one.kind.category))
    words = f"{one.family} {one.source} {one.value if one.family != 'dashboard' else ''}".strip()
    return Asset(Kind.CHECK, one.id, one.kind.name, finds, about, where=whole, words=words)
