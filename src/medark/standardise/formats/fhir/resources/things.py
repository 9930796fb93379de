"""Device, DeviceUseStatement, Specimen, ImagingStudy: things that were in, on or taken from a patient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Raw

from medark.standardise.formats.fhir.codes import Codes, codes, says_something
from medark.standardise.formats.fhir.elements import (
    Coding,
    Concept,
    Contained,
    Element,
    Identifier,
    Link,
    Period,
    Quantity,
    Reference,
    Resource,
    Timing,
    began,
    number,
    unit,
)
from medark.standardise.formats.fhir.issue import excluded, quarantined
from medark.standardise.formats.fhir.resources.procedures import stop_reason
from medark.standardise.formats.fhir.resources.products import only_product, product_rows
from medark.standardise.formats.fhir.status import must_have_begun, must_have_happened
from medark.standardise.formats.fhir.unit import Unit, find_contained, named
from medark.standardise.formats.staged import Event, Image
from medark.standardise.formats.staged import Specimen as SpecimenRow


class UdiCarrier(Element):
    device_identifier: str | None = None  # the model (UDI-DI); the serial number is not read


class DeviceName(Element):
    name: str | None = None


class Device(Resource, tag="Device", tag_field="resourceType"):
    udi_carrier: list[UdiCarrier] | None = None
    status: str | None = None
    lot_number: str | None = None
    device_name: list[DeviceName] | None = None
    type: Concept | None = None
    patient: Link | None = None


class DeviceUseStatement(Contained, tag="DeviceUseStatement", tag_field="resourceType"):
    status: str | None = None
    subject: Link | None = None
    timing_timing: Timing | None = None
    timing_period: Period | None = None
    timing_date_time: str | None = None
    recorded_on: str | None = None
    source: Link | None = None
    device: Reference | None = None


class Collection(Element):
    collected_date_time: str | None = None
    collected_period: Period | None = None
    quantity: Quantity | None = None
    body_site: Concept | None = None
    collector: Link | None = None


class Specimen(Resource, tag="Specimen", tag_field="resourceType"):
    status: str | None = None
    type: Concept | None = None
    subject: Link | None = None
    received_time: str | None = None
    collection: Collection | None = None


class Series(Element):
    uid: str | None = None
    modality: Coding | None = None
    number_of_instances: int | None = None
    body_site: Coding | None = None
    started: str | None = None
    instance: list[Raw] | None = None


class ImagingStudy(Resource, tag="ImagingStudy", tag_field="resourceType"):
    identifier: list[Identifier] | None = None
    status: str | None = None
    subject: Link | None = None
    encounter: Link | None = None
    started: str | None = None
    interpreter: list[Link] | None = None
    procedure_reference: Link | None = None
    series: list[Series] | None = None


def device_rows(device: Device, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A device of a patient (an implant record) is an exposure without a date; one of nobody's is only a thing."""
    if device.status == "entered-in-error":
        raise excluded("entered in error", "status")
    if device.patient is None:
        yield from only_product("Device", device.id, _named_codes(device), at)
        return
    yield from product_rows("Device", device.id, _named_codes(device), at)
    yield _exposure(at, device.id and f"Device/{device.id}", at.patient(device.patient, "patient"), device, "ehr")


def device_use_rows(use: DeviceUseStatement, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A device event."""
    must_have_happened("DeviceUseStatement", use.status)
    period = use.timing_period or Period()
    events = (use.timing_timing.event if use.timing_timing else None) or [""]
    start = use.timing_date_time or period.start or events[0] or use.recorded_on
    must_have_begun(use.status, start)
    yield _exposure(
        at, use.id and f"DeviceUseStatement/{use.id}", at.patient(use.subject), _device(use, at),
        "patient_report" if at.is_from_patient(use.source) else "ehr", start, period.end, stop_reason(use.status, None),
    )  # fmt: skip


def _device(use: DeviceUseStatement, at: Unit) -> Device:
    reference = use.device or Reference()
    if reference.reference and reference.reference.startswith("#"):
        found = find_contained(use.contained, reference.reference, Device)
    else:
        found = at.neighbours.find(Device, at.target(reference)[1])
    if found is not None:
        return found
    return Device(type=named(reference, at, "Device"))


def _named_codes(device: Device) -> Codes:
    name = next((n.name for n in device.device_name or () if n.name), None)
    return codes(device.type or Concept(text=name), "device")


def _exposure(
    at: Unit,
    key: str | None,
    person: str,
    device: Device,
    how: str,
    start: str | None = None,
    end: str | None = None,
    stopped: str | None = None,
) -> tuple[Any, ...]:
    code, system, text, alt, alt_system, alt2, alt2_system = said = _named_codes(device)
    if not says_something(said):
        raise quarantined("no code", "type")
    return Event(
        at.record_no, at.row_no, 0,
        kind="device",
        event_key=key,
        person_key=person,
        code=code,
        code_system=system,
        code_text=text,
        alt_code=alt,
        alt_system=alt_system,
        alt2_code=alt2,
        alt2_system=alt2_system,
        start_time=start,
        end_time=end,
        type=how,
        stop_reason=stopped,
        lot_number=device.lot_number,
        device_id=next((u.device_identifier for u in device.udi_carrier or () if u.device_identifier), None),
    )  # fmt: skip


def specimen_rows(specimen: Specimen, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A specimen."""
    if specimen.status == "entered-in-error":
        raise excluded("entered in error", "status")
    person = at.patient(specimen.subject)
    taken = specimen.collection or Collection()
    code, system, text, *_ = said = codes(specimen.type, "specimen")
    if not says_something(said):
        raise quarantined("no code", "type")
    site_code, site_system, site_text, *_ = codes(taken.body_site, "specimen")
    yield SpecimenRow(
        at.record_no, at.row_no, 0,
        event_key=specimen.id and f"Specimen/{specimen.id}",
        person_key=person,
        provider_key=at.provider(taken.collector),
        code=code,
        code_system=system,
        code_text=text,
        collected_time=taken.collected_date_time
        or began(taken.collected_period)
        or specimen.received_time,
        quantity=number(taken.quantity.value, "collection.quantity.value") if taken.quantity else None,
        unit=unit(taken.quantity) if taken.quantity else None,
        site_code=site_code,
        site_system=site_system,
        site_text=site_text,
        status=specimen.status,
        type="ehr",
    )  # fmt: skip


def imaging_rows(study: ImagingStudy, at: Unit) -> Iterator[tuple[Any, ...]]:
    """An image row of each series."""
    must_have_happened("ImagingStudy", study.status)
    person = at.patient(study.subject)
    study_uid = _study_uid(study)
    if study_uid is None:
        raise quarantined("no study UID", "identifier")
    visit_key, detail_key = at.visit(study.encounter)
    procedure = at.target(study.procedure_reference)[1]
    key = study.id and f"ImagingStudy/{study.id}"
    for number_, series in enumerate(study.series or (), 1):
        if not series.uid:
            raise quarantined("required element missing", f"series[{number_ - 1}].uid")
        yield Image(
            at.record_no, at.row_no, number_ - 1,
            event_key=key and (f"{key}#series {number_}" if number_ > 1 else key),
            person_key=person,
            visit_key=visit_key,
            detail_key=detail_key,
            provider_key=at.provider_of(study.interpreter or ()),
            study_uid=study_uid,
            series_uid=series.uid.removeprefix("urn:oid:"),
            modality=series.modality and series.modality.code,
            body_site=series.body_site and (series.body_site.code or series.body_site.display),
            study_time=series.started or study.started,
            instances=_instances(series),
            procedure_key=f"Procedure/{procedure}" if procedure else None,
        )  # fmt: skip
    if not study.series:
        raise quarantined("required element missing", "series")


def _instances(series: Series) -> int | None:
    count = series.number_of_instances
    if count is None or not 0 <= count < 1 << 31:
        return len(series.instance) if series.instance is not None else None
    return count


def _study_uid(study: ImagingStudy) -> str | None:
    """The DICOM study UID is an identifier of the form urn:oid:…; accession numbers and others are left alone."""
    for identifier in study.identifier or ():
        if identifier.value and identifier.value.startswith("urn:oid:"):
            return identifier.value[8:]
        if identifier.system == "urn:dicom:uid" and identifier.value:
            return identifier.value
    return None
