"""Where people live and are cared for, who cares for them, and what was taken of them"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from medark.standardise.propose.draft.context import Context, there, whose
from medark.standardise.propose.draft.parts import Line, TargetDraft

_OF_HOME = ("state", "county", "zip")  # of a person's home no more may be known
_OF_SITE = ("state", "county", "zip", "city", "address", "latitude", "longitude")
_FIELDS = {"address": "address_1"}
_ZIP = 3  # figures of a person's postcode


def homes(context: Context) -> Iterator[TargetDraft]:
    """The coarse place where somebody lives; its key comes first."""
    found = {part: line for part in _OF_HOME if (line := context.own(part, f"loc.{part}"))}
    if "zip" in found:
        found["zip"] = replace(found["zip"], expression=f"substr({found['zip'].expression}, 1, {_ZIP})")
    if found:
        parts = " || '|' || ".join(f"coalesce({line.expression}, '')" for line in found.values())
        yield _located(f"'home|' || {parts}", found)


def places(context: Context, kind: str) -> Iterator[TargetDraft]:
    """Wards, departments, hospitals, and who works there."""
    site, name = context.own("care_site_key", "care_site_key"), context.own("name", "care_site_name")
    if kind == "dept" and site is None:
        site, name = context.own("care_site_key", "org_key"), context.own("name", "org_name") or name
    if kind == "dept" and site is None and name is not None:  # known by its name alone
        site = replace(name, field="care_site_key")
    if site and name:
        found = (
            {part: line for part in _OF_SITE if (line := context.own(part, f"loc.{part}"))} if kind == "dept" else {}
        )
        located = [_located(f"'site|' || {site.expression}", found)] if found else []
        where = [replace(one.lines[0], field="location_key") for one in located]
        yield TargetDraft("care_site", (site, name, *where), {}, f"{site.expression} is not null")
        yield from located
    staff = context.own("provider_key", "provider_key")
    if staff and (kind == "staff" or kind == "visit"):
        more = there(site, context.own("specialty_text", "prov.specialty") if kind == "staff" else None)
        yield TargetDraft("provider", (staff, *more), {}, f"{staff.expression} is not null")


def _located(key: str, found: dict[str, Line]) -> TargetDraft:
    lines = list(found.values())
    columns = tuple(dict.fromkeys(column for line in lines for column in line.columns))
    first = Line("location_key", key, columns, min(line.chance for line in lines), lines[0].why)
    return TargetDraft("location", (first, *(replace(li, field=_FIELDS.get(p, p)) for p, li in found.items())))


def specimens(context: Context, kind: str) -> Iterator[TargetDraft]:
    """What was sent to the pathologist."""
    name = context.own("code_text", "spec.name") if kind in ("exam", "note") else None
    if name is not None:
        time = context.own("collected_time", "meas.time", "exam.time", "spec.time", "note.time")
        coded = replace(name, field="code")
        fixed = {"code_system": f"{context.source} specimens", "type": "ehr"}
        yield TargetDraft("specimen", (*whose(context), coded, name, *there(time)), fixed)
