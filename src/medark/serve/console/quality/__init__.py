"""Quality: how the data was judged, by source, table and dimension; what fails, and what is behind each check"""

from medark.serve.console.quality.screens import screens

__all__ = ["screens"]
