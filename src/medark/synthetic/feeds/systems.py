"""Every system of the city, in the order in which they write"""

from __future__ import annotations

from itertools import chain

from medark.synthetic.feeds import (
    cda,
    cdc,
    claims,
    clinics,
    devices,
    emr,
    ems,
    fhir_county,
    his_north,
    his_south,
    lis,
    nucleic,
    pacs,
    pathology,
    pharmacy,
    schools,
)
from medark.synthetic.feeds.system import System
from medark.synthetic.settings import CitySettings

PACKAGES = (
    his_north, his_south, fhir_county, cda, lis, pacs, pathology, emr, clinics, ems, nucleic, pharmacy, cdc, devices,
    claims, schools,
)  # fmt: skip
ALL: tuple[System, ...] = tuple(chain.from_iterable(package.SYSTEMS for package in PACKAGES))


def systems(settings: CitySettings) -> tuple[System, ...]:
    """The systems of a city with these hospitals."""
    return tuple(system for system in ALL if not system.hospital or system.hospital in settings.hospitals)
