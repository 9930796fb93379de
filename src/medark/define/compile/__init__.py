"""Definitions as portable SQL: a plan of steps that any engine runs"""

from medark.define.compile.compiled import compile_cohort, compile_dataset, compile_measure, compile_tally
from medark.define.compile.plan import CONCEPTS, NAMES, Plan, Step

__all__ = ["CONCEPTS", "NAMES", "Plan", "Step", "compile_cohort", "compile_dataset", "compile_measure", "compile_tally"]
