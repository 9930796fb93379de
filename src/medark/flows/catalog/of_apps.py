"""What the running applications bring: datasets and their columns, definitions, pages"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medark.catalog.assets import Asset, Kind
from medark.catalog.meanings import Meaning
from medark.define.answers import reads
from medark.flows.apps.loaded import Loaded
from medark.flows.apps.publish import published
from medark.flows.apps.running import running
from medark.flows.catalog.owners import owner_of
from medark.flows.workspace import Workspace
from medark.govern.levels import sensitivity
from medark.model.dataset import PublishedDataset
from medark.sdk.app import App
from medark.sdk.manifest import Manifest


def app_assets(workspace: Workspace) -> Iterator[Asset]:
    """Of every application that runs."""
    there = published(workspace)
    with running(workspace).all() as loaded:
        for name, one in sorted(loaded.items()):
            mine = [dataset for dataset in there if dataset.app == name]
            yield from _of_app(workspace, one, mine)


def _of_app(workspace: Workspace, loaded: Loaded, there: list[PublishedDataset]) -> Iterator[Asset]:
    manifest, here = loaded.manifest, f"{Kind.APP}:{loaded.name}"
    owner = owner_of(workspace, loaded.name, otherwise=manifest.owner)
    yield Asset(
        Kind.APP, loaded.name, loaded.name, _meaning(manifest.title), _meaning(manifest.description), owner=owner,
        level=max(sensitivity(table, column).level for table in manifest.reads for column in manifest.reads[table])
        if manifest.reads else 0, fresh_ms=max((one.fresh_ms for one in there), default=None),
        reads=_places(manifest.reads),
    )  # fmt: skip
    for page in loaded.app.pages:
        key = f"{loaded.name}/{page.path}"
        yield Asset(Kind.PAGE, key, key, _meaning(page.title), where=here, owner=owner)
    yield from _definitions(loaded.app, manifest, owner, here)
    made_of = {name: _places(reads(definition)) for _, name, definition in loaded.app.definitions()}
    for one in there:
        yield from _of_dataset(workspace, one, owner, made_of.get(one.name, ()))


def _definitions(app: App, manifest: Manifest, owner: str, here: str) -> Iterator[Asset]:
    titles = {one.name: one.title for one in (*app.tasks, *app.measures, *app.datasets)}
    for kind, name, definition in app.definitions():
        if kind not in ("datasets", "measures"):  # these are found as what they publish
            key = f"{manifest.name}/{kind}/{name}"
            about = Meaning(f"{kind[:-1]} of {manifest.name}", f"{_IN_CHINESE.get(kind, kind)}（{manifest.name}）")
            yield Asset(
                Kind.DEFINITION, key, name, _meaning(titles.get(name, {})), about, where=here, owner=owner,
                reads=_places(reads(definition)),
            )  # fmt: skip


_IN_CHINESE = {"cards": "提示卡", "tasks": "任务规则", "signals": "信号"}


def _of_dataset(workspace: Workspace, one: PublishedDataset, owner: str, made_of: tuple[str, ...]) -> Iterator[Asset]:
    key = f"{one.app}/{one.name}"
    mine = owner_of(workspace, key, otherwise=owner or one.owner)
    here = f"{Kind.DATASET}:{key}"
    yield Asset(
        Kind.DATASET, key, one.name, _meaning(one.title), _meaning(one.description), f"{Kind.APP}:{one.app}", mine,
        one.level, one.fresh_ms, words=" ".join(column.name for column in one.columns), reads=made_of,
    )  # fmt: skip
    for column in one.columns:
        about = Meaning(column.meaning, column.meaning_zh or column.meaning)
        yield Asset(
            Kind.VARIABLE, f"{key}.{column.name}", column.name, about=about, where=here, owner=mine, level=column.level
        )


def _places(found: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    return tuple(f"{table}.{column}" for table in sorted(found) for column in sorted(found[table]))


def _meaning(told: Mapping[str, str]) -> Meaning:
    return Meaning(told.get("en", ""), told.get("zh", ""))
