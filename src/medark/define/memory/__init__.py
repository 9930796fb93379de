"""Definitions evaluated in memory, for one person: the oracle of the language, and its live engine"""

from medark.define.memory.attrition import Left, attrition
from medark.define.memory.context import Entry
from medark.define.memory.evaluate import Compiled, compiled, entries, plainly_compiled
from medark.define.memory.evidence import Evidence, Explained
from medark.define.memory.explain import (
    ExplainedCandidate,
    ExplainedCohort,
    ExplainedEntry,
    ExplainedItem,
    ExplainedScore,
    ExplainedStep,
    explain_cohort,
    explain_dataset,
    explain_score,
)
from medark.define.memory.record import Record
from medark.define.memory.rules import Decision, RuleSet, moment_of
from medark.define.memory.tally import tallied

__all__ = [
    "Compiled", "Decision", "Entry", "Evidence", "Explained", "ExplainedCandidate", "ExplainedCohort",
    "ExplainedEntry", "ExplainedItem", "ExplainedScore", "ExplainedStep", "Left", "Record", "RuleSet", "attrition",
    "compiled", "entries", "explain_cohort", "explain_dataset", "explain_score", "moment_of", "plainly_compiled",
    "tallied",
]  # fmt: skip
