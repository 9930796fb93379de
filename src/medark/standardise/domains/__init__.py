"""Staging to OMOP, one .sql a table: person visit condition drug measurement procedure imaging note cost …"""

from medark.standardise.domains.steps import DERIVED, READ, STEPS

__all__ = ["DERIVED", "READ", "STEPS"]
