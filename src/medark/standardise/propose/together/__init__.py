"""Tables of one source beside each other: what their columns hold tells which of them are keys, and whose."""

from medark.standardise.propose.together.settled import settled

__all__ = ["settled"]
