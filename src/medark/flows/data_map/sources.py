"""What each source delivered and how it ended: worked out of the ledger, kept, and made again when more has come"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from medark.catalog.sources import Delivery, FormatAccount, RawTable, SourceAccount, SourceAccounts
from medark.errors import MedarkError
from medark.flows.data_map.fields import fields_of, maps_state
from medark.flows.data_map.keeping import Keeping
from medark.flows.data_map.named import names_of
from medark.flows.gate.parts import now_ms
from medark.flows.ingest.raw_tables import RawTable as Found
from medark.flows.ingest.raw_tables import raw_tables
from medark.flows.maps import maps_of
from medark.flows.propose import has_proposal
from medark.flows.workspace import Workspace
from medark.model.account import ReasonCount, UnitAccount
from medark.model.record import Format
from medark.model.source import Source
from medark.settings import SourceSettings
from medark.standardise.formats import TABLES
from medark.store.ledger import Batch

_NAME = "sources-1.json"
_SHOWN = 20  # deliveries of a source
_LOOKED_AT = 200  # of a source's newest table files: which tables they are
_STALE_MS = 60_000  # a retry changes how records ended, and brings no batch


def kept_sources(workspace: Workspace) -> SourceAccounts | None:
    """What was worked out last."""
    return Keeping(workspace).told(_NAME, SourceAccounts)


def all_sources(workspace: Workspace, kept: SourceAccounts | None) -> tuple[SourceAccount, ...]:
    """Every source by name, with its account; of one whose account was not worked out yet, with an empty one."""
    worked_out = {one.name: one for one in kept.sources} if kept else {}
    return tuple(worked_out.get(one.name) or _account(workspace, one, (), ()) for one in workspace.landing.sources())


def are_current(workspace: Workspace, kept: SourceAccounts | None) -> bool:
    """Does it hold still?"""
    return kept is not None and kept.stamp == _stamp(workspace) and now_ms() - kept.made_ms < _STALE_MS


def work_out_sources(workspace: Workspace) -> SourceAccounts:
    """Worked out now, and kept. Which tables its files are is looked at only where something has come since."""
    stamp, earlier = _stamp(workspace), kept_sources(workspace)
    same = {one.name: one.tables for one in earlier.sources} if earlier and earlier.stamp == stamp else {}
    made = SourceAccounts(stamp, now_ms(), tuple(_accounts(workspace, same)))
    Keeping(workspace).put(_NAME, made)
    return made


def _stamp(workspace: Workspace) -> str:
    last = workspace.ledger.batches.all()[-1:]
    proposed = [one.name for one in workspace.landing.sources() if has_proposal(workspace, one.name)]
    told = (*((one.batch_no, one.ended_ms) for one in last), maps_state(workspace), proposed)
    return repr((workspace.lake.snapshot().version, *told))


def _accounts(workspace: Workspace, same: Mapping[str, tuple[RawTable, ...]]) -> Iterator[SourceAccount]:
    """`same`: tables of sources that are as they were."""
    batches = sorted(workspace.ledger.batches.all(), key=lambda one: one.source)
    by_source = {name: list(found) for name, found in groupby(batches, key=lambda one: one.source)}
    ends = workspace.ledger.accounts.by_kind()
    for source in workspace.landing.sources():
        mine = by_source.get(source.name, [])
        numbers = {one.batch_no for one in mine}
        formats: dict[tuple[str, str], FormatAccount] = {}
        for (batch_no, format_, state), (records, units) in ends.items():
            if batch_no in numbers:
                before = formats.get((format_, state), FormatAccount(format_, state, 0, UnitAccount()))
                formats[format_, state] = FormatAccount(format_, state, before.records + records, before.units + units)
        yield _account(workspace, source, mine, [formats[key] for key in sorted(formats)], same.get(source.name))


def _account(
    workspace: Workspace,
    source: Source,
    batches: Sequence[Batch],
    formats: Sequence[FormatAccount],
    same: tuple[RawTable, ...] | None = None,
) -> SourceAccount:
    has_tables = any(_is_table(one.format) for one in formats)
    organisation, _, system = source.name.partition("/")
    settings = workspace.settings.sources.get(source.name, SourceSettings())
    newest = sorted(batches, key=lambda one: -one.batch_no)[:_SHOWN]
    return SourceAccount(
        name=source.name,
        organisation=workspace.settings.organisation(source.name),
        system=system or organisation,
        owner=settings.owner,
        time_zone=source.time_zone,
        batches=len(batches),
        deliveries=tuple(_delivery(one) for one in newest),
        formats=tuple(formats),
        reasons=tuple(_reasons(workspace, [one.batch_no for one in batches])) if batches else (),
        tables=same if same is not None else tuple(_tables(workspace, source.name)) if has_tables else (),
        bytes=sum(one.files.bytes for one in batches),
    )


def _reasons(workspace: Workspace, batch_nos: Sequence[int]) -> Iterator[ReasonCount]:
    """Of what is held back, as it is now; of what a rule leaves out, as it was counted whenever it was read."""
    yield from workspace.ledger.quarantine.reasons(batch_nos)
    yield from (one for one in workspace.ledger.accounts.reasons(batch_nos) if one.outcome == "excluded")


def _delivery(batch: Batch) -> Delivery:
    files = batch.files
    return Delivery(
        batch.batch_no, batch.started_ms, batch.ended_ms, files.found, files.landed, files.already,
        len(files.refused), files.bytes,
    )  # fmt: skip


def _is_table(format_: str) -> bool:
    return format_ in {str(one) for one in TABLES}


def _tables(workspace: Workspace, source: str) -> Iterator[RawTable]:
    """The kinds of tables among a source's newest files. A table that waits for a map keeps its columns to itself:
    a file without a heading would tell a person's.
    """
    formats, named = [one for one in Format if one in TABLES], names_of(workspace, source)
    records = list(workspace.landing.records(source=source, formats=formats))[-_LOOKED_AT:]
    found: dict[str, list[Found]] = {}
    titles: dict[str, str] = {}
    for record in records:
        try:
            for one in raw_tables(workspace, record):
                name = one.title if one.name else named(record.record_no, one.shape.columns)
                key = name or f"{one.title} {len(one.shape.columns)}"
                found.setdefault(key, []).append(one)
                titles[key] = name or one.title
        except MedarkError:
            continue  # no sound table: the account says so
    for key, some in found.items():
        one = some[0]
        table = one.source.tables[one.name] if one.source else None
        about = table.about if table else ""
        columns = max(len(each.shape.columns) for each in some)
        fields = fields_of(one, maps_of(workspace)) if one.name else ()
        yield RawTable(titles[key], about, len(some), columns, fields)
