"""May this reader read that? Allowed, with the views to read through; or refused, with all that is lacking"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from medark.govern.levels import Sensitivity
from medark.govern.masks import both
from medark.messages import N_
from medark.model.access import ANY_TABLE, Decision, Grant, Holder, Lack, Reader, Rows, TableView

Reads = Mapping[str, frozenset[str] | None]  # table -> the columns that are asked for; None: what there is to see
LevelOf = Callable[[str, str], Sensitivity]
ColumnsOf = Callable[[str], Sequence[str]]

ALLOWED: Final = N_("a grant opens all that is asked for")
NO_GRANT: Final = N_("no grant for this purpose opens this table")
NO_COLUMN: Final = N_("no grant for this purpose opens this column")
TOO_SENSITIVE: Final = N_("the column is more sensitive than the grant opens")
NOT_FOR_APP: Final = N_("the application has no grant for it")
LACKING: Final = N_("something that is asked for is opened by no grant")
_WIDEST: Final = (Rows.ALL, Rows.CARE, Rows.ORGANISATION)


def authorise(
    reader: Reader, reads: Reads, grants: Iterable[Grant], columns_of: ColumnsOf, level_of: LevelOf, now_ms: int
) -> Decision:
    """The decision on one read. Each table is read through one grant, the widest that opens what is asked of it; an
    application's read goes through a grant of the reader and one of the application, and sees what both open.
    """
    in_force = [grant for grant in grants if grant.purpose is reader.purpose and grant.in_force(now_ms)]
    own = [grant for grant in in_force if grant.is_held_by(reader)]
    of_app = [grant for grant in in_force if grant.holder_kind is Holder.APP and grant.holder == reader.app]
    views: dict[str, TableView] = {}
    used: list[int] = []
    lacking: list[Lack] = []
    for table, asked in reads.items():
        found = _opened(table, asked, own, columns_of, level_of)
        if reader.app and isinstance(found, tuple):
            apps = _opened(table, asked, of_app, columns_of, level_of)
            found = _both(found, apps) if isinstance(apps, tuple) else [_for_app(lack) for lack in apps]
            if isinstance(found, tuple) and not found[0].columns:  # each opens something, and nothing that both do
                found = [Lack(table, "", NOT_FOR_APP)]
        if isinstance(found, tuple):
            views[table] = found[0]
            used += found[1]
        else:
            lacking += found
    if lacking:
        return Decision(False, lacking[0].why if len(lacking) == 1 else LACKING, lacking=tuple(lacking))
    return Decision(True, ALLOWED, views, grants=tuple(dict.fromkeys(used)))


_Opened = tuple[TableView, list[int]]


def _opened(
    table: str, asked: frozenset[str] | None, grants: Sequence[Grant], columns_of: ColumnsOf, level_of: LevelOf
) -> _Opened | list[Lack]:
    """The view of the widest grant that opens what is asked of a table; else what is lacking, by the nearest one."""
    about = [grant for grant in sorted(grants, key=_width) if table in grant.tables or ANY_TABLE in grant.tables]
    if not about:
        return [Lack(table, "", NO_GRANT)]
    nearest: list[Lack] | None = None
    for grant in about:
        view = _view(table, grant, columns_of(table), level_of)
        lacking = list(_lacking(table, asked, grant, view, level_of))
        if not lacking:
            return view, [grant.number]
        if nearest is None or len(lacking) < len(nearest):
            nearest = lacking
    return nearest or []


def _width(grant: Grant) -> tuple[int, int, int, int]:
    """Wider grants first: whose rows, then how sensitive, then with fewer masks, then the older."""
    return _WIDEST.index(grant.rows), -grant.level, len(grant.masks), grant.number


def _view(table: str, grant: Grant, columns: Sequence[str], level_of: LevelOf) -> TableView:
    named = _columns(grant, table)
    shown = {
        column: grant.masks.get(f"{table}.{column}")
        for column in columns
        if (named is None or column in named)
        and (level_of(table, column).level <= grant.level or f"{table}.{column}" in grant.masks)
    }
    return TableView(shown, frozenset({grant.rows}), grant.level)


def _lacking(
    table: str, asked: frozenset[str] | None, grant: Grant, view: TableView, level_of: LevelOf
) -> Iterator[Lack]:
    if not view.columns:
        yield Lack(table, "", TOO_SENSITIVE if table in grant.tables else NO_GRANT)
        return
    if asked is None:
        return
    named = _columns(grant, table)
    for column in sorted(asked - set(view.columns)):
        hidden = (named is None or column in named) and level_of(table, column).level > grant.level
        yield Lack(table, column, TOO_SENSITIVE if hidden else NO_COLUMN)


def _columns(grant: Grant, table: str) -> frozenset[str] | None:
    return grant.tables[table] if table in grant.tables else grant.tables[ANY_TABLE]


def _both(one: _Opened, other: _Opened) -> _Opened:
    """What two grants open together: the columns of both, behind both masks, and rows that pass the rules of both."""
    (mine, my_grants), (its, its_grants) = one, other
    columns = {name: both(mask, its.columns[name]) for name, mask in mine.columns.items() if name in its.columns}
    return TableView(columns, mine.rows | its.rows, min(mine.level, its.level)), [*my_grants, *its_grants]


def _for_app(lack: Lack) -> Lack:
    return Lack(lack.table, lack.column, NOT_FOR_APP)
