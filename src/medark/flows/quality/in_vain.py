"""What rows refer to in vain, where there is little to refer to: each is looked up once, instead of row by row"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from medark.check.counting import FILE_NO, Link
from medark.check.dqd import FACTS
from medark.flows.quality.parts import Parts

LITTLE = 100_000  # of what is referred to: an engine counts by a column of so few values faster than it joins it


def looked_up_once(parts: Parts, links: Iterable[Link], empty: Collection[str]) -> list[Link]:
    """Links, of columns that are not empty, that lead to little of which nothing is told but that it is there."""
    return [
        link
        for link in links
        if link.column not in empty and not FACTS[link.facts].told and 0 < parts.rows(FACTS[link.facts].table) <= LITTLE
    ]


def in_vain(parts: Parts, table: str, link: Link, paths: Sequence[str]) -> tuple[list[int], dict[str, int]]:
    """What rows of some files refer to that is not there, and how many rows of each file do."""
    session, column = parts.session, f't."{link.column}"'
    parts.bind(table, paths)
    asked = f"select {column} as id from {table} as t where {column} is not null group by {column}"
    lost, joined = f"lost_{link.column}", f"left join {link.facts} as f on f.id = u.id"
    session.table(lost, f"select u.id from ({asked}) as u {joined} where f.id is null")
    ids = session.query(f"select id from {lost} order by id").column("id").to_pylist()
    if not ids:
        return [], {}
    parts.bind(table, paths, told_apart=True)
    which = f"where {column} in (select id from {lost}) group by t.{FILE_NO}"
    found = session.query(f"select t.{FILE_NO} as number, count(*) as n from {table} as t {which}").to_pylist()
    return ids, {paths[row["number"]]: row["n"] for row in found}
