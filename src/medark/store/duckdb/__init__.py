"""DuckDB, the embedded engine: sessions with a memory limit, a scratch folder, and errors without values"""

from medark.store.duckdb.engine import DuckDB
from medark.store.duckdb.session import DuckDBSession

__all__ = ["DuckDB", "DuckDBSession"]
