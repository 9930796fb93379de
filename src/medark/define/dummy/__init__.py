"""Made-up people for a definition, so that a study can be written and tried before access to data is granted"""

from medark.define.dummy.branches import Branch
from medark.define.dummy.population import TODAY, Dummy, dummy_population

__all__ = ["TODAY", "Branch", "Dummy", "dummy_population"]
