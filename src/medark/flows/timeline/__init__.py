"""A person's record as a timeline, people by number, and who was looked at lately; all through the gate"""

from medark.flows.timeline.nouns import KINDS, Course, Event, Hidden, Marked, Person, Result, Series, Timeline
from medark.flows.timeline.timeline import Asked, UnseenError, local_now, timeline

__all__ = [
    "KINDS", "Asked", "Course", "Event", "Hidden", "Marked", "Person", "Result", "Series", "Timeline", "UnseenError",
    "local_now", "timeline",
]  # fmt: skip
