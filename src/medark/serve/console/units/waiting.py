"""Numbers whose unit is missing, unreadable or cannot be right: what they may be in, decided many at a time"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.flows.units.background import decide_now, fill_now
from medark.flows.units.review import Tested, decision_for, reviewed, rows_in_doubt, waiting
from medark.messages import _, plural
from medark.serve.console.addresses import own_address
from medark.serve.console.screens import Screen, Visit
from medark.serve.console.units import told as words

PAGE: Final = 20
_SHOWN: Final = 3  # units of a question
CHOICE: Final = "choice."  # what the names of a form's fields begin with
UNIT: Final = "unit."  # what a choice of a unit begins with
WRITTEN, LATER = "written", "later"


def screen(visit: Visit) -> Screen:
    """What is asked, the most rows first. `source`: of this alone; `take=likeliest`: the likeliest unit is ticked."""
    every = reviewed(visit.workspace, visit.reader.user)
    source, page = visit.text("source"), max(1, min(visit.number("page", 1), 10_000))
    asked = waiting(every)
    fitting = [one for one in asked if source in ("", one.group.source)]
    shown = fitting[(page - 1) * PAGE : page * PAGE]
    data = {
        "head": _head(every, asked), "source": source, "sources": sorted({one.group.source for one in asked}),
        "questions": [words.question(one, _SHOWN) for one in shown], "fitting": len(fitting), "page": page,
        "takes": visit.text("take") == "likeliest", "going": words.under_way(visit), "address": words.ADDRESS,
        "here": words.address({"source": source, "page": page if page > 1 else ""}),
        "before": words.address({"source": source, "page": page - 1}) if page > 1 else "",
        "after": words.address({"source": source, "page": page + 1}) if page * PAGE < len(fitting) else "",
        "later": LATER, "written": WRITTEN, "done": _done(visit.text("done")),
    }  # fmt: skip
    drawn = {"strips": {one.name: words.strips(one, _SHOWN) for one in shown}}
    return Screen(_("Units to be explained"), "units.html", data, drawn=drawn)


def taken(visit: Visit, told: Mapping[str, str]) -> str:
    """What the form says of each question of its page; "later" says nothing, nor does what is no choice any more."""
    wanted = {name.removeprefix(CHOICE): value for name, value in told.items() if name.startswith(CHOICE)}
    asked = {one.name: one for one in waiting(reviewed(visit.workspace, visit.reader.user))}
    said = [
        decision_for(visit.workspace, asked[name], value.removeprefix(UNIT) if value.startswith(UNIT) else "")
        for name, value in wanted.items()
        if name in asked and (value == WRITTEN or value.startswith(UNIT))
    ]
    kept = [one for one in said if one is not None]
    if kept:
        decide_now(visit.workspace, visit.reader.user, kept)
    return _with_done(own_address(told.get("back", ""), words.ADDRESS), len(kept))


def filled(visit: Visit, told: Mapping[str, str]) -> str:
    """Whatever is missing and clear is filled in."""
    count = fill_now(visit.workspace, visit.reader.user)
    return _with_done(own_address(told.get("back", ""), words.ADDRESS), count)


def _head(every: list[Tested], asked: list[Tested]) -> dict[str, Any]:
    rows = sum(one.group.spread.total for one in every)
    known = sum(one.group.spread.total for one in every if one.unit is not None)
    return {
        "rows": rows, "known": known, "share": known / rows if rows else None, "asked": len(asked),
        "asked_rows": sum(map(rows_in_doubt, asked)), "decided": sum(one.decision is not None for one in every),
        "missing": sum(any(doubt.is_clear for doubt in one.doubts) for one in asked),
    }  # fmt: skip


def _done(text: str) -> str:
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return plural("{count} unit is decided", "{count} units are decided", count) if count else ""


def _with_done(address: str, count: int) -> str:
    path, _mark, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(("done=", "take="))]
    return f"{path}?{'&'.join([*kept, *([f'done={count}'] if count else [])])}".rstrip("?")
