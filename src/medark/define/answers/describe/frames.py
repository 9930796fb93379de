"""Rows in words: of which table, of which set, in which window, and what else must be true of them"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medark.define.answers.describe.terms import TIGHT, joined, length
from medark.define.answers.describe.windows import Bound, InVisit, OfSet, Part, Spanning, Window, moved, parts
from medark.define.kinds import TIMES
from medark.define.nodes import Eras, Filter, Frame, IndexValue, Literal, Pair, Pick, Root, Table, Value

if TYPE_CHECKING:
    from medark.define.answers.describe.telling import Teller


def pick_words(teller: Teller, pick: Pick) -> str:
    """The row that a pick takes. A person and a death have but one row, which needs no order."""
    match pick:
        case Pick(source=Table(name="person"), by=()):
            return teller.say("pick.person_row")
        case Pick(source=Table(name="death")):
            return teller.say("pick.death_row")
    by = joined(teller, "pick.by_and", [teller.value(value) for value in pick.by])
    timed = "_time" if all(value.kind in TIMES for value in pick.by) else ""
    rows = {"rows": teller.rows(pick.source, "bare"), "many": teller.rows(pick.source, "many")}
    return teller.say(f"pick.{'last' if pick.last else 'first'}{timed}", by=by, **rows)


def rows_words(teller: Teller, frame: Frame, form: str) -> str:
    """The rows of a frame in one of the forms of `Teller.rows`."""
    filters: list[Filter] = []
    base = frame
    while isinstance(base, Filter) and (base is frame or not teller.frame_mark(base)):
        filters.append(base)
        base = base.source
    rows = _root_words(teller, base, form) if isinstance(base, Root) else teller.rows(base, form)
    said = [(part, one) for one in reversed(filters) for part in parts(one.condition)]
    for kind in teller.say("order.rows").split():
        rows = _NARROWED[kind](teller, rows, frame.root, said)
    return rows


def _root_words(teller: Teller, root: Root, form: str) -> str:
    match root:
        case Table(name=name):
            return teller.say(f"nouns.{name}.{form}")
        case Pair():
            return _pair_words(teller, root, form)
        case Eras(source=source, gap=gap, end=end):
            ends = "" if end is None else teller.say("era.end", end=teller.value(end))
            return teller.say(
                f"era.{form}", rows=teller.rows(source, "many"), end=ends, gap=length(teller, gap, "days")
            )
    raise NotImplementedError(type(root).__name__)


def _pair_words(teller: Teller, pair: Pair, form: str) -> str:
    within = ""
    if pair.within is not None:
        key = "pair.within" if pair.unit == "seconds" else "pair.within_days"
        within = teller.say(key, length=length(teller, pair.within, pair.unit))
    how = teller.say(f"pair.{pair.order}", within=within)
    if pair.left == pair.right:
        return teller.say(f"pair.twice.{form}", rows=teller.rows(pair.left, "many"), how=how)
    left, right = teller.rows(pair.left, "one"), teller.rows(pair.right, "one")
    return teller.say(f"pair.{form}", left=left, right=right, how=how)


_Said = list[tuple[Part, Filter]]  # what is said of rows, and the filter that says it


def _of_sets(teller: Teller, rows: str, _: Root, said: _Said) -> str:
    sets = [part.told for part, _ in said if isinstance(part, OfSet)]
    for key, source in (("rows.of_set", False), ("rows.of_source_set", True)):
        named = [teller.say("set.named", name=one.concepts.name) for one in sets if one.source is source]
        if named:
            rows = teller.say(key, rows=rows, set=joined(teller, "set.and", named))
    return rows


def _in_windows(teller: Teller, rows: str, root: Root, said: _Said) -> str:
    windows = [_window_words(teller, part, root) for part, _ in said if isinstance(part, Window | Spanning | InVisit)]
    return teller.say("rows.window", rows=rows, window=joined(teller, "window.and", windows)) if windows else rows


def _where(teller: Teller, rows: str, _: Root, said: _Said) -> str:
    conditions = [(part, one.source) for part, one in said if isinstance(part, Value)]
    if not conditions:
        return rows
    beside, told = TIGHT["and"] - 1 if conditions[1:] else None, []
    for condition, source in conditions:
        with teller.of(source):
            told.append(teller.value(condition, beside))
    return teller.say("rows.where", rows=rows, condition=joined(teller, "operators.and", told))


_NARROWED = {"set": _of_sets, "window": _in_windows, "where": _where}


def _window_words(teller: Teller, window: Window | Spanning | InVisit, root: Root) -> str:
    if isinstance(window, InVisit):
        return teller.say("window.in_visit", visit=teller.value(IndexValue("visit")))
    if isinstance(window, Spanning):
        return _spanning_words(teller, window)
    lasts = isinstance(root, Eras) or (isinstance(root, Table) and bool(root.spec.end))
    kind = "end" if window.role.startswith("end") else "start" if lasts else "at"
    return teller.say(f"window.{kind}", window=_bounds_words(teller, window))


def _bounds_words(teller: Teller, window: Window) -> str:
    low, high, by_day = window.low, window.high, window.role.endswith("_date")
    if low is None or high is None:
        return _half_words(teller, low, high, by_day)
    if (back := moved(low.moment)) and back[0] == high.moment and back[1] < 0:
        return _near_words(teller, "before", high, low, (-back[1], back[2]), by_day)
    if (on := moved(high.moment)) and on[0] == low.moment and on[1] >= 0:
        return _near_words(teller, "after", low, high, on[1:], by_day)
    return teller.say(
        "window.between",
        low=teller.value(low.moment),
        high=teller.value(high.moment),
        low_bound=_counted(teller, low),
        high_bound=_counted(teller, high),
    )


def _half_words(teller: Teller, low: Bound | None, high: Bound | None, by_day: bool) -> str:
    """A window that is open on one side."""
    bound = low or high
    assert bound is not None
    side, closed = ("from", "after") if low else ("to", "before"), bound.included
    unit = "day" if by_day else "time"
    key = f"{side[0]}_{unit}" + ("_on" if low else "") if closed else f"{side[1]}_{unit}"
    return teller.say(f"window.{key}", moment=teller.value(bound.moment))


def _near_words(teller: Teller, side: str, near: Bound, far: Bound, lasting: tuple[int, str], by_day: bool) -> str:
    """A window that reaches a fixed length back from a moment, or on from it."""
    suffix, words = "" if by_day else "_time", length(teller, *lasting)
    return teller.say(
        f"window.{side}",
        length=words,
        moment=teller.value(near.moment),
        near=teller.say(f"window.near{suffix}.{_whether(near)}"),
        far=teller.say(f"window.far{suffix}.{side}.{_whether(far)}", length=words),
    )


def _spanning_words(teller: Teller, window: Spanning) -> str:
    unit = "day" if window.by_day else "time"
    starts_by, ends_from = teller.value(window.starts_by), teller.value(window.ends_from)
    if window.starts_by == window.ends_from:
        return teller.say(f"window.under_way_{unit}", moment=starts_by)
    if _in_order(window.ends_from, window.starts_by):
        key = "window.overlapping" if window.by_day else "window.overlapping_time"
        return teller.say(key, first=ends_from, last=starts_by)
    return teller.say(f"window.spanning_{unit}", starts_by=starts_by, ends_from=ends_from)


def _in_order(first: Value, last: Value) -> bool:
    """Is one moment known to be no later than the other? Only then do rows overlap the time between them."""
    if isinstance(first, Literal) and isinstance(last, Literal):
        return first.value <= last.value  # type: ignore[operator]  # two dates, or two times: windows hold them apart
    names = [part.name for moment in (first, last) for part in moment.walk() if isinstance(part, IndexValue)]
    return names == ["start", "end"] and moved(first) is None and moved(last) is None


def _whether(bound: Bound) -> str:
    return "counted" if bound.included else "not_counted"


def _counted(teller: Teller, bound: Bound) -> str:
    return teller.say(f"window.{_whether(bound)}")
