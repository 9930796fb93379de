"""SQL on FHIR 2: views that make a flat table of FHIR resources, for notebooks and analysts"""

from medark.define.sql_on_fhir.rows import rows
from medark.define.sql_on_fhir.table import column_types, table
from medark.define.sql_on_fhir.view import Column, View, read_view

__all__ = ["Column", "View", "column_types", "read_view", "rows", "table"]
