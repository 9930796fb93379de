"""Instance identifiers (II): what of them is said, and the source's own keys made from them"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from medark.model.source import Source
from medark.standardise.formats.cda.parse import Element

SSN = "2.16.840.1.113883.4.1"


class Identifier(NamedTuple):
    """An II. `extension` is "" when the root alone identifies (an UUID)."""

    root: str
    extension: str
    authority: str

    @property
    def value(self) -> str:
        return self.extension or self.root

    def key(self, source: Source) -> str:
        """`extension|root`, or the bare extension when the source calls that authority its own."""
        if not self.extension or not self.root:
            return self.value
        ours = self.root in source.authorities or self.authority in source.authorities
        return self.extension if ours else f"{self.extension}|{self.root}"


def identifiers(elements: Iterable[Element]) -> list[Identifier]:
    """The identifiers that say something, in order: no null flavors, no empty ones."""
    found = [
        Identifier(
            e.get("root", "").strip(), e.get("extension", "").strip(), e.get("assigningAuthorityName", "").strip()
        )
        for e in elements
        if e.get("nullFlavor") is None
    ]
    return [identifier for identifier in found if identifier.value]


def first_key(holder: Element | None, source: Source) -> str | None:
    """The key of the first identifier of an element."""
    found = identifiers(holder.findall("id")) if holder is not None else []
    return found[0].key(source) if found else None
