"""Arrivals hashed and compressed on two cores, in order, in bounded memory"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from medark.store.landing.accept import Entry
from medark.store.landing.arrival import Arrival
from medark.store.landing.objects import Objects
from medark.store.landing.pack import ChangedWhileRead, Packed, identity, pack, pack_file

_PARCEL_RECORDS, _PARCEL_BYTES = 256, 4 << 20  # what a thread is handed at once: worth the handing over
_AHEAD = 3  # parcels on their way
_GROUP_RECORDS, _GROUP_BYTES = 4096, 8 << 20  # what one durable commit takes: a sync costs as much as ~1 MB
_FIRST_BYTES = 512 << 10  # of the first, and then twice as much each time: who stages what has landed begins at once

_Parcel = list[tuple[Arrival, bytes | Packed]]
Known = Callable[[list[bytes]], set[bytes]]


def entries(
    source: str,
    batch_no: int,
    arrivals: Iterable[Arrival],
    objects: Objects,
    known: Known,
    threads: ThreadPoolExecutor,
) -> Iterator[list[Entry]]:
    """Arrivals as entries, in order. A file is read before the next arrival is asked for."""

    def packed(parcel: _Parcel) -> list[Entry]:
        ids = [found.id if isinstance(found, Packed) else identity(source, found) for _, found in parcel]
        there = known(ids)
        return [
            Entry(_packed(id_, found, id_ in there, objects), source, batch_no, arrival.name, arrival.format)
            for id_, (arrival, found) in zip(ids, parcel, strict=True)
        ]

    waiting: deque[Future[list[Entry]]] = deque()
    last: _Parcel = []
    try:
        for parcel in _parcels(source, arrivals, objects):
            if last:
                waiting.append(threads.submit(packed, last))
            last = parcel
            if len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        if not waiting:
            yield packed(last)  # one message: not worth another thread
            return
        waiting.append(threads.submit(packed, last))
        while waiting:
            yield waiting.popleft().result()
    finally:
        _discard(waiting)


def groups(parcels: Iterable[list[Entry]]) -> Iterator[list[Entry]]:
    """Entries gathered into what one durable commit takes."""
    group: list[Entry] = []
    size, most = 0, _FIRST_BYTES
    for parcel in parcels:
        group += parcel
        size += sum(len(entry.packed.inline or b"") for entry in parcel)
        if len(group) >= _GROUP_RECORDS or size >= most:
            yield group
            group, size, most = [], 0, min(2 * most, _GROUP_BYTES)
    if group:
        yield group


def _parcels(source: str, arrivals: Iterable[Arrival], objects: Objects) -> Iterator[_Parcel]:
    parcel: _Parcel = []
    size = 0
    for arrival in arrivals:
        content = arrival.content
        try:
            found = content if isinstance(content, bytes) else pack_file(source, content, objects)
        except ChangedWhileRead:
            continue
        parcel.append((arrival, found))
        size += len(found) if isinstance(found, bytes) else 0
        if len(parcel) >= _PARCEL_RECORDS or size >= _PARCEL_BYTES:
            yield parcel
            parcel, size = [], 0
    if parcel:
        yield parcel


def _packed(id_: bytes, found: bytes | Packed, there: bool, objects: Objects) -> Packed:
    if isinstance(found, Packed):
        return found
    return Packed(id_, len(found)) if there else pack(id_, found, objects)


def _discard(waiting: Iterable[Future[list[Entry]]]) -> None:
    """Drafts of parcels that will not be committed any more."""
    for future in waiting:
        if future.cancel():
            continue
        if future.exception() is None:
            for entry in future.result():
                if entry.packed.draft:
                    entry.packed.draft.unlink(missing_ok=True)
