"""Organisations and providers that a document names, as care sites, locations and providers"""

from __future__ import annotations

from medark.model.source import Source
from medark.standardise.formats.cda.identifiers import first_key
from medark.standardise.formats.cda.parse import Element
from medark.standardise.formats.cda.unit import Unit
from medark.standardise.formats.staged import CareSite, Location, Provider


def add_organisation(organisation: Element | None, source: Source, unit: Unit) -> str | None:
    """Stage an organisation or facility (its name and full address are no secrets); its key comes back."""
    if organisation is None:
        return None
    place = organisation.find("location")
    holder = place if place is not None else organisation
    name = " ".join(holder.findtext("name", "").split()) or None
    key = first_key(organisation, source) or name
    if key is None:
        return None
    code = organisation.find("code")
    kind = (code.get("displayName") or code.get("code")) if code is not None else None
    address = holder.find("addr")
    unit.add(CareSite, care_site_key=key, name=name, kind=kind, location_key=_location(address, key, unit))
    return key


def _location(address: Element | None, key: str, unit: Unit) -> str | None:
    if address is None:
        return None
    lines = [" ".join(line.itertext()).strip() for line in address.findall("streetAddressLine")]
    parts = {name: address.findtext(name, "").strip() or None for name in ("city", "state", "county", "country")}
    zip_code = address.findtext("postalCode", "").strip() or None
    if not (any(lines) or any(parts.values()) or zip_code):
        return None
    first, second = (*lines, "", "")[:2]
    unit.add(Location, location_key=key, address_1=first or None, address_2=second or None, zip=zip_code, **parts)
    return key


def add_provider(assigned: Element | None, source: Source, unit: Unit) -> str | None:
    """Stage a person who gives care, by id and specialty; their name is nobody's business here."""
    key = first_key(assigned, source)
    if assigned is None or key is None:
        return None
    code = assigned.find("code")
    said = (code.get("code"), code.get("codeSystem"), code.get("displayName")) if code is not None else (None,) * 3
    unit.add(Provider, provider_key=key, specialty_code=said[0], specialty_system=said[1], specialty_text=said[2])
    return key
