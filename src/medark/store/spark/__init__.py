"""Apache Spark, the engine for many machines: the same sessions, the same SQL, on a local or a remote Spark"""

from medark.store.spark.engine import Spark

__all__ = ["Spark"]
