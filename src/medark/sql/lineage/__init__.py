"""Lineage of SQL: the columns that a query reads, what its results are made of, and in which way each decides them"""

from medark.sql.lineage.columns import lineage, reads
from medark.sql.lineage.queries import relation_of
from medark.sql.lineage.relation import Cell, Key, Relation, base, stored

__all__ = ["Cell", "Key", "Relation", "base", "lineage", "reads", "relation_of", "stored"]
