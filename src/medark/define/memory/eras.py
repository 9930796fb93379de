"""Eras: spans of days that overlap, or lie no more than a gap apart, run together"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from operator import itemgetter

from medark.define.memory.layout import Row
from medark.define.memory.times import at_midnight, days_between

Span = tuple[dt.date, dt.date, Row]  # first day, last day, the row


def run_together(spans: Iterable[Span], gap: int) -> Iterator[list[Span]]:
    """The spans that make one era each, in order. A span that ends before it starts is one day long."""
    era: list[Span] = []
    last = dt.date.min
    for span in sorted(spans, key=itemgetter(0)):
        if era and days_between(span[0], last) > gap:
            yield era
            era = []
        last = max(span[0], span[1], last) if era else max(span[0], span[1])
        era.append(span)
    if era:
        yield era


def last_day(era: list[Span]) -> dt.date:
    """The last day of an era."""
    return max(max(first, last) for first, last, _ in era)


def era_row(era: list[Span]) -> Row:
    """An era as a row: as `layout` says."""
    first = era[0][0]
    last = last_day(era)
    return at_midnight(first), first, at_midnight(last), first, last, len(era), tuple(row for _, _, row in era)
