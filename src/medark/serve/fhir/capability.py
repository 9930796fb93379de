"""The CapabilityStatement: which resources there are here, and by what they can be searched"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import medark
from medark.serve.fhir.resources import KINDS, Kind
from medark.serve.fhir.resources.kind import BirthDate, Date, Reference

VERSION: Final = "4.0.1"
_DATE: Final = dt.date(2026, 11, 26)  # of this description, not of the data


def capabilities(base: str) -> dict[str, Any]:
    """What this server can do."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _DATE.isoformat(),
        "kind": "instance",
        "software": {"name": "medark", "version": medark.__version__},
        "implementation": {"description": "OMOP rows as FHIR, each read through the grants of who asks", "url": base},
        "fhirVersion": VERSION,
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Bearer tokens; purpose by scope or header X-Purpose"},
                "resource": [_resource(kind) for kind in KINDS.values()] + [_TASK],
                "interaction": [],
                "operation": [{
                    "name": "viewdefinition-run",
                    "definition": "http://sql-on-fhir.org/OperationDefinition/$viewdefinition-run",
                }],
            }
        ],
    }  # fmt: skip


def _resource(kind: Kind) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": kind.type,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "readHistory": False,
        "updateCreate": False,
        "searchParam": [{"name": name, "type": type_} for name, type_ in parameters(kind)],
    }
    if kind.includes:
        told["searchInclude"] = [f"{kind.type}:{name}" for name in kind.includes]
    return told


def parameters(kind: Kind) -> list[tuple[str, str]]:
    """What a resource can be searched by, with the type of each."""
    found = [("_id", "token"), ("_lastUpdated", "date")]
    if kind.person == "patient":
        found += [("patient", "reference"), ("subject", "reference"), ("patient.identifier", "token")]
    for name, parameter in sorted(kind.parameters().items()):
        found.append(
            (
                name,
                "date"
                if isinstance(parameter, Date | BirthDate)
                else "reference"
                if isinstance(parameter, Reference)
                else "token",
            )
        )
    return found


_TASK: Final = {
    "type": "Task",
    "interaction": [{"code": "read"}, {"code": "search-type"}],
    "versioning": "no-version",
    "searchParam": [
        {"name": "_id", "type": "token"}, {"name": "status", "type": "token"}, {"name": "patient", "type": "reference"},
    ],
}  # fmt: skip
