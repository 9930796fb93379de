"""What a thing is, where other records name it by its key only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medark.standardise.formats.fhir.codes import Codes, says_something
from medark.standardise.formats.fhir.issue import excluded
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import Product

NO_EVENT = "a thing, not an event"  # how a unit ends that says what a thing is, and nothing else


def product_rows(resource_type: str, identity: str | None, said: Codes, at: Unit) -> Iterator[tuple[Any, ...]]:
    """Its codes under its key; nothing for one that can't be named or says nothing."""
    if not identity or not says_something(said):
        return
    code, system, text, alt, alt_system, alt2, alt2_system = said
    yield Product(
        at.record_no, at.row_no, 0,
        product_key=f"{resource_type}/{identity}",
        code=code,
        code_system=system,
        code_text=text,
        alt_code=alt,
        alt_system=alt_system,
        alt2_code=alt2,
        alt2_system=alt2_system,
    )  # fmt: skip


def only_product(resource_type: str, identity: str | None, said: Codes, at: Unit) -> Iterator[tuple[Any, ...]]:
    """The same for what is nothing else; Issue if there is nothing to say."""
    rows = list(product_rows(resource_type, identity, said, at))
    if not rows:
        raise excluded(NO_EVENT)
    yield from rows
