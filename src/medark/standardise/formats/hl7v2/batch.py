"""What the messages of one chunk share: where rows go, what was said before, and how fields are read"""

from __future__ import annotations

from medark.model.source import Source
from medark.standardise.formats.hl7v2.delimiters import Delimiters
from medark.standardise.formats.hl7v2.reading import Reading
from medark.standardise.formats.hl7v2.results import ResultReading, Results
from medark.standardise.formats.staged import CareSite, Location, Provider, Staged


class Batch:
    """One chunk in the making.

    A statement that only repeats what the chunk's latest word on the same thing was gives no second row: a patient's
    identity rides on each of their messages.
    """

    def __init__(self, record_no: int, source: Source) -> None:
        self.record_no = record_no
        self.authorities = source.authorities
        self.staged = Staged()
        self.results = Results(record_no)
        self.said: dict[tuple[str, str], object] = {}
        self._known: set[tuple[str, str]] = set()
        self._readings: dict[tuple[str, str], ResultReading] = {}

    def reading(self, delimiters: Delimiters, marks: str, codec: str) -> ResultReading:
        """How messages with these delimiters (written `marks`) and this codec are read."""
        found = self._readings.get((marks, codec))
        if found is None:
            reading = Reading(delimiters, codec, self.authorities)
            found = self._readings[marks, codec] = ResultReading(reading, self.results)
        return found

    def is_news(self, about: str, key: str, said: object) -> bool:
        """Does this differ from the latest word on `key`? From now on it is the latest word."""
        if self.said.get((about, key)) == said:
            return False
        self.said[about, key] = said
        return True

    def provider(self, key: str | None, row_no: int) -> None:
        """A provider was named: one row a chunk, with no more than the number."""
        if key is not None and self._is_new("provider", key):
            self.staged.add(Provider(self.record_no, row_no, 0, provider_key=key))

    def care_site(self, key: str | None, name: str | None, kind: str | None, row_no: int) -> None:
        """A ward or facility was named: one row a chunk."""
        if key is not None and self._is_new("care_site", key):
            self.staged.add(CareSite(self.record_no, row_no, 0, care_site_key=key, name=name, kind=kind))

    def home(self, state: str | None, zip3: str | None, country: str | None, row_no: int) -> str | None:
        """Key of the coarse place where a person lives: state, three digits of the postal code, country."""
        if not (state or zip3 or country):
            return None
        key = "|".join(("home", country or "", state or "", zip3 or ""))
        if self._is_new("location", key):
            row = Location(self.record_no, row_no, 0, location_key=key, state=state, zip=zip3, country=country)
            self.staged.add(row)
        return key

    def _is_new(self, about: str, key: str) -> bool:
        known = len(self._known)
        self._known.add((about, key))
        return len(self._known) > known
