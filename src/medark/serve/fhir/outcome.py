"""Errors as FHIR tells them: an OperationOutcome, with what, where and the next thing to try, never a value"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson
from starlette.responses import Response

from medark.errors import AccessError, BusyError, MedarkError, NotFoundError, UsageError
from medark.messages import phrase

MEDIA_TYPE: Final = "application/fhir+json"
# Source: FHIR R4, value set IssueType.
_CODES: Final[tuple[tuple[type[MedarkError], str], ...]] = (
    (AccessError, "forbidden"), (NotFoundError, "not-found"), (BusyError, "transient"), (UsageError, "invalid"),
)  # fmt: skip


def outcome(*issues: dict[str, Any]) -> dict[str, Any]:
    """An OperationOutcome of some issues."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(severity: str, code: str, text: str, *, at: str = "") -> dict[str, Any]:
    """One issue. `at`: the parameter or element that it is about."""
    found = {"severity": severity, "code": code, "details": {"text": text}}
    return found | ({"expression": [at]} if at else {})


def of_error(error: MedarkError, severity: str = "error") -> dict[str, Any]:
    """An error as an issue."""
    code = next((code for kind, code in _CODES if isinstance(error, kind)), "exception")
    where = ", ".join(f"{name}: {value}" for name, value in error.where.items())
    fix = phrase(error.fix)
    told = "; ".join(part for part in (phrase(error.what), fix, where) if part)
    at = error.where.get("parameter", error.where.get("at", ""))
    return issue(severity, code, told, at=str(at))


def ignored(names: Iterable[str]) -> list[dict[str, Any]]:
    """That some parameters were passed over."""
    return [issue("warning", "not-supported", phrase("this parameter was passed over"), at=name) for name in names]


def refused(error: MedarkError) -> Response:
    """An error as a response."""
    return answer(outcome(of_error(error)), error.http_status)


def answer(resource: dict[str, Any], status: int = 200, **headers: str) -> Response:
    """A resource as a response."""
    return Response(orjson.dumps(resource), status, headers | {"cache-control": "no-store"}, MEDIA_TYPE)
