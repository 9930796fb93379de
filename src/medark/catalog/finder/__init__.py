"""Search over a hundred thousand short texts in two languages, without a service: arrays that are mapped from a file"""

from medark.catalog.finder.ask import Asked, Finder, Hit, Matches
from medark.catalog.finder.make import Text, counted, made, named

__all__ = ["Asked", "Finder", "Hit", "Matches", "Text", "counted", "made", "named"]
