"""What doctors write: imaging, pathology, notes; in each text it is known where protected words stand"""

from medark.synthetic.reports.live import live

__all__ = ["live"]
