"""Hospital B's discharge summaries: CDA R2 documents, a zip a part"""

from medark.synthetic.feeds.cda.export import write
from medark.synthetic.feeds.system import System

SYSTEMS = (System("south/cda", write, hospital="south"),)

__all__ = ["SYSTEMS"]
