"""Requests, results and reports among resources of FHIR"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from medark.flows.quality.report import Report, is_utf8

_SAID: Final = ("dataAbsentReason", "component", "hasMember")


def reports_of_text(line: bytes, row_no: int) -> Iterator[Report]:
    """Each result, report and request of a resource, or of a bundle of them."""
    if not line.strip():
        return
    yield Report(row_no, "", None, 0, 0, is_utf8(line))
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    entries = found.get("entry") if isinstance(found, dict) else None
    there = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else [{"resource": found}]
    for place, one in enumerate(there, row_no):
        resource = one.get("resource")
        if not isinstance(resource, dict):
            continue
        kind = resource.get("resourceType")
        if kind in ("Observation", "DiagnosticReport"):
            yield _of_resource(resource, place)
        elif kind == "ServiceRequest":
            names = (f"ServiceRequest/{resource.get('id')}", str(one.get("fullUrl") or ""), *_identifiers(resource))
            ordered = _moment(resource.get("authoredOn"))
            yield Report(place, "", None, 0, 0, numbers=tuple(filter(None, names)), ordered=ordered)


def _identifiers(resource: Mapping[str, Any]) -> Iterator[str]:
    there = resource.get("identifier")
    for one in there if isinstance(there, list) else [there]:
        if isinstance(one, dict) and one.get("value"):
            yield f"placer {one['value']}"


def _based_on(resource: Mapping[str, Any]) -> Iterator[str]:
    """What a result says of the request that it is of, as `ServiceRequest/1`, by its address or its number."""
    there = resource.get("basedOn")
    for one in there if isinstance(there, list) else ():
        if isinstance(one, dict):
            told = str(one.get("reference") or "")
            yield told if told.startswith("urn:") else "/".join(told.split("/")[-2:])
            yield from _identifiers(one)


def _of_resource(one: Mapping[str, Any], row_no: int) -> Report:
    is_result = one["resourceType"] == "Observation"
    says = any(name.startswith("value") for name in one) or any(name in one for name in _SAID)
    period = one.get("effectivePeriod")
    done = _moment(one.get("effectiveDateTime") or (period.get("start") if isinstance(period, dict) else None))
    reported = _moment(one.get("issued"))
    is_final = one.get("status") not in ("corrected", "amended")
    minutes = (reported - done).total_seconds() / 60 if done and reported and is_final else None
    numbers = tuple(dict.fromkeys(filter(None, _based_on(one))))
    return Report(
        row_no, _code(one.get("code")), minutes, int(is_result), int(is_result and not says), numbers=numbers,
        resulted=(reported or done) if is_final else None,
    )  # fmt: skip


def _code(told: object) -> str:
    coding = told.get("coding") if isinstance(told, dict) else None
    first = coding[0] if isinstance(coding, list) and coding and isinstance(coding[0], dict) else {}
    return str(first.get("code") or "")[:60]


def _moment(told: object) -> dt.datetime | None:
    if not isinstance(told, str) or len(told) < 16:
        return None
    try:
        found = dt.datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
