"""A made-up account, and a language in which every translated letter can be told from one that is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import NullTranslations

import pytest

from medark import messages
from medark.model.account import (
    FileAccount,
    IngestAccount,
    ReasonCount,
    TableAccount,
    UnitAccount,
    WaitingTable,
)

_LETTERS = {ord(letter): 0x1D5BA + place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
_LETTERS |= {ord(letter): 0x1D5A0 + place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


class Pseudo(NullTranslations):
    """Every letter of a message in another alphabet; `{places}` stay."""

    def gettext(self, message: str) -> str:
        parts = re.split(r"(\{\w*\})", message)
        return "".join(part if part.startswith("{") else part.translate(_LETTERS) for part in parts)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


@pytest.fixture
def pseudo() -> Iterator[None]:
    """Messages in the pseudo language."""
    messages.use(Pseudo())
    yield
    messages.use("en")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins and ends in English."""
    messages.use("en")
    yield
    messages.use("en")


@pytest.fixture
def account() -> IngestAccount:
    """An ingest that had something of everything."""
    return IngestAccount(
        batch_no=3,
        source="north/lis",
        files=FileAccount(
            617, 610, 5, (("feed.zip!/../x", "path leaves the archive"), ("b[red].gz", "too deep")), 720_400_000
        ),
        units={
            "fhir": UnitAccount(1000, 980, 10, 4, 6),
            "hl7v2": UnitAccount(139, 139),
        },
        tables=(TableAccount("person", 312, 312, 0, 0), TableAccount("measurement", 9000, 8800, 150, 50)),
        reasons=(
            ReasonCount("quarantined", "person not known", 50, "measurement", "record=17 row=4"),
            ReasonCount("excluded", "entered in error", 6),
            ReasonCount("unlinked", "visit_occurrence_id", 4, "measurement", "record=20 row=0"),
        ),
        waiting=(WaitingTable(12, 1000, tuple(f"column_{i}" for i in range(20))),),
        people=312,
        seconds=12.4,
    )
