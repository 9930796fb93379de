"""What an approved application may read: its grant, and how sensitive that is"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medark.flows.workspace import Workspace
from medark.govern.levels import sensitivity
from medark.model.access import Grant, Holder, Purpose, Rows
from medark.sdk.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Asked:
    """One column that an application asks for, and how sensitive it is."""

    table: str
    column: str
    level: int
    reason: str
    is_new: bool = True  # the version that is approved does not read it


@dataclass(frozen=True, slots=True)
class AskedItems:
    """Items of answers that an application asks to write, such as vte:*."""

    items: str
    is_new: bool = True  # the version that is approved does not write it


def writes_of(manifest: Manifest, approved: Manifest | None = None) -> tuple[AskedItems, ...]:
    """What it asks to write into people's records. `approved`: the manifest of the version that is approved."""
    more = manifest.writes_more_than(approved) if approved else manifest.writes
    return tuple(AskedItems(one, one in more) for one in manifest.writes)


def asked_of(manifest: Manifest, approved: Manifest | None = None) -> tuple[Asked, ...]:
    """All that it asks for, the most sensitive first. `approved`: the manifest of the version that is approved."""
    more = manifest.more_than(approved) if approved else dict(manifest.reads)
    return tuple(sorted(_asked(manifest, more), key=lambda one: (-one.level, one.table, one.column)))


def grants_of(manifest: Manifest, by: str, now_ms: int) -> Iterator[Grant]:
    """The grants that let it read what its manifest says and nothing else, one a purpose; whose rows is up to whoever
    asks it.
    """
    for purpose in dict.fromkeys((manifest.purpose, *manifest.also_for)):
        yield _grant(manifest, purpose, by, now_ms)


def _grant(manifest: Manifest, purpose: Purpose, by: str, now_ms: int) -> Grant:
    return Grant(
        number=0,
        holder_kind=Holder.APP,
        holder=manifest.name,
        purpose=purpose,
        tables=dict(manifest.reads),
        rows=Rows.ALL,
        level=max((one.level for one in asked_of(manifest)), default=1),
        starts_ms=now_ms,
        granted_by=by,
    )


def settle(workspace: Workspace, name: str, manifests: Iterable[Manifest], by: str, now_ms: int) -> None:
    """Let an application have the grants of these manifests and no others: new ones first, then others are revoked."""
    access = workspace.ledger.access
    wanted = {_key(grant): grant for manifest in manifests for grant in grants_of(manifest, by, now_ms)}
    has = {_key(grant): grant for grant in access.grants() if _is_of(grant, name)}
    for key in wanted.keys() - has.keys():
        access.add_grant(wanted[key])
    for key in has.keys() - wanted.keys():
        access.revoke(has[key].number, by)


def _is_of(grant: Grant, name: str) -> bool:
    return grant.holder_kind is Holder.APP and grant.holder == name and grant.revoked_ms is None


def _key(grant: Grant) -> tuple[object, ...]:
    return grant.purpose, grant.level, grant.rows, frozenset(grant.tables.items())


def _asked(manifest: Manifest, more: dict[str, frozenset[str]]) -> Iterator[Asked]:
    for table, columns in manifest.reads.items():
        for column in columns:
            found = sensitivity(table, column)
            yield Asked(table, column, found.level, found.reason, column in more.get(table, frozenset()))
