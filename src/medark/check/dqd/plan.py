"""From checks to scans: which few queries count them all, over which tables, and what their answers say"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from medark.check.checks import Check
from medark.check.counting import FILE_NO, Asked, Count, Counts, Link, Rest, Row, Scan
from medark.check.dqd import ahead, concepts, keys, people, source_values
from medark.check.dqd.related import joined_once
from medark.check.dqd.rows import ALL, NONE, column, filled, lost, named, tally_of


def plan(checks: Sequence[Check], columns: Mapping[str, Collection[str]]) -> list[Scan]:
    """The scans that count `checks`; `columns`: the columns of each table that is there.

    They read the lake's tables, the vocabulary, and what `FACTS` tells of them.
    """
    there = [
        check for check in checks if check.table in columns and (check.column or "") in ("", *columns[check.table])
    ]
    by_table: dict[str, list[Check]] = {}
    for check in there:
        by_table.setdefault(check.table, []).append(check)
    return [scan for table, some in by_table.items() for scan in _of_table(table, some, columns[table])]


def _of_table(table: str, checks: Sequence[Check], columns: Collection[str]) -> Iterator[Scan]:
    yield _rows(table, checks, columns)
    for parts in (ahead, source_values, concepts):
        yield from parts.scans(table, checks)
    yield from keys.scans(checks)
    yield from people.scans(checks)


def existing(checks: Sequence[Check], columns: Mapping[str, Collection[str]]) -> Counts:
    """Is each table and column there? Of what is not, the one there should be violates it."""

    def missing(check: Check) -> bool:
        return check.table not in columns or (bool(check.column) and check.column not in columns[check.table])

    return Counts({c.id: Count(int(missing(c)), 1) for c in checks if c.kind.name in ("cdmTable", "cdmField")})


def _rows(table: str, checks: Sequence[Check], columns: Collection[str]) -> Scan:
    """One scan of a table: rows, values of each column, and every check that looks at a row."""
    asked = Asked()
    elsewhere = concepts.counted_by_concept(checks)
    tallied = {check.id: tally for check in checks if check.id not in elsewhere and (tally := tally_of(check))}
    counted = {name: (asked(tally.violating), asked(tally.of)) for name, tally in tallied.items()}
    values = {name: asked(f"count({column(name)})") for name in columns}
    links = list(dict.fromkeys(tally.link for tally in tallied.values() if tally.link))
    rows = asked(ALL)

    def sql(part: str, joined: Sequence[Link], only: Collection[str] | None = None) -> str:
        grouped = f" group by t.{FILE_NO}" if part else ""
        return joined_once(f"select {part}{asked.sql(only)} from {table} as t", joined, grouped)

    def depending(link: Link) -> set[str]:
        return {name for check, tally in tallied.items() if tally.link == link for name in counted[check]}

    def take(found: Iterable[Row]) -> Counts:
        (row,) = found
        tallies = {name: Count(int(row[bad] or 0), int(row[of] or 0)) for name, (bad, of) in counted.items()}
        there = {name: int(row[place]) for name, place in values.items()}
        return Counts(tallies, {table: int(row[rows])}, {table: there})

    file_no = f"t.{FILE_NO}, "

    told = {name: found for name, aggregate in asked.aggregates.items() if (found := filled(aggregate))}

    linked = {asked(text): one for tally in tallied.values() for text, one in tally.linked.items()}

    def rest(empty: Collection[str], known: Collection[str]) -> tuple[str, tuple[Link, ...]] | None:
        others = {name: one for name, one in asked.aggregates.items() if name not in {*told, *known} and one != NONE}
        nothing = {name for name, one in linked.items() if one.link.column in empty}
        names = {name for name, one in others.items() if not named(one) & {*empty}} - nothing
        joined = tuple(link for link in links if link.column not in empty and depending(link) & names)
        return (sql(file_no, joined, names), joined) if names else None

    def is_alone(link: Link, name: str) -> bool:
        others = {one for one, aggregate in asked.aggregates.items() if link.column in named(aggregate)} - {*told}
        return others == {name} and depending(link) <= {name, rows}

    of_links = {link: sql(file_no, [link], depending(link)) for link in links}
    nowhere = {link: lost(link) for link in links if link.column != "person_id"}
    refer = {tally.link: counted[name][0] for name, tally in tallied.items() if tally.link in nowhere}
    alone = {link: name for link in nowhere if is_alone(link, name := refer[link])}
    return Scan(
        table, sql("", links), take, "rows", table, sql(file_no, links), tuple(links), of_links, nowhere, values,
        rest=Rest(tuple(asked.aggregates), told, linked, rest, alone),
    )  # fmt: skip
