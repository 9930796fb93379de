"""Search over a hundred thousand short texts in two languages, without a service: arrays that are mapped from a file"""

from medark.catalog.finder.ask import Asked, Finder, Hit, Matches
from medark.catalog.finder.make import Arrays, Text, counted, indexed, number_of

__all__ = ["Arrays", "Asked", "Finder", "Hit", "Matches", "Text", "counted", "indexed", "number_of"]
