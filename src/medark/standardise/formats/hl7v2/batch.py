"""What the messages of some chunks share: where rows go, what was said before, and how fields are read"""

from __future__ import annotations

from medark.model.source import Source
from medark.standardise.formats.hl7v2.delimiters import Delimiters
from medark.standardise.formats.hl7v2.reading import Reading
from medark.standardise.formats.hl7v2.results import ResultReading, Results
from medark.standardise.formats.staged import Staged


class Batch:
    """Some chunks in the making, one after the other.

    A statement that only repeats what the record's latest word on the same thing was gives no second row: a patient's
    identity rides on each of their messages.
    """

    def __init__(self, source: Source) -> None:
        self.record_no = 0
        self.authorities = source.authorities
        self.staged = Staged()
        self.results = Results()
        self.said: dict[tuple[str, str], object] = {}
        # What was named before and has its row.
        self.providers: set[str] = set()
        self.wards: set[str] = set()
        self.homes: set[str] = set()
        self._readings: dict[tuple[str, str], ResultReading] = {}

    def begin(self, record_no: int) -> None:
        """What follows is of this record; each record says all that it says itself, whatever those before it said."""
        if record_no != self.record_no:
            self.record_no = record_no
            for known in (self.said, self.providers, self.wards, self.homes):
                known.clear()

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
