"""The account of an ingest, a rebuild or an erasure: as tables for people, as one stable JSON for programs"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from medark.cli.explained import drift_json, explained_json, explained_view
from medark.cli.tables import table
from medark.cli.text import duration, number, size
from medark.messages import N_, _, phrase, plural
from medark.model.account import (
    ErasureAccount,
    IngestAccount,
    RebuildAccount,
    TableAccount,
    UnitAccount,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from medark.flows.propose.overview import TableShown
    from medark.standardise.propose.profile import Drift

_TOP = 12  # reasons, waiting tables and refused files that are shown; --json has all
_REASONS = (N_("{cells} cells, not {columns}"), N_("the file is empty"))  # that arrive filled, for the catalogue
UNLINKED = "unlinked"  # the row is loaded; its reference to a row that is not there is left out
OUTCOMES = {
    "loaded": N_("loaded"),
    "replaced": N_("replaced"),
    "quarantined": N_("quarantined"),
    "not_understood": N_("not understood"),
    "excluded": N_("excluded"),
    UNLINKED: N_("unlinked"),
}


def ingest_json(
    account: IngestAccount, found: Sequence[TableShown] = (), drifts: Sequence[Drift] = ()
) -> dict[str, object]:
    """Everything that is known of an ingest. `found`: of tables that nobody has described; `drifts`: of what
    of them is not as it was. Keys are never renamed.
    """
    files = account.files
    return {
        "batch": account.batch_no,
        "source": account.source,
        "files": {
            "found": files.found,
            "landed": files.landed,
            "already": files.already,
            "refused": [{"name": name, "reason": reason} for name, reason in files.refused],
            "bytes": files.bytes,
        },
        "units": {name: _unit_json(unit) for name, unit in account.units.items()},
        "total": _unit_json(account.total),
        "tables": [_table_json(row) for row in account.tables],
        "reasons": [
            {
                "outcome": r.outcome,
                "reason": r.reason,
                "count": r.count,
                "table": r.table,
                "example": r.example,
            }
            for r in account.reasons
        ],
        "waiting": [{"record": w.record_no, "rows": w.rows, "columns": list(w.columns)} for w in account.waiting],
        "proposed": explained_json(found),
        "drift": drift_json(drifts),
        "open_codes": account.open_codes,
        "people": account.people,
        "seconds": round(account.seconds, 3),
        "adds_up": account.adds_up,
    }


def ingest_view(
    account: IngestAccount, workspace: str, found: Sequence[TableShown] = (), drifts: Sequence[Drift] = ()
) -> RenderableType:
    """The account as a page: files, units by format, rows by table, reasons, what waits, what to type next."""
    from rich.console import Group

    parts = [_heading(account), _files(account), *_units(account), *_tables(account), *_reasons(account)]
    tables = explained_view(found, drifts, account.source, workspace) if found else _waiting(account)
    parts += [*_unlinked(account), *tables, _verdict(account), _next(account, workspace, found)]
    spaced: list[RenderableType] = []
    for part in parts:
        spaced += [part, ""]
    return Group(*spaced[:-1])


def ingests_view(accounts: Sequence[IngestAccount], workspace: str) -> RenderableType:
    """Several ingests on one page: a line a source, rows by table, whether it adds up, what to type next."""
    from rich.console import Group

    rows = [(a.source, a.files.found, *_unit_row("", a.total)[1:]) for a in accounts]
    total = sum((a.total for a in accounts), UnitAccount())
    sums = (_("sum"), sum(a.files.found for a in accounts), *_unit_row("", total)[1:])
    by_source = table(_("Taken in"), (_("source"), _("files"), *_unit_columns()[1:]), rows, sums)
    loaded: dict[str, int] = {}
    for row in (row for a in accounts for row in a.tables):
        loaded[row.table] = loaded.get(row.table, 0) + row.loaded
    lake = table(
        _("Rows, by OMOP table"),
        (_("OMOP table"), _(OUTCOMES["loaded"])),
        [(name, count) for name, count in loaded.items() if count],
        (_("sum"), sum(loaded.values())),
    )
    wrong = [a for a in accounts if not a.adds_up]
    return Group(by_source, "", lake, "", _verdict((wrong or list(accounts))[0]), "", _next(accounts[-1], workspace))


def rebuild_json(account: RebuildAccount) -> dict[str, object]:
    """Rows by table before and after."""
    return {
        "records": account.records,
        "before": dict(account.before),
        "after": dict(account.after),
        "same": dict(account.before) == dict(account.after),
        "seconds": round(account.seconds, 3),
    }


def rebuild_view(account: RebuildAccount) -> RenderableType:
    """Rows by table before and after, and how long it took."""
    names = sorted({*account.before, *account.after})
    rows = [(name, account.before.get(name, 0), account.after.get(name, 0)) for name in names]
    heading = _(
        "The lake again from {records} raw records, in {time}",
        records=number(account.records),
        time=duration(account.seconds),
    )
    total = (_("sum"), sum(account.before.values()), sum(account.after.values()))
    return table(heading, (_("OMOP table"), _("rows before"), _("rows now")), rows, total)


def erasure_json(account: ErasureAccount) -> dict[str, object]:
    """What was taken away; not whose."""
    return {
        "tables": dict(account.tables),
        "records_removed": account.records_removed,
        "records_rewritten": account.records_rewritten,
        "units": account.units,
        "versions_removed": account.versions_removed,
    }


def erasure_view(account: ErasureAccount) -> RenderableType:
    """What was taken away: rows by table, raw records, old versions."""
    from rich.console import Group

    rows = [(name, count) for name, count in account.tables.items() if count]
    raw = _(
        "Raw store: {removed} records removed, {rewritten} rewritten, {units} units emptied. "
        "Old versions removed: {versions}.",
        removed=number(account.records_removed),
        rewritten=number(account.records_rewritten),
        units=number(account.units),
        versions=number(account.versions_removed),
    )
    heading = _("Erased, here and in every old version")
    total = (_("sum"), sum(account.tables.values()))
    return Group(table(heading, (_("OMOP table"), _("rows")), rows, total), "", raw)


def units_view(heading: str, unit: UnitAccount) -> RenderableType:
    """How some units ended, as one line of a table."""
    return table(heading, _unit_columns()[1:], [_unit_row("", unit)[1:]])


def unit_json(unit: UnitAccount) -> dict[str, int]:
    """How some units ended."""
    return _unit_json(unit)


def _unit_json(unit: UnitAccount) -> dict[str, int]:
    return {name: getattr(unit, name) for name in ("units", "loaded", "quarantined", "not_understood", "excluded")}


def _table_json(row: TableAccount) -> dict[str, str | int]:
    return {name: getattr(row, name) for name in ("table", "staged", "loaded", "replaced", "quarantined")}


def _heading(account: IngestAccount) -> RenderableType:
    from rich.text import Text

    facts = [
        plural("{count} person", "{count} people", account.people),
        size(account.files.bytes),
        duration(account.seconds),
    ]
    title = _("Batch {number} from {source}", number=account.batch_no, source=account.source)
    return Text.assemble((title, "bold"), "  ", (" · ".join(facts), "dim"))


def _files(account: IngestAccount) -> RenderableType:
    files = account.files
    columns = (_("found"), _("landed"), _("already there"), _("refused"))
    drawn = table(_("Files"), columns, [(files.found, files.landed, files.already, len(files.refused))])
    if not files.refused:
        return drawn
    from rich.console import Group

    refused = [(name, phrase(reason)) for name, reason in files.refused[:_TOP]]
    return Group(drawn, "", table(_("Refused"), (_("file"), _("why")), refused), *_more(len(files.refused)))


def _unit_columns() -> tuple[str, ...]:
    return (
        _("format"),
        _("units"),
        *(_(OUTCOMES[name]) for name in ("loaded", "quarantined", "not_understood", "excluded")),
    )


def _unit_row(name: str, unit: UnitAccount) -> tuple[str | int, ...]:
    return name, unit.units, unit.loaded, unit.quarantined, unit.not_understood, unit.excluded


def _units(account: IngestAccount) -> Iterator[RenderableType]:
    if account.units:
        rows = [_unit_row(name, unit) for name, unit in account.units.items()]
        heading = _("Messages, resources, documents and rows, by format")
        yield table(heading, _unit_columns(), rows, _unit_row(_("sum"), account.total))


def _tables(account: IngestAccount) -> Iterator[RenderableType]:
    rows = [(t.table, t.staged, t.loaded, t.replaced, t.quarantined) for t in account.tables if t.staged]
    if rows:
        columns = (_("OMOP table"), _("staged"), *(_(OUTCOMES[n]) for n in ("loaded", "replaced", "quarantined")))
        sums = [sum(int(row[place]) for row in rows) for place in range(1, 5)]
        yield table(_("Rows, by OMOP table"), columns, rows, (_("sum"), *sums))


def _reasons(account: IngestAccount) -> Iterator[RenderableType]:
    found = [r for r in account.reasons if r.outcome != UNLINKED]
    rows = [
        (_(OUTCOMES.get(r.outcome, r.outcome)), phrase(r.reason), r.table, r.count, r.example) for r in found[:_TOP]
    ]
    if rows:
        columns = (_("outcome"), _("why"), _("OMOP table"), _("count"), _("for example"))
        yield table(_("What did not load, most frequent first"), columns, rows)
        yield from _more(len(found))


def _unlinked(account: IngestAccount) -> Iterator[RenderableType]:
    found = [r for r in account.reasons if r.outcome == UNLINKED]
    if found:
        columns = (_("column"), _("OMOP table"), _("count"), _("for example"))
        rows = [(r.reason, r.table, r.count, r.example) for r in found[:_TOP]]
        yield table(_("Loaded, but what they point at is not there (yet)"), columns, rows)
        yield from _more(len(found))


def _waiting(account: IngestAccount) -> Iterator[RenderableType]:
    rows = [(str(w.record_no), w.rows, _some(w.columns)) for w in sorted(account.waiting, key=lambda w: -w.rows)[:_TOP]]
    if rows:
        columns = (_("record"), _("rows"), _("columns"))
        yield table(_("Tables that wait for a map: kept raw, profiled, not yet in the lake"), columns, rows)
        yield from _more(len(account.waiting))


def _some(columns: tuple[str, ...], most: int = 8) -> str:
    return ", ".join(columns[:most]) + (" …" if len(columns) > most else "")


def _more(count: int) -> list[RenderableType]:
    if count <= _TOP:
        return []
    return [plural("and {count} more: --json shows it", "and {count} more: --json shows them", count - _TOP)]


def _verdict(account: IngestAccount) -> RenderableType:
    from rich.text import Text

    if account.adds_up:
        return Text("✓ " + _("every file, unit and row is accounted for"), "green")
    return Text("✗ " + _("the sums do not add up: please report this"), "bold red")


def _next(account: IngestAccount, workspace: str, found: Sequence[TableShown] = ()) -> RenderableType:
    lines = [(f"medark map {workspace}", _("see every table and column, and where it went"))]
    if account.tables:
        lines.append((f'medark query {workspace} "SELECT count(*) FROM person"', _("ask the lake")))
    if any(r.outcome == "quarantined" for r in account.reasons):
        lines.append((f"medark quarantine list {workspace}", _("see what is held back, and where it is")))
    if account.waiting or any(one.waits or one.state == "in part" for one in found):
        lines.append((f"medark map review {workspace} {account.source}", _("say what the tables that wait are")))
    if account.waiting:
        lines.append((f"medark raw get {workspace} {account.waiting[0].record_no}", _("look at a table that waits")))
    if account.open_codes:
        says = plural(
            "{count} code has no concept: what it may mean",
            "{count} codes have no concept: what they may mean",
            account.open_codes,
        )
        lines.append((f"medark vocabulary unmapped {workspace}", says))
    return table(_("Next"), ("", " "), lines)
