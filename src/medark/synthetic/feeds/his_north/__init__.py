"""Hospital A's information system: CSV in GB 18030 with Chinese columns, a file a table"""

from medark.synthetic.feeds.his_north.export import write
from medark.synthetic.feeds.system import System

SYSTEMS = (System("north/his", write, hospital="north"),)

__all__ = ["SYSTEMS"]
