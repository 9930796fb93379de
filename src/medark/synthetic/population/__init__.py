"""Who lives in the city: homes and families, names and numbers, and how its organisations know them"""

from medark.synthetic.population.live import live
from medark.synthetic.population.marginals import marginals
from medark.synthetic.population.registrations import newcomers

__all__ = ["live", "marginals", "newcomers"]
