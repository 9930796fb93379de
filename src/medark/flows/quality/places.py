"""Where what violates a check is: raw record and row, as `medark raw get` takes it, or the person whose record it is"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import islice

from medark.check.checks import Check
from medark.check.further import people, timeliness
from medark.check.further.density import months_found
from medark.flows.quality import front_pages, order_tables, reports
from medark.flows.quality.further import registered, tallied
from medark.flows.quality.likely import where_of
from medark.flows.quality.orders import Orders
from medark.flows.quality.origin import RELATION, origin_of
from medark.flows.quality.session import rendered
from medark.flows.workspace import Workspace
from medark.model.omop import RECORD_NO, lake_columns, tables
from medark.model.record import Format
from medark.store.engine import Session

Looking = Callable[[Check, int], list[str]]
_FRONT_PAGE = ("feesDoNotAddUp", "frontPageAtOdds")


@contextmanager
def looking(workspace: Workspace) -> Iterator[Looking]:
    """What says of a check, and how many are wanted (0: all), where they are: "record:row", of the register of people
    "person 123"; of months "2024-07"; nothing of a mix.
    """
    with ExitStack() as held:

        @cache
        def session() -> Session:
            opened = held.enter_context(registered(workspace, workspace.lake.snapshot()))
            opened.bind_arrow(RELATION, origin_of(workspace).table())
            return opened

        def places(check: Check, limit: int) -> list[str]:
            return list(islice(_places(workspace, session, check, limit), limit or None))

        yield places


def _places(workspace: Workspace, session: Callable[[], Session], check: Check, limit: int) -> Iterator[str]:
    kind = check.kind.name
    if check.family == "people":
        found = session().query(rendered(workspace, session(), people.violating_people(check)))
        yield from (f"person {person_id}" for person_id in dict.fromkeys(found["person_id"].to_pylist()))
    elif check.family == "density":
        origin = origin_of(workspace)
        yield from months_found(check, tallied(workspace, workspace.lake.snapshot(), origin), origin.sources)
    elif kind in ("reportedBefore", "reportedLate", "resultEmpty", "encodingMixed"):
        yield from _reports(workspace, check)
    elif kind == "resultBeforeOrder":
        yield from _before_ordered(workspace, check)
    elif kind == "cutShort":
        yield from _cut(workspace, check)
    elif kind == "sentTwice":
        yield from (f"{record}:0" for record in workspace.ledger.batches.sent_again(check.source))
    elif kind == "keptBack":
        yield from _kept_back(workspace, check)
    elif kind in _FRONT_PAGE:
        yield from (f"{record}:{row}" for record, row in front_pages.places(workspace, check.source, kind))
    elif check.table in tables() and RECORD_NO in lake_columns(check.table):
        yield from _rows(workspace, session, check, limit)


def _rows(workspace: Workspace, session: Callable[[], Session], check: Check, limit: int) -> Iterator[str]:
    where = where_of(workspace, workspace.lake.snapshot(), check)
    if not where:
        return
    sql = f"select t.medark_record_no as record_no, t.medark_row_no as row_no {where} order by record_no, row_no"
    found = session().query(rendered(workspace, session(), f"{sql} limit {limit}" if limit else sql))
    for row in found.to_pylist():
        if row["record_no"] is not None:
            yield f"{row['record_no']}:{row['row_no']}"


def _reports(workspace: Workspace, check: Check) -> Iterator[str]:
    told = reports.told(workspace)
    kind, mine = check.kind.name, told.get(check.source, timeliness.Told())
    if kind in ("reportedBefore", "reportedLate"):
        for record in workspace.landing.records(source=check.source, formats=order_tables.FORMATS):
            for row_no, code, minutes in order_tables.delayed_rows(workspace, record):
                if timeliness.is_late(check, told, code, minutes):
                    yield f"{record.record_no}:{row_no}"
    for record in workspace.landing.records(source=check.source, formats=reports.FORMATS):
        for one in reports.reports(workspace, record):
            if kind == "resultEmpty":
                is_wrong = one.empty > 0
            elif kind == "encodingMixed":
                is_wrong = one.is_utf8 is (mine.utf8 < mine.other)
            else:
                is_wrong = one.minutes is not None and timeliness.is_late(check, told, one.code, one.minutes)
            if is_wrong:
                yield f"{record.record_no}:{one.row_no}"


def _before_ordered(workspace: Workspace, check: Check) -> Iterator[str]:
    orders = Orders(workspace)
    for record in workspace.landing.records(source=check.source, formats=order_tables.FORMATS):
        yield from (f"{record.record_no}:{row_no}" for row_no in order_tables.early_rows(workspace, record, orders))
    for record in workspace.landing.records(source=check.source, formats=reports.FORMATS):
        for one in reports.reports(workspace, record):
            if orders.is_early(check.source, one):
                yield f"{record.record_no}:{one.row_no}"


def _cut(workspace: Workspace, check: Check) -> Iterator[str]:
    for record in workspace.landing.records(source=check.source, formats=(Format.HL7V2,)):
        *_, last = (0, *(one.row_no for one in reports.reports(workspace, record)))
        if last and reports.is_cut(workspace, record):
            yield f"{record.record_no}:{last}"


def _kept_back(workspace: Workspace, check: Check) -> Iterator[str]:
    mine = {record.record_no for record in workspace.landing.records(source=check.source)}
    for one in workspace.ledger.quarantine.held():
        if one.reason == check.value and one.record_no in mine and (one.table or "raw_record") == check.table:
            yield f"{one.record_no}:{one.row_no}"
