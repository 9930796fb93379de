"""Spark's dialect, imported only where Spark is the engine: sqlglot's takes a while to load"""

from __future__ import annotations

from typing import ClassVar

from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.generators.spark import SparkGenerator


class SparkSQL(Spark):
    """As sqlglot has it, but for WITH in the middle of a query."""

    class Generator(SparkGenerator):
        """Spark nests WITH as DuckDB does. Moved to the top, an inner name would hide a table of the outer query."""

        EXPRESSIONS_WITHOUT_NESTED_CTES: ClassVar[set[type[exp.Expr]]] = set()
