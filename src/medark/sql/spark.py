"""Spark's dialect, imported only where Spark is the engine: sqlglot's takes a while to load"""

from __future__ import annotations

from sqlglot.dialects.spark import Spark
from sqlglot.generators.spark import SparkGenerator

# Spark nests WITH as DuckDB does. Moved to the top, an inner name would hide a table of the outer query. Set for the
# whole process: nothing can inherit from a generator that is compiled.
SparkGenerator.EXPRESSIONS_WITHOUT_NESTED_CTES = set()

SparkSQL = Spark
