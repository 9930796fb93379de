"""What the city is made of, as tables with their sources: one CSV a subject"""

from medark.synthetic.facts.read import by_key, frame, keys, names, numbers, rows

__all__ = ["by_key", "frame", "keys", "names", "numbers", "rows"]
