"""Hospital B's information system: a PostgreSQL dump a part, tables and columns named by first letters of pinyin"""

from medark.synthetic.feeds.his_south.export import write
from medark.synthetic.feeds.system import System

SYSTEMS = (System("south/his", write, hospital="south"),)

__all__ = ["SYSTEMS"]
