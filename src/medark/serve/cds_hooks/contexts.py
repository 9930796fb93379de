"""What the context of each hook must hold: who, whom, which encounter, and orders that are not signed yet"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from medark.messages import N_
from medark.serve.http.errors import MalformedError

# Source: the hook definitions of CDS Hooks 2.0 (STU 1), "Context": the fields that are REQUIRED.
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    "patient-view": ("userId", "patientId"),
    "order-select": ("userId", "patientId", "selections", "draftOrders"),
    "order-sign": ("userId", "patientId", "draftOrders"),
    "encounter-start": ("userId", "patientId", "encounterId"),
    "encounter-discharge": ("userId", "patientId", "encounterId"),
}
SERVED: Final = tuple(REQUIRED)
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")  # FHIR's id
_MOST: Final = 200  # draft orders


@dataclass(frozen=True, slots=True)
class Context:
    """Whom a hook is about, by the client's own ids."""

    patient: str = field(repr=False)
    encounter: str = field(default="", repr=False)
    drafts: Sequence[Mapping[str, Any]] = field(default=(), repr=False)


def context_of(hook: str, told: Mapping[str, Any]) -> Context:
    """The context of a request. MalformedError for a field that is missing or is something else."""
    for name in REQUIRED[hook]:
        if not told.get(name):
            raise _wrong(name)
    return Context(_id(told, "patientId"), _id(told, "encounterId"), _drafts(told.get("draftOrders")))


def _id(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if value is None:
        return ""
    plain = value.rpartition("/")[2] if isinstance(value, str) else value
    if not isinstance(plain, str) or not _ID.fullmatch(plain):
        raise _wrong(name)
    return plain


def _drafts(bundle: object) -> Sequence[Mapping[str, Any]]:
    """The resources of a Bundle."""
    if bundle is None:
        return ()
    entries = bundle.get("entry", []) if isinstance(bundle, dict) else None
    if not isinstance(entries, list) or len(entries) > _MOST:
        raise _wrong("draftOrders")
    found = [entry.get("resource") if isinstance(entry, dict) else None for entry in entries]
    return tuple(one for one in found if isinstance(one, dict))


def _wrong(name: str) -> MalformedError:
    return MalformedError(N_("the context of this hook lacks a field, or has it in another form"), at=f"context.{name}")
