"""A timeline as plain values: what its page's template shows, and its JSON twin gives"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain, groupby, islice
from typing import Any, Final

from medark.flows.timeline import KINDS, Asked, Axis, Course, Event, Series, Timeline
from medark.flows.timeline.courses import COURSES
from medark.flows.timeline.events import EVENTS
from medark.flows.timeline.panels import panels
from medark.messages import N_, _
from medark.serve.console.sparks import bars, lanes, spark, ticks

ANCHOR: Final = "marked"  # where a link to the first row that is marked leads
KIND_NAMES: Final = {
    "encounters": N_("Encounters"),
    "results": N_("Results"),
    "diagnoses": N_("Diagnoses"),
    "medicines": N_("Medicines"),
    "procedures": N_("Procedures"),
    "imaging": N_("Imaging"),
    "notes": N_("Notes"),
    "devices": N_("Devices"),
    "observations": N_("Observations"),
    "death": N_("Death"),
}
# How units are written where UCUM writes them for machines.
_UNITS: Final = {
    "mm[Hg]": "mmHg", "Cel": "°C", "[degF]": "°F", "[degC]": "°C", "10*9/L": "10⁹/L", "10*12/L": "10¹²/L",
    "10*3/uL": "10³/µL", "10*6/uL": "10⁶/µL", "{score}": "", "[score]": "", "umol/L": "µmol/L", "ug/L": "µg/L",
    "ug/mL": "µg/mL", "uL": "µL", "1": "", "meq/L": "mEq/L", "[iU]/L": "IU/L", "u[iU]/mL": "µIU/mL", "{INR}": "",
    "[pH]": "",
}  # fmt: skip


def told(found: Timeline, asked: Asked, kind: str) -> dict[str, Any]:
    """All of it. `kind`: the only one that is shown; "" for all."""
    kinds = (kind,) if kind else tuple(KINDS)
    data = {
        "person": _person(found),
        "first": found.first,
        "last": found.last,
        "kinds": [
            {"kind": one, "name": _(KIND_NAMES[one]), "rows": found.rows[one]} for one in KINDS if one in found.rows
        ],
        "axis": _axis(found.axis),
        "allergies": None if found.allergies is None else [asdict(one) for one in found.allergies],
        "attention": [_series(one) for one in found.attention],
        "panels": _panels(found.series, asked.language) if "results" in kinds else [],
        "courses": {
            one: [_course(course, found.axis, asked) for course in found.courses.get(one, ()) if one in kinds]
            for one in COURSES
        },
        "events": {one: [_event(event) for event in found.events.get(one, ()) if one in kinds] for one in EVENTS},
        "counts": dict(found.counts),
        "skip": asked.page.skip,
        "most": asked.page.most,
        "hidden": [_hidden(one.kind, one.why) for one in found.hidden],
        "marked": sum(map(len, asked.marked.values())) - found.unseen,
        "unseen": found.unseen,
    }  # fmt: skip
    for first in islice(_marked(data), 1):
        first["anchor"] = ANCHOR
    return data


def _marked(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is marked, in the order in which the page has it."""
    rows = chain(
        chain.from_iterable(panel["series"] for panel in data["panels"]),
        *(data["courses"][kind] for kind in ("diagnoses", "medicines")),
        *(data["events"][kind] for kind in ("encounters", "notes", "imaging", "procedures")),
        *(data["courses"][kind] for kind in ("devices", "observations")),
    )
    return (one for one in rows if one["marked"])


def _person(found: Timeline) -> dict[str, Any]:
    one = found.person
    return {
        "person_id": one.person_id, "age": one.age, "born": one.born, "sex": one.sex, "died": one.died,
        "organisations": list(one.organisations),
    }  # fmt: skip


def _hidden(kind: str, why: str) -> str:
    return f"{_(KIND_NAMES[kind])}: {_(why)}" if kind else _(why)


def _axis(axis: Axis | None) -> dict[str, Any] | None:
    if axis is None:
        return None
    found = lanes(axis, KINDS)
    return {
        "first": axis.first,
        "last": axis.last,
        "ticks": ticks(axis),
        "lanes": [one | {"name": _(KIND_NAMES[one["kind"]])} for one in found],
    }


def _panels(series: Iterable[Series], language: str) -> list[dict[str, Any]]:
    """Series by panel; those with marked results stand first, in panels of their own."""
    return [
        {
            "name": panels()[panel].names[language],
            "kind": panels()[panel].kind,
            "series": [_series(one) for one in held],
        }
        for (panel, has_marks), held in groupby(series, key=lambda one: (one.panel, bool(one.marked)))
    ]


def _series(one: Series) -> dict[str, Any]:
    return {
        "name": one.name,
        "anchor": "",
        "short": short(one.name),
        "code": one.code,
        "concept_id": one.concept_id,
        "unit": unit(one.unit),
        "value": one.value,
        "text": one.text,
        "low": one.low,
        "high": one.high,
        "flag": one.flag,
        "trend": one.trend,
        "count": one.count,
        "last_at": one.last_at,
        "results": [[_iso(at), value] for at, value in zip(one.at, one.values, strict=True)],
        "spark": spark(one),
        "marked": [{"key": m.key, "at": m.at, "value": m.value, "text": m.text} for m in one.marked],
    }


def _course(one: Course, axis: Axis | None, asked: Asked) -> dict[str, Any]:
    return {
        "anchor": "",
        "name": one.name,
        "code": one.code,
        "concept_id": one.concept_id,
        "count": one.count,
        "first": one.first,
        "last": one.last,
        "until": one.until,
        "is_now": one.until is not None and one.until.date() >= asked.now.date(),
        "detail": one.detail,
        "bars": bars(one, axis) if axis else [],
        "marked": one.marked,
    }


def _event(one: Event) -> dict[str, Any]:
    return {
        "anchor": "",
        "key": one.key,
        "at": one.at,
        "until": one.until,
        "days": None if one.until is None else (one.until.date() - one.at.date()).days,
        "name": one.name,
        "detail": one.detail,
        "organisation": one.organisation,
        "concept_id": one.concept_id,
        "count": one.count,
        "text": one.text,
        "marked": one.is_marked,
    }


def short(name: str) -> str:
    """A test's name without its specimen and method, which its panel and code say.

    >>> short("Potassium [Moles/volume] in Serum or Plasma"), short("血钾")
    ('Potassium', '血钾')
    """
    return name.partition(" [")[0].partition(" in ")[0]


def unit(told: str) -> str:
    """A unit as it is read.

    >>> unit("10*9/L"), unit("mmol/L")
    ('10⁹/L', 'mmol/L')
    """
    return _UNITS.get(told, told)


def _iso(ms: int) -> str:
    return (dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=ms)).isoformat(timespec="minutes")
