"""Why a series stands as it does, in words: what was counted, what was expected, by which method"""

from __future__ import annotations

from medark.analyse.surveillance import METHODS
from medark.messages import _
from medark.model.signal import Point, Signal, SignalState


def why(one: Signal) -> str:
    """In the language that is spoken."""
    point = one.newest
    if point is None or point.state is SignalState.UNKNOWN:
        return _("It can't be told yet: too few periods before, or nothing was reported.")
    if one.cluster is not None:
        return _of_cluster(one)
    if not one.methods:
        return _(
            "{count} channels alarm within the window: {names}. From {least} on it is a signal.",
            count=point.count,
            names=", ".join(one.agreeing) or "-",
            least=_number((point.threshold or 0) + 1),
        )
    if METHODS[one.methods[0].method].takes == "places":
        return _("No cluster goes on until {period}.", period=point.period)
    if point.threshold is None:
        return _("The counts are too small to be told here. Method: {method}.", method=_method(one, point))
    return _counted(one, point)


def _counted(one: Signal, point: Point) -> str:
    held = _number(point.judged if point.judged is not None else point.count or 0)
    told = {
        "held": held, "expected": _number(point.expected or 0), "threshold": _number(point.threshold or 0),
        "period": point.period, "method": _method(one, point), "total": point.total or 0,
    }  # fmt: skip
    if point.total is not None:
        return _(
            "{held} of {total} positive in {period}; {expected} expected, a signal above {threshold}. {method}.", **told
        )
    if point.judged is not None:
        return _("{held} up to {period}; {expected} expected, a signal above {threshold}. {method}.", **told)
    return _("{held} in {period}; {expected} expected, a signal above {threshold}. {method}.", **told)


def _of_cluster(one: Signal) -> str:
    told = one.cluster
    assert told is not None
    return _(
        "{cases} since {since} in {places}, {expected} expected; chance gives one like it with p = {p}. {method}.",
        cases=told.cases, since=told.since, places="、".join(told.places), expected=_number(told.expected),
        p=f"{told.p:.3g}", method=METHODS[one.methods[0].method].shown_title,
    )  # fmt: skip


def _method(one: Signal, point: Point) -> str:
    judging = one.methods[point.method]
    set_ = ", ".join(f"{name}={value}" for name, value in judging.parameters.items())
    return f"{METHODS[judging.method].shown_title} ({set_})"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
