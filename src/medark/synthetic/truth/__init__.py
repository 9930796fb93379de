"""What is true of the city, for tests and benchmarks only: nothing of a platform may read it"""

from medark.synthetic.truth.facts import write_facts
from medark.synthetic.truth.grouping import drg_inputs

__all__ = ["drg_inputs", "write_facts"]
