"""What is kept of each data file for checks, and the arrays that say it"""

from __future__ import annotations

from dataclasses import dataclass, field

from medark.flows.packs import Arrays, Form
from medark.flows.packs import Told as Said
from medark.flows.quality.days import Days
from medark.flows.quality.digests import Digests, Keys
from medark.flows.quality.often import Often
from medark.flows.quality.told import Told


@dataclass(frozen=True, slots=True)
class OfFile:
    """What is kept of a data file: its people, sorted (each once; of `person` each row's), its keys' digests; of a
    table whose rows are of people their days, if they are known; of one that others refer to what is told of its rows;
    the keys that are there more than once, if they are few.
    """

    people: Keys
    digests: Digests
    days: Days | None = None
    told: Told = field(default_factory=Told)
    often: Often | None = None


def form(name: str) -> Form[OfFile]:
    """How it is written under a name."""
    return Form(name, _written, _of_file)


def _written(arrays: Arrays, start: str, one: OfFile) -> Said:
    """Put the arrays of what is kept of a file to others; what else is told of it."""
    arrays[f"{start}people"], arrays[f"{start}rest"] = one.people, one.digests.rest
    for name, some in (("starts", one.digests.starts), ("seen", one.digests.seen)):
        if some is not None:
            arrays[f"{start}{name}"] = some
    arrays[f"{start}ids"] = one.told.ids
    arrays |= {f"{start}told.{name}": some for name, some in one.told.values.items()}
    told = {"told": [*one.told.values], "told_days": sorted(one.told.days), "often": one.often is not None}
    if one.often is not None:
        arrays[f"{start}often"], arrays[f"{start}times"] = one.often.keys, one.often.times
    days = one.days
    if days is None:
        return told
    arrays[f"{start}rows"] = days.rows
    arrays |= {f"{start}filled.{name}": some for name, some in days.filled.items()}
    for name, (who, late) in days.late.items():
        arrays[f"{start}who.{name}"], arrays[f"{start}late.{name}"] = who, late
    return told | {"until": days.until, "empty": sorted(days.empty), "filled": [*days.filled], "late": [*days.late]}


def _of_file(arrays: Arrays, start: str, told: Said) -> OfFile:
    digests = Digests(arrays[f"{start}rest"], arrays.get(f"{start}starts"), arrays.get(f"{start}seen"))
    values = {name: arrays[f"{start}told.{name}"] for name in told["told"]}
    known = Told(arrays[f"{start}ids"], values, frozenset(told["told_days"]))
    days = _days(arrays, start, told) if "until" in told else None
    often = Often(arrays[f"{start}often"], arrays[f"{start}times"]) if told["often"] else None
    return OfFile(arrays[f"{start}people"], digests, days, known, often)


def _days(arrays: Arrays, start: str, told: Said) -> Days:
    filled = {name: arrays[f"{start}filled.{name}"] for name in told["filled"]}
    late = {name: (arrays[f"{start}who.{name}"], arrays[f"{start}late.{name}"]) for name in told["late"]}
    return Days(told["until"], arrays[f"{start}rows"], filled, frozenset(told["empty"]), late)
