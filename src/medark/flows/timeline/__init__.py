"""A person's record as a timeline, people by number, and who was looked at lately; all through the gate"""

from medark.flows.timeline.nouns import (
    KINDS,
    Axis,
    Bar,
    Course,
    Event,
    Hidden,
    Marked,
    Person,
    Result,
    Series,
    Timeline,
)  # fmt: skip
from medark.flows.timeline.people import Seen, known_by, lately, search, seen
from medark.flows.timeline.reading import Asked, UnseenError, local_now, timeline
from medark.flows.timeline.window import Page

__all__ = [
    "KINDS", "Asked", "Axis", "Bar", "Course", "Event", "Hidden", "Marked", "Page", "Person", "Result", "Seen",
    "Series", "Timeline", "UnseenError", "known_by", "lately", "local_now", "search", "seen", "timeline",
]  # fmt: skip
