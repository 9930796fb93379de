"""Cohort definitions of OHDSI's ATLAS (Circe expressions, JSON) read as cohorts of this language"""

from medark.define.circe.cohort import circe_parts

__all__ = ["circe_parts"]
