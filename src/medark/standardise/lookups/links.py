"""Which key survives when keys turn out to be the same person"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

PERSON_LINK = pa.schema([("person_key", pa.string()), ("survivor_key", pa.string())])
_PLACE = ("record_no", "row_no", "part_no")


def person_links(*said: pa.Table) -> pa.Table:
    """The relation `person_link`: each key that was merged into another, and the key that survives in the end.

    `said`: links as the crosswalk keeps them and as the wave stages them (person_key, survivor_key, record_no, row_no,
    part_no), in any order and as often as one likes: they count in order of arrival.
    """
    links = {
        (*place, key, survivor)
        for table in said
        for *place, key, survivor in zip(
            *(table[name].to_pylist() for name in (*_PLACE, "person_key", "survivor_key")), strict=True
        )
    }
    last = survivors((key, survivor) for *_, key, survivor in sorted(links))
    columns = [pa.array(values, pa.string()) for values in (last.keys(), last.values())]
    return pa.table(columns, schema=PERSON_LINK)


def survivors(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The last survivor of each key that has one other than itself; `links` in order of arrival.

    Chains are followed. A link says that two keys are one person, so groups only ever grow; when a survivor is itself
    said to be replaced by one of its own group, that one survives: the latest word holds, and a circle ends.

    >>> survivors([("A", "B"), ("B", "C")])
    {'A': 'C', 'B': 'C'}
    >>> survivors([("A", "B"), ("B", "A")])
    {'B': 'A'}
    """
    members: list[list[str]] = []  # of each group; emptied when it joins another
    group_of: dict[str, int] = {}
    head: list[str] = []  # the survivor of each group

    def group(key: str) -> int:
        if key not in group_of:
            group_of[key] = len(members)
            members.append([key])
            head.append(key)
        return group_of[key]

    for key, survivor in links:
        loser, winner = group(key), group(survivor)
        if loser == winner:
            if head[loser] == key:
                head[loser] = survivor
            continue
        large, small = sorted((loser, winner), key=lambda g: len(members[g]), reverse=True)
        head[large] = head[winner]
        for member in members[small]:
            group_of[member] = large
        members[large] += members[small]
        members[small] = []
    return {key: head[number] for key, number in group_of.items() if head[number] != key}
