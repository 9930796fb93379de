"""The catalog: everything that there is, found by any word in Chinese or English, as far as one's grants open it"""

from medark.flows.catalog.found import Found, Occurs, Results, Standing, find, occurrences, of_reader
from medark.flows.catalog.making import bring_up_to_date, freshen

__all__ = [
    "Found", "Occurs", "Results", "Standing", "bring_up_to_date", "find", "freshen", "occurrences", "of_reader",
]  # fmt: skip
