"""The catalog: everything that there is, found by any word in Chinese or English, as far as one's grants open it"""

from medark.flows.catalog.drawn_through import Shown, node_of, shown
from medark.flows.catalog.found import OCCUR, Found, Occurs, Results, Standing, find, occurrences, of_reader
from medark.flows.catalog.making import bring_up_to_date, freshen, is_current, wait
from medark.flows.catalog.one import Detail, Judged, of_kind, one
from medark.flows.catalog.picture import Drawable, picture, with_addresses

__all__ = [
    "OCCUR", "Detail", "Drawable", "Found", "Judged", "Occurs", "Results", "Shown", "Standing", "bring_up_to_date",
    "find", "freshen", "is_current", "node_of", "occurrences", "of_kind", "of_reader", "one", "picture", "shown",
    "wait", "with_addresses",
]  # fmt: skip
