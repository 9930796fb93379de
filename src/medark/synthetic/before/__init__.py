"""A made-up city with known truth, written out as its systems would write it: for the demo, tests and benchmarks"""

from medark.synthetic.before.city import City, make_city
from medark.synthetic.before.output import SENT_TWICE, UNMAPPED, Ending, Planted
from medark.synthetic.before.write import write_city

__all__ = ["SENT_TWICE", "UNMAPPED", "City", "Ending", "Planted", "make_city", "write_city"]
