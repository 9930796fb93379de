"""Tables that are OMOP already: recognised, and brought from 5.3 to 5.4, ids and all other values as they are."""

from medark.standardise.maps.omop.tables import omop_table
from medark.standardise.maps.omop.upgrade import unreadable_sql, upgrade_sql

__all__ = ["omop_table", "unreadable_sql", "upgrade_sql"]
