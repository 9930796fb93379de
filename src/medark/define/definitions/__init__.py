"""What is built from series: Dataset, Cohort, Score, Rule, Measure; and Tally, of what is nobody's"""

from medark.define.definitions.cohort import Cohort
from medark.define.definitions.dataset import Dataset
from medark.define.definitions.measure import Measure
from medark.define.definitions.rule import Card, Rule
from medark.define.definitions.score import Band, Item, Score
from medark.define.definitions.tally import Tally

Definition = Dataset | Cohort | Score | Rule | Measure | Tally

__all__ = ["Band", "Card", "Cohort", "Dataset", "Definition", "Item", "Measure", "Rule", "Score", "Tally"]
