"""A FHIR Consent as refusals: which uses of their data a person forbids, from when and until when

Source: HL7 FHIR R4, Consent (status, provision.type, period, purpose, actor, nested provisions are exceptions to the
one around them); purposes: HL7 v3 ActReason, children of PurposeOfUse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from medark.model.access import Purpose, Refusal

_PURPOSES: Final[Mapping[str, Purpose]] = {
    "TREAT": Purpose.CARE, "ETREAT": Purpose.CARE, "BTG": Purpose.CARE, "CAREMGT": Purpose.CARE, "COC": Purpose.CARE,
    "PUBHLTH": Purpose.PUBLIC_HEALTH, "DISASTER": Purpose.PUBLIC_HEALTH, "THREAT": Purpose.PUBLIC_HEALTH,
    "HRESCH": Purpose.RESEARCH, "BIORCH": Purpose.RESEARCH, "CLINTRCH": Purpose.RESEARCH, "TRANSRCH": Purpose.RESEARCH,
    "HOPERAT": Purpose.OPERATIONS, "HQUALIMP": Purpose.OPERATIONS, "HSYSADMIN": Purpose.OPERATIONS,
    "HMARKT": Purpose.OPERATIONS,
    "HPAYMT": Purpose.PAYMENT, "CLMATTCH": Purpose.PAYMENT, "COVAUTH": Purpose.PAYMENT, "COVERAGE": Purpose.PAYMENT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """One deny: of a purpose and an organisation (None: of any), in a period of milliseconds since 1970, UTC."""

    purpose: Purpose | None
    organisation: str | None
    starts_ms: int
    ends_ms: int | None


@dataclass(frozen=True, slots=True)
class Consent:
    """What one Consent forbids. `person_key`: the id of its Patient. One that is not active forbids nothing."""

    origin: str
    person_key: str
    denied: tuple[_Said, ...]

    def refusals(self, person_id: int) -> list[Refusal]:
        """The same about a person."""
        return [Refusal(person_id, one.purpose, one.organisation, one.starts_ms, one.ends_ms) for one in self.denied]


def consents(resource: Mapping[str, Any]) -> Iterator[Consent]:
    """The Consents in a resource: itself, or those of a Bundle. Others are passed over."""
    if resource.get("resourceType") == "Bundle":
        for entry in resource.get("entry") or ():
            yield from consents(entry.get("resource") or {})
    elif resource.get("resourceType") == "Consent":
        patient = str((resource.get("patient") or {}).get("reference") or "")
        active = resource.get("status") == "active"
        denied = tuple(_denied(resource.get("provision") or {}, "")) if active else ()
        yield Consent(f"Consent/{resource.get('id', '')}", patient.rpartition("/")[2].rpartition(":")[2], denied)


def _denied(provision: Mapping[str, Any], around: str) -> Iterator[_Said]:
    kind = provision.get("type") or ("deny" if around == "permit" else "permit")  # an exception is the opposite
    inner = provision.get("provision") or []
    if kind == "deny":
        excepted = {p for one in inner if _kind(one, kind) == "permit" for p in _purposes(one)}
        yield from _refused(provision, excepted)
    for one in inner:
        if _kind(one, kind) == "deny":
            yield from _denied(one, kind)


def _kind(provision: Mapping[str, Any], around: str) -> str:
    return str(provision.get("type") or ("deny" if around == "permit" else "permit"))


def _refused(provision: Mapping[str, Any], excepted: set[Purpose]) -> Iterator[_Said]:
    purposes: list[Purpose | None] = list(dict.fromkeys(_purposes(provision)))
    if not purposes:  # codes that nobody knows say no to everything: rather too much than too little
        purposes = [one for one in Purpose if one not in excepted] if excepted else [None]
    period = provision.get("period") or {}
    starts, ends = _moment(period.get("start"), end=False), _moment(period.get("end"), end=True)
    for purpose in purposes:
        if purpose not in excepted:
            for organisation in _organisations(provision) or [None]:
                yield _Said(purpose, organisation, starts or 0, ends)


def _purposes(provision: Mapping[str, Any]) -> Iterator[Purpose]:
    for coding in provision.get("purpose") or ():
        if coding.get("code") in _PURPOSES:
            yield _PURPOSES[coding["code"]]


def _organisations(provision: Mapping[str, Any]) -> list[str | None]:
    told = (str((actor.get("reference") or {}).get("reference") or "") for actor in provision.get("actor") or ())
    return [name.removeprefix("Organization/") for name in told if name.startswith("Organization/")]


def _moment(text: str | None, *, end: bool) -> int | None:
    """Of a date, the beginning of the day, or its end; UTC where no zone is told.

    >>> _moment("1970-01-02", end=False), _moment("1970-01-01", end=True), _moment("1970", end=False)
    (86400000, 86400000, 0)
    """
    if not text:
        return None
    try:
        if len(text) <= 10:
            padded = dt.date.fromisoformat((text + "-01-01")[:10])
            days = {4: 366, 7: 31, 10: 1}[len(text)] if end else 0  # of a month or a year rather a day more than less
            moment = dt.datetime.combine(padded, dt.time(), dt.UTC) + dt.timedelta(days=days)
        else:
            moment = dt.datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except (ValueError, KeyError):
        return None
    return int(moment.timestamp() * 1000)
