"""One message on its way to staging rows: whose it is, which visit and order it is in, and what it gave"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from medark.standardise.formats.hl7v2.batch import Batch
from medark.standardise.formats.hl7v2.reading import REPETITIONS, Place
from medark.standardise.formats.hl7v2.results import ORDER_WIDTH, ResultReading
from medark.standardise.formats.hl7v2.text import Text
from medark.standardise.formats.staged import CareSite, Event, Provider, UnitIssue

OWN_SEGMENT = "HL7 v2 Z segment"


class Unit:
    """The state of a message while its segments are read in order."""

    def __init__(self, batch: Batch, row_no: int, results: ResultReading, trigger: str, sent_time: str) -> None:
        self.batch, self.row_no, self.results = batch, row_no, results
        self.reading = results.reading
        self.times = self.reading.times
        self.digits = self.reading.digits
        self.trigger = trigger  # "A01"
        self.event_time = sent_time  # MSH-7 until EVN says better
        self.person_key = ""
        self.people: list[str] = []  # of every PID that could be read
        self.death_time: str | None = None
        self.account_key: str | None = None  # PID-18
        self.visit_key: str | None = None
        self.visit_start: str | None = None
        self.attending_key: str | None = None
        self.result_type = "ehr"
        self.parts: dict[str, int] = {}
        self.keys: dict[str, int] = {}
        self.issues: dict[tuple[str, str, str], None] = {}
        self.own_segments: dict[str, int] = {}  # Z segments by name
        self.pending: list[Callable[[], None]] = []  # rows that wait for the segments that complete them
        self.charged: set[str] = set()  # procedures that an FT1 already told
        self.reports: dict[str, Text] = {}  # texts whose lines are still coming, by OBX-3
        self.appointment: list[str] = []
        self.clear_order()

    def clear_order(self) -> None:
        """Nothing of an earlier order holds any more."""
        self.order_at = -1  # place in Results.orders, once a result needs it
        self.order_number: str | None = None
        self.order_control = self.order_status = self.order_key = ""
        self.order_time: str | None = None
        self.order_provider: str | None = None
        self.order_code = ""
        self.order_section = ""
        self.timing: tuple[str | None, str | None] = (None, None)
        self.drug: dict[str, Any] | None = None
        self.order_title: str | None = None
        self.document: Text | None = None

    def clear_person(self) -> None:
        """Another patient begins (PID)."""
        self.finish()
        self.clear_order()
        self.person_key = ""
        self.death_time = self.account_key = self.visit_key = self.visit_start = self.attending_key = None

    def finish(self) -> None:
        """Write the rows that waited for more."""
        pending, self.pending = self.pending, []
        for write in pending:
            write()

    def add(self, make: Callable[..., tuple[Any, ...]], **columns: Any) -> None:
        """File a row of this message."""
        table = make.__name__
        part_no = self.parts.get(table, 0)
        self.parts[table] = part_no + 1
        self.batch.staged.add(make(self.batch.record_no, self.row_no, part_no, **columns))

    def event(self, kind: str, key: str, **columns: Any) -> None:
        """File a clinical event of the patient, in the visit, under a key of its own."""
        self.add(
            Event,
            kind=kind,
            event_key=self.unique(key),
            person_key=self.person_key,
            visit_key=self.visit_key,
            **columns,
        )

    def unique(self, key: str) -> str:
        """The key, told apart from an equal one earlier in this message."""
        times = self.keys.get(key, 0) + 1
        self.keys[key] = times
        return key if times == 1 else f"{key}|{times}"

    def issue(self, outcome: str, reason: str, place: str) -> None:
        """A part of the message did not load; the same thing at the same place is told once."""
        if len(self.issues) < 100:
            self.issues[outcome, reason, place] = None

    def repetitions(self, field: str, place: str) -> list[str]:
        """The repetitions of a field that say something; of a hostile number of them the first, and an issue."""
        found = self.reading.repetitions(field)
        if len(found) > REPETITIONS:
            self.issue("quarantined", "too many repetitions", place)
        return found[:REPETITIONS]

    def time(self, field: str, place: str) -> str | None:
        """The time in a field; None when there is none or it can't be read, and then an issue says so."""
        given = self.times[field]
        if given is None:
            self.issue("not_understood", "time can't be read", place)
        return given or None

    def provider(self, field: str) -> str | None:
        """Key of the provider in an XCN field, who gets a row."""
        if not field:
            return None
        key = self.reading.provider_key(field)
        if key is not None and key not in self.batch.providers:
            self.batch.providers.add(key)
            self.add(Provider, provider_key=key)
        return key

    def ward(self, field: str) -> Place:
        """The place of a PL field; its ward gets a row."""
        place = self.reading.place(field)
        if place.ward_key is not None and place.ward_key not in self.batch.wards:
            self.batch.wards.add(place.ward_key)
            self.add(CareSite, care_site_key=place.ward_key, name=place.ward_name, kind=place.kind)
        return place

    @property
    def within(self) -> str:
        """What a fact without a number of its own is a fact of: the visit, else the person."""
        return self.visit_key or self.person_key

    def order(self) -> int:
        """The place of the current order among those that results refer to."""
        if self.order_at < 0:
            orders = self.batch.results.orders
            self.order_at = len(orders) // ORDER_WIDTH
            provider = self.order_provider or self.attending_key
            orders += (
                self.batch.record_no, self.row_no, self.person_key, self.visit_key, provider, self.result_type,
            )  # fmt: skip
        return self.order_at

    def close(self) -> None:
        """Write what waited, that there were segments of the sender's own, and what went wrong."""
        self.finish()
        if self.person_key:
            for name, times in self.own_segments.items():
                # That it was there, never what it says: nobody knows which of its fields name the patient.
                self.event(
                    "observation", f"{self.within}|{name}|{self.event_time}", code=name, code_system=OWN_SEGMENT,
                    value=str(times), start_time=self.event_time or None, type="ehr",
                )  # fmt: skip
        for part_no, (outcome, reason, place) in enumerate(self.issues):
            row = UnitIssue(
                self.batch.record_no, self.row_no, part_no, outcome=outcome, reason=reason, place=place or None
            )
            self.batch.staged.add(row)
