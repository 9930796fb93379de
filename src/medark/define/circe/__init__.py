"""Cohort definitions of OHDSI's ATLAS (Circe expressions, JSON) read as cohorts of this language"""

from medark.define.circe.cohort import cohort_from_circe

__all__ = ["cohort_from_circe"]
